import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Task } from '../../src/core/tasks.js';
import { until } from '../support/until.js';
import { openAccount } from './support/account.js';
import { run, setSetting } from './support/extension.js';
import { WARNING, WatchedTask } from './support/watchedTask.js';

describe('the time left of Swan tasks', () => {
  const watched = new WatchedTask();

  function item(): vscode.StatusBarItem {
    return watched.account.services.watch.timeLeft.item;
  }

  function urgent(): boolean {
    const { backgroundColor } = item();
    return backgroundColor !== undefined && 'id' in backgroundColor && /warning/.test(String(backgroundColor.id));
  }

  async function asked(): Promise<number> {
    const { calls, rpc } = await watched.account.swan.stats();
    return Object.values({ ...calls, ...rpc }).reduce((sum, count) => sum + count, 0);
  }

  /** The sidebar is not to be seen while `act` is under way. */
  async function hidden(act: () => Promise<void>): Promise<void> {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view to be hidden', () => !watched.account.services.tasks.view.view.visible);
    await act();
    await vscode.commands.executeCommand('remoteCompute.tasks.focus');
    await until('the view to be shown', () => watched.account.services.tasks.view.view.visible);
  }

  it('is in the status bar, with what all that runs costs', async () => {
    await until('the time left', () => /^\$\(clock\) 59 min · [\d.]+ SWAN\/h$/.test(item().text));
    assert.match(
      item().accessibilityInformation?.label ?? '',
      /^Remote Compute: the next task ends in 59 min, [\d.]+ SWAN\/h$/,
    );
    assert.equal(item().command, 'remoteCompute.tasks.focus');
    assert.equal(urgent(), false);
    const { tooltip } = item();
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.equal(tooltip.isTrusted, false);
    assert.match(tooltip.value, /ends in 59 min/);
  });

  it('costs no question while the sidebar is hidden', async () => {
    await hidden(async () => {
      await until('what was under way to end', async () => {
        const before = await asked();
        await new Promise(resolve => setTimeout(resolve, 500));
        return (await asked()) === before;
      });
      const before = await asked();
      // What never comes can only be waited for.
      await new Promise(resolve => setTimeout(resolve, 3_000));
      assert.equal(await asked(), before);
      assert.match(item().text, /59 min/);
    });
  });

  it('that is renewed elsewhere raises no warning: the end is looked up first', async () => {
    await hidden(async () => {
      await watched.endsIn(180);
      await setSetting(WARNING, 100);
      await until('the new end', () => /^\$\(clock\) 2 h 59 min · /.test(item().text));
      assert.deepEqual(watched.notices.ofTasks, []);
      assert.equal(urgent(), false);
    });
  });

  it('is warned of when it runs out, with a warning that can be snoozed', async () => {
    await watched.endsIn(24.5);
    await run('refresh', {});
    const warning = await watched.notices.next(/^“.+” ends in 24 min \(.*\d\d.*\)\.$/);
    assert.deepEqual(warning.acts, ['Renew', 'Snooze']);
    assert.equal(urgent(), true);
    warning.answer('Snooze');
    await run('refresh', {});
    await run('refresh', {});
    assert.deepEqual(watched.notices.ofTasks, []);
  });

  it('is renewed from the warning, by the command that asks and confirms', async () => {
    await watched.endsIn(20.5);
    await run('refresh', {});
    const warning = await watched.notices.next(/ends in 20 min/);
    const { endAt: before = 0 } = await task(watched.id);
    const { createQuickPick } = vscode.window;
    const titles: (string | undefined)[] = [];
    // What the command asks by a list is for the browser tests: here it is enough that it asks.
    Object.assign(vscode.window, {
      createQuickPick() {
        const pick = createQuickPick();
        const show = pick.show.bind(pick);
        pick.show = () => {
          titles.push(pick.title);
          show();
          pick.hide();
        };
        return pick;
      },
    });
    try {
      warning.answer('Renew');
      await until('the question', () => titles.includes('Renew a Task'));
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
    assert.equal((await task(watched.id)).endAt, before, 'renewed without a yes');
  });

  it('goes with the account', async () => {
    await run('swan.signOut', {});
    await until('nothing in the status bar', () => item().text.includes('SWAN') === false);
    const { apiKey, wallet } = watched.account.sandbox.services.swan;
    await run('swan.signIn', { apiKey });
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    await until('the time left', () => /SWAN\/h$/.test(item().text));
  });

  async function task(uuid: string): Promise<Task> {
    return (await watched.backend()).tasks.get(uuid);
  }
});

describe('launchers that run', () => {
  it('are counted in the status bar, as far as they are known', async () => {
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
    const account = await openAccount(['--launchers', '12']);
    const { item } = account.services.watch.timeLeft;
    const store = account.services.views.launcherStore;
    await until('launchers', () => store.state.rows.length === 12);
    const active = store.state.rows.filter(({ state }) => state.type === 'active').length;
    assert.ok(active > 1 && active < 12, 'nothing to tell apart');
    assert.equal(item.text, `$(vm-active) ${active} launchers`);
    assert.equal(item.command, 'remoteCompute.launchers.focus');
    assert.equal(item.accessibilityInformation?.label, `Remote Compute: ${active} launchers running`);
    await account.close();
    assert.doesNotMatch(item.text, /launcher/);
  });
});
