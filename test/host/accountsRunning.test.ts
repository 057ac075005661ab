import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandRuns } from '../../src/commands/commandRuns.js';
import { openLink } from '../../src/commands/linkOpen.js';
import { silentLog } from '../../src/core/log.js';
import { KeptTerminals } from '../../src/ui/keptTerminals.js';
import { Terminals } from '../../src/ui/terminals.js';
import { FakeClock } from '../support/fakeClock.js';
import { Keychain } from '../support/fakeSecrets.js';
import { until } from '../support/until.js';
import { signOutOfAll } from './support/accounts.js';
import { type DecthingsAccounts, openDecthingsAccounts } from './support/decthingsAccounts.js';
import { closeTerminals, errorOf, run } from './support/extension.js';
import { filling } from './support/forms.js';
import { answering } from './support/modals.js';
import { openShell, type Shell } from './support/shell.js';

describe('several Decthings accounts, and what runs in them', () => {
  let account: DecthingsAccounts;
  let shell: Shell;
  let runs: CommandRuns;

  const accounts = () => account.services.account;

  before(async () => {
    account = await openDecthingsAccounts();
    runs = new CommandRuns(account.services, new Keychain().window().state);
    await run('decthings.signIn', { apiKey: account.keys[0] });
    await run('decthings.renameAccount', { name: 'Home' });
    await run('decthings.signIn', { apiKey: account.keys[1], name: 'Work' });
  });

  after(async () => {
    runs.dispose();
    await closeTerminals();
    await account.close();
  });

  it('have terminals each, which are cut off while another is used, and say so', async () => {
    await account.use('Home');
    shell = await (await openShell(account)).live();
    await account.use('Work');
    await shell.read(/This terminal is of the account “Home”: it goes on when you switch back to it/);
    assert.equal(shell.pty.remote.phase, 'ended');
    const { tree } = account.services.views.terminals;
    await account.services.views.terminalStore.refresh();
    assert.equal(tree.find(shell.id), undefined);
    assert.equal(account.services.terminals.stateOf(shell.id), undefined);
    await assert.rejects(run('terminal.attach', { terminalSessionId: shell.id }), errorOf('notFound'));
  });

  it('have terminals that go on when they are used again', async () => {
    await account.use('Home');
    await until('the terminal', () => shell.pty.remote.phase === 'live');
    // Whether the shell draws its prompt again by itself is its own affair.
    shell.type('echo on $((6*7))\r');
    await shell.read(/\non 42\r?\n/);
    await shell.prompt();
  });

  it('have terminals that are shown again after a reload where they are used, and not before', async () => {
    await account.use('Home');
    const launch = { modelId: 'm', location: { type: 'persistentLauncher' as const, persistentLauncherId: 'l' } };
    const kept = new Map<string, unknown>();
    const entry = { sessionId: shell.id, name: 'kept-of-home', launch };
    const work = accounts().ids.find(id => !id.startsWith('first')) ?? '';
    const gone = { sessionId: 'gone', name: 'kept-of-work', launch, account: work };
    const memento: vscode.Memento = {
      keys: () => [],
      get: (() => kept.get('all') ?? [entry, gone]) as vscode.Memento['get'],
      update: async (_key, value) => void kept.set('all', value),
    };
    await account.use('Work');
    const terminals = new Terminals({
      account: accounts(),
      kept: new KeptTerminals(memento),
      transcripts: Reflect.get(account.services.terminals, 'options').transcripts,
      clock: new FakeClock(),
      log: silentLog,
    });
    try {
      await terminals.restore();
      assert.equal(
        vscode.window.terminals.some(({ name }) => name.startsWith('kept-of')),
        false,
      );
      assert.deepEqual(kept.get('all'), [entry], 'the other account’s is still kept, and one that ended is not');
      await account.use('Home');
      terminals.accountChanged();
      const tab = await until('its tab', () =>
        vscode.window.terminals.find(({ name }) => name.startsWith('kept-of-home')),
      );
      tab.dispose();
    } finally {
      terminals.dispose();
    }
  });

  it('are followed by what debug sessions print', async () => {
    await account.use('Home');
    const machine = { cpus: 1, memoryMebibytes: 1024 };
    const modelId = account.modelIds[1];
    const { debugSessionId } = await run<{ debugSessionId: string }>('debugSession.launch', { modelId, machine });
    const followed: Map<string, { watch: unknown }> = Reflect.get(account.services.debugOutput, 'followed');
    assert.ok(followed.get(debugSessionId)?.watch);
    await account.use('Work');
    assert.equal(followed.get(debugSessionId)?.watch, undefined);
  });

  it('are said in the error of a link to what is in another', async () => {
    await account.use('Home');
    const [id] = account.rows();
    await account.use('Work');
    const said: string[] = [];
    const { showErrorMessage } = vscode.window;
    Object.assign(vscode.window, { showErrorMessage: async (message: string) => void said.push(message) });
    try {
      await openLink(account.services, vscode.Uri.from({ scheme: vscode.env.uriScheme, path: `/launcher/${id}` }));
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    assert.deepEqual(said, [
      'What this link leads to is not in the account “Work”. If it is in another one, switch to that first.',
    ]);
  });

  /** What it shows, and with what code it ends. */
  function started(definition: object): { text: string; exitCode: number | undefined } {
    const pty = runs.run({ type: 'remoteCompute', ...definition });
    const seen: { text: string; exitCode: number | undefined } = { text: '', exitCode: undefined };
    pty.onDidWrite(text => {
      seen.text += text;
    });
    pty.onDidClose?.(code => {
      seen.exitCode = code ?? 0;
    });
    pty.open(undefined);
    return seen;
  }

  it('are said by a task of tasks.json whose launcher is in another', async () => {
    await account.use('Home');
    const [launcherId] = account.rows();
    await account.use('Work');
    const seen = started({ modelId: 'm', launcherId, command: 'true' });
    await until('its end', () => seen.exitCode === 1);
    assert.match(seen.text, /does not exist, or is not of the account in use/);
  });

  it('have their tasks of tasks.json go on with the one that these were started with, and end with it', async () => {
    await account.use('Home');
    const machine = { cpus: 1, memoryMebibytes: 1024 };
    const [modelId] = account.modelIds;
    const command = { modelId, machine, command: 'sh', args: ['-c', 'echo begun; read line; echo got $line'] };
    let seen = { text: '', exitCode: undefined as number | undefined };
    const modals = await answering(
      () => 'Run',
      async () => {
        seen = started(command);
        await until('its output', () => /begun/.test(seen.text));
      },
    );
    assert.match(modals[0]?.detail ?? '', /^Account: Home$/m);
    await account.use('Work');
    assert.equal(seen.exitCode, undefined);
    await run('decthings.signOut', { account: 'Home' });
    await until('its end', () => seen.exitCode !== undefined);
    assert.match(seen.text, /Signed out of Decthings/);
    await run('decthings.signIn', { apiKey: account.keys[0], name: 'Home' });
  });

  it('are not acted in by what was begun in another', async () => {
    const launchersOf = async (name: string) => {
      await account.use(name);
      return await account.idsOf();
    };
    const before = [await launchersOf('Work'), await launchersOf('Home')];
    const switched = errorOf('invalid', /^You have switched to another account/);
    const toWork = () => run('decthings.switchAccount', { account: 'Work' }).then(() => undefined);

    const said: string[] = [];
    const { showErrorMessage } = vscode.window;
    Object.assign(vscode.window, { showErrorMessage: async (message: string) => void said.push(message) });
    try {
      const titles = await filling('mine', toWork, async () => void (await run('launcher.create')));
      assert.equal(titles.length, 2);
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    assert.match(said.join(), /^You have switched to another account/);
    await account.use('Home');
    const [session] = await (await accounts().require()).terminals.list();
    const acts = [
      () => run('launcher.delete', { launcherId: before[1]?.[0] ?? '' }),
      () => run('terminal.terminate', { terminalSessionId: session?.id ?? '' }),
    ];
    for (const act of acts) {
      await account.use('Home');
      const modals = await answering(
        async modal => {
          await toWork();
          return modal.acts[0];
        },
        () => assert.rejects(act(), switched),
      );
      assert.equal(modals.length, 1);
    }
    assert.deepEqual([await launchersOf('Work'), await launchersOf('Home')], before);
    const left = await (await accounts().require()).terminals.list();
    assert.ok(left.some(({ id }) => id === session?.id));
    await account.use('Work');
  });

  // Last: it signs out of all.
  it('are asked each about a task of tasks.json, those too that are the first after a sign-out', async () => {
    const machine = { cpus: 1, memoryMebibytes: 1024 };
    const definition = { modelId: account.modelIds[0], machine, command: 'true' };
    const askedBy = async (apiKey: string | undefined, answer: string) => {
      await run('decthings.signIn', { apiKey });
      const modals = await answering(
        () => answer,
        async () => {
          const seen = started(definition);
          await until('its end', () => seen.exitCode !== undefined);
        },
      );
      await run('decthings.signOut', {});
      return modals.length;
    };
    await signOutOfAll(account.services, 'decthings');
    assert.equal(await askedBy(account.keys[0], 'Run'), 1);
    assert.equal(await askedBy(account.keys[3], 'Cancel'), 1, 'it is the first by now, as that one was');
    assert.equal(await askedBy(account.keys[0], 'Run'), 0);
  });
});
