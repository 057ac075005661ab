import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { drawn, run } from './support/extension.js';
import { redraws } from './support/view.js';

const LIST = 'PersistentLauncher.getPersistentLaunchers';

describe('the views', () => {
  let account: Account;

  before(async () => {
    for (const view of ['debugSessions', 'terminals', 'launchers']) {
      await vscode.commands.executeCommand(`remoteCompute.${view}.focus`);
    }
    account = await openAccount(['--launchers', '15', '--terminals', '1', '--debug-sessions', '1']);
    await until('launchers', () => nodes().length === 15);
    const running = ['mnist-classifier', 'sentiment-lstm'];
    await until('names', () => running.every(name => drawn(nodes()).some(row => row.endsWith(`|${name}`))));
    // Until VS Code has asked for the rows it is reminded of them.
    const reminder = () => new Promise<void>(resolve => setTimeout(resolve, 600));
    await until('them to be drawn', async () => (await redraws(account.services.views.launchers.tree, reminder)) === 0);
  });

  after(() => account.close());

  function nodes() {
    return account.services.views.launchers.tree.nodes;
  }

  async function asked(): Promise<number> {
    return (await account.controls.stats()).calls[LIST] ?? 0;
  }

  /** More than once: a poll may come before what a test asks for. */
  async function failing(code: string): Promise<void> {
    await account.controls.fail({ api: 'PersistentLauncher', method: 'getPersistentLaunchers', code, times: 3 });
  }

  it('draw nothing anew where nothing changed', async () => {
    const before = [...nodes()];
    const { tree } = account.services.views.launchers;
    const count = await redraws(tree, async () => {
      await run('refresh', {});
      await run('refresh', {});
    });
    assert.equal(count, 0);
    assert.deepEqual([...nodes()], before);
  });

  it('draw the changed row alone, in its place', async () => {
    const { tree } = account.services.views.launchers;
    // What runs on one ends with it, and can still be listed with the first answer.
    const node = nodes().find(
      ({ row, children }) => row.contextValue === 'launcher+open+delete' && children.length === 0,
    );
    assert.ok(node);
    const changed: unknown[] = [];
    const subscription = tree.onDidChangeTreeData(each => changed.push(each));
    await account.controls.recreate(node.row.id);
    await run('refresh', {});
    subscription.dispose();
    assert.deepEqual(changed, [node]);
    assert.match(node.row.description ?? '', /^restarting… · /);
  });

  it('keep their rows when a refresh fails, say why, and recover', async () => {
    const before = drawn(nodes());
    await failing('payment_required');
    await run('refresh', {});
    const [error, ...rows] = nodes();
    assert.equal(error?.row.label, 'Could not refresh');
    assert.match(error.row.description ?? '', /Check the billing of your Decthings account/);
    assert.match(error.row.spoken, /^Error: .+ Press Enter: Retry\.$/);
    assert.equal(rows.length, before.filter(row => !row.startsWith(' ')).length);
    await until('recovery', async () => {
      assert.ok(error.row.command);
      await vscode.commands.executeCommand(error.row.command.id);
      return nodes()[0]?.row.label !== 'Could not refresh';
    });
  });

  it('lead to signing in when the key is refused', async () => {
    await failing('bad_credentials');
    await run('refresh', {});
    assert.equal(nodes()[0]?.row.label, 'Sign in again');
    assert.equal(nodes()[0]?.row.command?.id, 'remoteCompute.decthings.signIn');
    await until('recovery', async () => {
      await run('refresh', {});
      return nodes().length === 15;
    });
  });

  it('ask by themselves while something is in transition and they can be seen, and not at all while hidden', async () => {
    const before = await asked();
    await until('a poll', async () => (await asked()) > before);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view to be hidden', () => !account.services.views.launchers.view.visible);
    const hidden = await asked();
    // What never comes can only be waited for: more than twice as long as until the next poll.
    await new Promise(resolve => setTimeout(resolve, 4_500));
    assert.ok((await asked()) <= hidden + 1, 'polled while hidden');
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
    await until('a poll', async () => (await asked()) > hidden + 1 || undefined);
  });
});
