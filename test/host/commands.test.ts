import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CommandId } from '../../src/commands/ids.js';
import { remedyOf } from '../../src/commands/remedies.js';
import { RemoteError } from '../../src/core/errors.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { activated, errorOf, run } from './support/extension.js';
import { answering } from './support/modals.js';

const machine = { cpus: 1, memoryMebibytes: 1024 };
/** Of each malformed argument: what is wrong with it, and the path that is to be named. */
const malformed: [CommandId, object, path: string][] = [
  ['decthings.signIn', { apiKey: { key: 'SECRET' } }, 'apiKey'],
  ['decthings.signIn', { apiKey: '' }, 'apiKey'],
  ['decthings.signIn', {}, 'apiKey'],
  ['loadMore', { view: 1 }, 'view'],
  ['search', { ids: ['a', 2] }, 'ids.1'],
  ['sort', { field: 'SECRET' }, 'field'],
  ['launcher.create', { name: 'a', machine: { ...machine, cpus: 'SECRET' } }, 'machine.cpus'],
  [
    'launcher.create',
    { name: 'a', machine: { ...machine, gpus: { model: 'L4', count: Number.NaN } } },
    'machine.gpus.count',
  ],
  ['launcher.delete', { launcherId: ['SECRET'] }, 'launcherId'],
  ['launcher.copyId', {}, 'launcherId'],
  ['model.copyId', {}, 'modelId'],
  ['commandTask.create', { modelId: 'a', machine, command: ['SECRET'] }, 'command'],
  ['debugSession.launch', { modelId: null }, 'modelId'],
  ['debugSession.terminate', { debugSessionId: 7 }, 'debugSessionId'],
  ['debugSession.showOutput', {}, 'debugSessionId'],
  ['terminal.open', { modelId: 'SECRET', machine: { cpus: 1 } }, 'machine.memoryMebibytes'],
  ['terminal.open', { modelId: 'SECRET', machine, idleTimeout: 0.5 }, 'idleTimeout'],
  ['terminal.attach', { terminalSessionId: false }, 'terminalSessionId'],
  ['terminal.terminate', {}, 'terminalSessionId'],
  ['terminal.addFilesystemAccess', { terminalSessionId: 'SECRET' }, 'modelId'],
];

describe('commands', () => {
  /** What was shown to the person while `act` was under way: messages and their buttons. */
  async function shown(act: () => Promise<unknown>): Promise<string[][]> {
    const messages: string[][] = [];
    const { showErrorMessage } = vscode.window;
    Object.assign(vscode.window, {
      async showErrorMessage(...parts: string[]) {
        messages.push(parts);
      },
    });
    try {
      await act();
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    return messages;
  }

  for (const [id, argument, path] of malformed) {
    it(`refuse a malformed argument and name what is wrong, not its value: ${id}, ${path}`, async () => {
      const messages = await shown(() =>
        assert.rejects(run(id, argument), error => {
          assert.doesNotMatch(String(error), /SECRET/);
          return errorOf('invalid', new RegExp(`^remoteCompute\\.${id}: the argument ${path} is missing`))(error);
        }),
      );
      assert.deepEqual(messages, []);
    });
  }

  it('show a person what is wrong, once, with the way on', async () => {
    const messages = await shown(() => run('launcher.copyId'));
    assert.deepEqual(messages, [['Sign in to Decthings first.', 'Sign In']]);
  });

  it('lead to what an error is about', async () => {
    const lead = (code: string) => remedyOf(new RemoteError('invalid', 'It is so.', { code }))?.command;
    const commands = await vscode.commands.getCommands(true);
    for (const [code, command] of [
      ['no_wallet', 'remoteCompute.swan.setWallet'],
      ['cannot_sign', 'remoteCompute.swan.setWallet'],
      ['in_sandbox', 'remoteCompute.sandbox.leave'],
      ['wrong_chain', 'remoteCompute.openSettings'],
      ['above_limit', 'remoteCompute.openSettings'],
    ] as const) {
      assert.equal(lead(code), command);
      assert.ok(commands.includes(command), command);
    }
    assert.equal(lead('already_paid'), undefined);
  });

  it('leave it to a program to show what is wrong', async () => {
    const request = { launcherId: 'none' };
    const messages = await shown(() => assert.rejects(run('launcher.delete', request), errorOf('credentials')));
    assert.deepEqual(messages, []);
  });

  describe('of a signed in account', () => {
    let account: Account;

    before(async () => {
      await vscode.commands.executeCommand('remoteCompute.launchers.focus');
      account = await openAccount(['--launchers', '3', '--terminals', '1', '--debug-sessions', '1']);
      await until('launchers', () => account.services.views.launchers.tree.nodes.length === 3);
    });

    after(() => account.close());

    it('show a refusal of the service once, with the log beside it', async () => {
      const row = account.services.views.launchers.tree.nodes.find(({ children }) => children.length === 0);
      assert.ok(row);
      const { api, method } = { api: 'PersistentLauncher', method: 'deletePersistentLauncher' };
      await account.controls.fail({ api, method, code: 'payment_required' });
      const messages = await shown(() =>
        answering(
          () => 'Delete',
          async () => void (await run('launcher.delete', row)),
        ),
      );
      assert.equal(messages.length, 1);
      assert.match(messages[0]?.[0] ?? '', /Check the billing/);
      assert.deepEqual(messages[0]?.slice(1), ['Show Log']);
    });

    it('copy the ID of a model, which tasks.json asks for', async () => {
      const [modelId] = account.modelIds;
      assert.equal(await run('model.copyId', { modelId }), modelId);
      assert.equal(await vscode.env.clipboard.readText(), modelId);
    });

    it('are an API for other extensions', async () => {
      const api = await activated();
      assert.equal(api.version, 1);
      const page = await api.listLaunchers({ offset: 1, limit: 1 });
      assert.equal(page.total, 3);
      assert.equal(page.rows.length, 1);
      assert.equal((await api.listLaunchers({ search: 'gpu-train-01' })).rows[0]?.state.type, 'active');
      assert.equal((await api.listDebugSessions())[0]?.executionLocation.type, 'persistentLauncher');
      const [terminal] = await api.listTerminals();
      assert.equal(terminal?.modelId, account.modelIds[0]);
    });

    it('tell other extensions that nobody is signed in', async () => {
      const api = await activated();
      await run('decthings.signOut', {});
      for (const list of [api.listLaunchers, api.listDebugSessions, api.listTerminals]) {
        await assert.rejects(list(), errorOf('credentials', /^Sign in to Decthings first/));
      }
      await assert.rejects(api.openTerminal({ modelId: 'a', machine }), errorOf('credentials'));
    });
  });
});
