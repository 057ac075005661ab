import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { openLink } from '../../src/commands/linkOpen.js';
import { systemClock } from '../../src/core/clock.js';
import { createApi } from '../../src/swan/api.js';
import { Transport } from '../../src/swan/transport.js';
import type { ResourceView } from '../../src/ui/resourceView.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { errorOf, run } from './support/extension.js';
import { hello, openSwanAccount, type SwanAccount } from './support/swan.js';

/** What was said while a link was followed, with its buttons. @param answer to a question */
async function following(
  { services }: Pick<Account, 'services'>,
  path: string,
  answer?: string,
  parts: { query?: string; fragment?: string } = {},
): Promise<string[]> {
  const said: string[] = [];
  const { showErrorMessage, showWarningMessage, showInformationMessage } = vscode.window;
  const show = async (message: string, ...acts: string[]) => {
    said.push([message, ...acts].join(' | '));
    return answer;
  };
  Object.assign(vscode.window, {
    showErrorMessage: show,
    showWarningMessage: show,
    showInformationMessage: show,
  });
  try {
    const authority = 'remote-compute.remote-compute';
    await openLink(services, vscode.Uri.from({ scheme: vscode.env.uriScheme, authority, path, ...parts }));
  } finally {
    Object.assign(vscode.window, { showErrorMessage, showWarningMessage, showInformationMessage });
  }
  return said;
}

/** What is selected in a view. */
function selected<T extends { id: string }>({ view }: ResourceView<T>): (string | undefined)[] {
  return view.selection.map(({ row }) => row.id);
}

describe('a link', () => {
  const nowhere = ['This link leads to nothing in Remote Compute.'];

  describe('to a launcher', () => {
    let account: Account;

    before(async () => {
      account = await openAccount(['--launchers', '60', '--terminals', '1']);
    });

    after(() => account.close());

    async function launcherAt(offset: number): Promise<string> {
      const page = await account.backend.launchers.list({ offset, limit: 1, sort: 'createdAt', descending: true });
      return page.rows[0]?.id ?? assert.fail(`There is no launcher ${offset}.`);
    }

    it('reveals it, and what runs on it', async () => {
      await vscode.commands.executeCommand('workbench.view.explorer');
      const { rows } = await account.backend.launchers.list({ limit: 100 });
      const busy = rows.find(({ running }) => running.length > 0);
      assert.ok(busy);
      const { launchers } = account.services.views;
      const expanded: string[] = [];
      const subscription = launchers.view.onDidExpandElement(({ element }) => expanded.push(element.row.id));
      try {
        assert.deepEqual(await following(account, `/launcher/${busy.id}`), []);
        await until('what runs on it', () => expanded.length > 0);
      } finally {
        subscription.dispose();
      }
      assert.deepEqual([selected(launchers), expanded], [[busy.id], [busy.id]]);
      assert.equal(launchers.view.visible, true);
    });

    it('reveals it though VS Code was drawing the rows anew, and did nothing at first', async () => {
      const id = await launcherAt(2);
      const { view } = account.services.views.launchers;
      const { reveal } = view;
      let ignored = 0;
      const ignoring: typeof reveal = async (...args) => {
        if (ignored++ >= 3) await reveal.apply(view, args);
      };
      Object.assign(view, { reveal: ignoring });
      try {
        assert.deepEqual(await following(account, `/launcher/${id}`), []);
      } finally {
        Object.assign(view, { reveal });
      }
      assert.deepEqual(selected(account.services.views.launchers), [id]);
    });

    it('reveals one that is not on the first page, and it stays', async () => {
      const id = await launcherAt(55);
      const { launchers } = account.services.views;
      const { launcherStore } = account.services.views;
      assert.deepEqual(await following(account, `/launcher/${id}`), []);
      assert.deepEqual(selected(launchers), [id]);
      assert.equal(launcherStore.state.rows.length, 21);
      await launcherStore.refresh();
      assert.equal(launcherStore.state.rows.at(-1)?.id, id);
      assert.equal(account.services.memory.launcherQuery.search, undefined);
    });

    it('reveals one that the search hides', async () => {
      await run('search', { name: 'no such name' });
      const id = await launcherAt(0);
      assert.deepEqual(await following(account, `/launcher/${id}`), []);
      assert.deepEqual(selected(account.services.views.launchers), [id]);
      await run('clearSearch', {});
    });

    it('that is not there is said to be, and leaves the view as it was', async () => {
      const { launcherStore } = account.services.views;
      await launcherStore.refresh();
      const said = await following(account, '/launcher/none');
      assert.deepEqual(said, ['The launcher of this link does not exist any more, or is not yours.']);
      assert.deepEqual([launcherStore.state.phase, launcherStore.state.rows.length], ['ready', 20]);
    });

    it('is copied from its row, and leads back', async () => {
      const id = await launcherAt(3);
      assert.equal(
        await run('launcher.copyLink', { launcherId: id }),
        `${vscode.env.uriScheme}://remote-compute.remote-compute/launcher/${id}`,
      );
      const [row] = account.services.views.launchers.tree.nodes;
      await run('launcher.copyLink', row);
      const copied = vscode.Uri.parse(await vscode.env.clipboard.readText(), true);
      assert.equal(copied.path, `/launcher/${row?.row.id}`);
      assert.deepEqual(await following(account, copied.path), []);
    });

    for (const [what, path, parts] of [
      ['an unknown path', '/terminal/t1', {}],
      ['no path', '/', {}],
      ['no id', '/launcher/', {}],
      ['more than a path', '/launcher/l1/delete', {}],
      ['an id of a wrong form', '/launcher/l1 [x](command:x)', {}],
      ['a climbing path', '/launcher/..', {}],
      ['a query', '/launcher/l1', { query: 'delete=1' }],
      ['a fragment', '/launcher/l1', { fragment: 'delete' }],
      ['a command', '/remoteCompute.launcher.delete', {}],
      ['a task that is not a UUID', '/task/1', {}],
    ] as [string, string, object][]) {
      it(`with ${what} is refused in a word, and asks the service nothing`, async () => {
        const { launcherStore } = account.services.views;
        const asked = async () => (await account.controls.stats()).calls['PersistentLauncher.getPersistentLaunchers'];
        launcherStore.setVisible(false);
        // What was under way is over by then.
        await launcherStore.refresh();
        try {
          const before = await asked();
          assert.deepEqual(await following(account, path, undefined, parts), nowhere);
          assert.equal(await asked(), before);
        } finally {
          launcherStore.setVisible(true);
        }
      });
    }

    it('of somebody signed out offers to sign in, and goes on after that', async () => {
      const id = await launcherAt(1);
      await run('decthings.signOut', {});
      const question = 'Sign in to Decthings to see the launcher of this link. | Sign In';
      assert.deepEqual(await following(account, `/launcher/${id}`), [question]);
      const { executeCommand } = vscode.commands;
      // Whoever is asked pastes the key.
      Object.assign(vscode.commands, {
        executeCommand: (name: string, ...rest: unknown[]) =>
          name === 'remoteCompute.decthings.signIn' && rest.length === 0
            ? executeCommand(name, { apiKey: account.apiKey })
            : executeCommand(name, ...rest),
      });
      try {
        assert.deepEqual(await following(account, `/launcher/${id}`, 'Sign In'), [question]);
      } finally {
        Object.assign(vscode.commands, { executeCommand });
      }
      assert.deepEqual(selected(account.services.views.launchers), [id]);
    });
  });

  describe('to a task', () => {
    const notOurs = ['The task of this link does not exist any more, or is not yours.'];
    let account: SwanAccount;

    before(async () => {
      account = await openSwanAccount(['--tasks', '30', '--accounts', '2']);
    });

    after(() => account.close());

    it('reveals one that is not on the first page', async () => {
      const { backend } = await account.services.swan.require();
      const { rows } = await backend.tasks.list({ offset: 25, limit: 1 });
      const id = rows[0]?.id ?? '';
      assert.equal(account.services.tasks.view.tree.find(id), undefined);
      assert.deepEqual(await following(account, `/task/${id.toUpperCase()}`), []);
      assert.deepEqual(selected(account.services.tasks.view), [id]);
      const [, link] = /^[^:]+:\/\/remote-compute\.remote-compute(\/task\/.*)$/.exec(
        await run<string>('task.copyLink', account.services.tasks.view.tree.find(id)),
      ) ?? ['', ''];
      assert.equal(link, `/task/${id}`);
    });

    it('that is not there is said to be, and does not spoil the list', async () => {
      assert.deepEqual(await following(account, `/task/${randomUUID()}`), notOurs);
      assert.equal(account.services.tasks.store.state.phase, 'ready');
    });

    it('of a stranger does not stand among one’s own, to be paid', async () => {
      const [stranger] = account.sandbox.services.swan.others ?? [];
      assert.ok(stranger);
      const { url: baseUrl } = account.sandbox.services.swan;
      const api = createApi(new Transport({ baseUrl, apiKey: stranger.apiKey, clock: systemClock }), systemClock);
      const { data } = await api.createTask('dynamic', {
        duration: 3_600,
        cfg_name: hello.hardware,
        region: 'global',
        start_in: 300,
        wallet: stranger.wallet.address,
        job_source_uri: 'https://example.com/spaces/app',
        preferred_cp: undefined,
        ip_whitelist: undefined,
      });
      const { backend } = await account.services.swan.require();
      assert.equal((await backend.tasks.get(data.id)).status, 'initialized', 'the service tells of it');
      assert.deepEqual(await following(account, `/task/${data.id}`), notOurs);
      assert.equal(account.services.tasks.view.tree.find(data.id), undefined);
    });

    it('of somebody signed out offers to sign in', async () => {
      await run('swan.signOut', {});
      const said = await following(account, `/task/${randomUUID()}`);
      assert.deepEqual(said, ['Sign in to Swan Chain to see the task of this link. | Sign In']);
    });
  });

  it('is copied of a thing that is named, not of any', async () => {
    await assert.rejects(run('launcher.copyLink', {}), errorOf('invalid', /launcherId is missing/));
    await assert.rejects(run('task.copyLink', {}), errorOf('invalid', /taskUuid is missing/));
  });
});
