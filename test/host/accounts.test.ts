import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandRuns } from '../../src/commands/commandRuns.js';
import { openLink } from '../../src/commands/linkOpen.js';
import { silentLog } from '../../src/core/log.js';
import { DecthingsAccount } from '../../src/ui/account.js';
import { KeptTerminals } from '../../src/ui/keptTerminals.js';
import { Terminals } from '../../src/ui/terminals.js';
import { FakeClock } from '../support/fakeClock.js';
import { Keychain } from '../support/fakeSecrets.js';
import { until } from '../support/until.js';
import { type Account, openSandbox } from './support/account.js';
import { keyStore, sessionNames, signOutOfAll } from './support/accounts.js';
import { closeTerminals, errorOf, run } from './support/extension.js';
import { filling } from './support/forms.js';
import { answering } from './support/modals.js';
import { openShell, type Shell } from './support/shell.js';
import { titleOf } from './support/view.js';

describe('several Decthings accounts', () => {
  let account: Account;
  let keys: string[];
  let shell: Shell;
  let runs: CommandRuns;

  const accounts = () => account.services.account;
  const current = () => accounts().current?.name;
  const names = () => accounts().accounts.map(({ name }) => name);
  const rows = () => account.services.views.launchers.tree.nodes.map(({ row }) => row.id);
  const title = () => titleOf(account.services.views.launchers);
  const idsOf = async () => (await (await accounts().require()).launchers.list({})).rows.map(({ id }) => id);
  const use = async (name: string) => {
    await run('decthings.switchAccount', { account: name });
    await until(`rows of ${name}`, () => rows().length === 2);
  };

  before(async () => {
    account = await openSandbox(['--only', 'decthings', '--accounts', '4', '--launchers', '2', '--terminals', '1']);
    keys = [account.apiKey, ...(account.sandbox.services.decthings.others ?? []).map(({ apiKey }) => apiKey)];
    runs = new CommandRuns(account.services, new Keychain().window().state);
    for (const view of ['launchers', 'debugSessions', 'terminals']) {
      await vscode.commands.executeCommand(`remoteCompute.${view}.focus`);
    }
  });

  after(async () => {
    runs.dispose();
    await closeTerminals();
    await signOutOfAll(account.services, 'decthings');
    await account.close();
  });

  it('begin with one, which asks for no name and shows none', async () => {
    await run('decthings.signIn', { apiKey: keys[0] });
    await until('rows', () => rows().length === 2);
    assert.deepEqual(names(), ['Decthings']);
    assert.equal(title(), '2');
  });

  it('are more with each key, and the name of the one in use stands beside the titles', async () => {
    const before = rows();
    await run('decthings.signIn', { apiKey: keys[1], name: 'Work' });
    await until('other rows', () => rows().length === 2 && !rows().some(id => before.includes(id)));
    assert.deepEqual(names(), ['Decthings', 'Work']);
    const { launchers, debugSessions, terminals } = account.services.views;
    assert.equal(titleOf(launchers), 'Work · 2');
    await until('its name', () => titleOf(debugSessions) === 'Work' && titleOf(terminals) === 'Work');
    assert.deepEqual(await sessionNames(), ['Decthings', 'Work']);
  });

  it('are not more with a key that one of them has: that one is used', async () => {
    await run('decthings.signIn', { apiKey: keys[0], name: 'Again' });
    assert.deepEqual([names(), current()], [['Decthings', 'Work'], 'Decthings']);
    await assert.rejects(run('decthings.signIn', { apiKey: 'not-a-key', name: 'Third' }), errorOf('credentials'));
    assert.deepEqual([names(), current()], [['Decthings', 'Work'], 'Decthings']);
  });

  for (const [what, name, text] of [
    ['that is taken', 'work', /Another account has this name/],
    ['that is too long', 'x'.repeat(41), /1 to 40 characters/],
    ['that shows otherwise than it is', 'a\u202eb', /invisible/],
  ] as const) {
    it(`have no name ${what}`, async () => {
      await assert.rejects(run('decthings.renameAccount', { account: 'Decthings', name }), errorOf('invalid', text));
      await assert.rejects(run('decthings.signIn', { apiKey: keys[2], name }), errorOf('invalid', text));
      assert.deepEqual(names(), ['Decthings', 'Work']);
    });
  }

  it('are renamed, which connects nothing anew', async () => {
    const { backend } = accounts();
    await run('decthings.renameAccount', { name: 'Home' });
    await until('its name', () => title() === 'Home · 2');
    assert.deepEqual(await sessionNames(), ['Home', 'Work']);
    assert.equal(accounts().backend, backend);
  });

  it('show nothing of each other, whatever is on its way when one is switched to', async () => {
    const home = await idsOf();
    await use('Work');
    const work = await idsOf();
    const { views } = account.services;
    const mixed: unknown[] = [];
    const subscription = views.launchers.tree.onDidChangeTreeData(() => {
      const foreign = current() === 'Work' ? home : work;
      if (rows().some(id => foreign.includes(id))) mixed.push([current(), rows()]);
    });
    for (const name of ['Home', 'Work', 'Home', 'Work']) {
      const asking = views.refresh();
      await run('decthings.switchAccount', { account: name });
      await asking;
    }
    await until('rows', () => rows().length === 2);
    subscription.dispose();
    assert.deepEqual(mixed, []);
    assert.deepEqual(new Set(rows()), new Set(work));
  });

  it('have a search each', async () => {
    await run('search', { name: 'no such launcher' });
    await until('no row', () => rows().length === 0 && title() === 'Work · “no such launcher”');
    await use('Home');
    assert.equal(title(), 'Home · 2');
    await run('decthings.switchAccount', { account: 'Work' });
    await until('the search', () => title() === 'Work · “no such launcher”');
    await run('clearSearch', {});
  });

  it('have terminals each, which are cut off while another is used, and say so', async () => {
    await use('Home');
    shell = await openShell(account).live();
    await use('Work');
    await shell.read(/This terminal is of the account “Home”: it goes on when you switch back to it/);
    assert.equal(shell.pty.remote.phase, 'ended');
    const { tree } = account.services.views.terminals;
    await account.services.views.terminalStore.refresh();
    assert.equal(tree.find(shell.id), undefined);
    assert.equal(account.services.terminals.stateOf(shell.id), undefined);
    await assert.rejects(run('terminal.attach', { terminalSessionId: shell.id }), errorOf('notFound'));
  });

  it('have terminals that go on when they are used again', async () => {
    await use('Home');
    await until('the terminal', () => shell.pty.remote.phase === 'live');
    // A prompt would tell nothing: the shell draws it anew for its size.
    shell.type('echo on $((6*7))\r');
    await shell.read(/\non 42\n/);
  });

  it('have terminals that are shown again after a reload where they are used, and not before', async () => {
    await use('Home');
    const launch = { modelId: 'm', location: { type: 'persistentLauncher' as const, persistentLauncherId: 'l' } };
    const kept = new Map<string, unknown>();
    const entry = { sessionId: shell.id, name: 'kept-of-home', launch };
    const gone = {
      sessionId: 'gone',
      name: 'kept-of-work',
      launch,
      account: accounts().ids.find(id => !id.startsWith('first')) ?? '',
    };
    const memento: vscode.Memento = {
      keys: () => [],
      get: (() => kept.get('all') ?? [entry, gone]) as vscode.Memento['get'],
      update: async (_key, value) => void kept.set('all', value),
    };
    await use('Work');
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
      await use('Home');
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
    await use('Home');
    const machine = { cpus: 1, memoryMebibytes: 1024 };
    const modelId = account.modelIds[1];
    const { debugSessionId } = await run<{ debugSessionId: string }>('debugSession.launch', { modelId, machine });
    const followed: Map<string, { watch: unknown }> = Reflect.get(account.services.debugOutput, 'followed');
    assert.ok(followed.get(debugSessionId)?.watch);
    await use('Work');
    assert.equal(followed.get(debugSessionId)?.watch, undefined);
  });

  it('are said in the error of a link to what is in another', async () => {
    await use('Home');
    const [id] = rows();
    await use('Work');
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
    await use('Home');
    const [launcherId] = rows();
    await use('Work');
    const seen = started({ modelId: 'm', launcherId, command: 'true' });
    await until('its end', () => seen.exitCode === 1);
    assert.match(seen.text, /does not exist, or is not of the account in use/);
  });

  it('have their tasks of tasks.json go on with the one that these were started with, and end with it', async () => {
    await use('Home');
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
    await use('Work');
    assert.equal(seen.exitCode, undefined);
    await run('decthings.signOut', { account: 'Home' });
    await until('its end', () => seen.exitCode !== undefined);
    assert.match(seen.text, /Signed out of Decthings/);
    await run('decthings.signIn', { apiKey: keys[0], name: 'Home' });
  });

  it('are switched in all windows', async () => {
    const { secrets, state } = keyStore(account.services);
    const there = new DecthingsAccount(secrets, state, async () => await accounts().require());
    try {
      await there.ready();
      assert.deepEqual(
        there.accounts.map(({ name }) => name),
        ['Home', 'Work'],
      );
      await use('Home');
      await until('the other window', () => there.current?.name === 'Home');
      await there.switchTo(there.accounts.find(({ name }) => name === 'Work')?.id ?? '');
      await until('this window', () => current() === 'Work');
      await until('its rows', () => rows().length === 2);
    } finally {
      there.dispose();
    }
  });

  it('are all there when what lists them is damaged', async () => {
    const { secrets } = keyStore(account.services);
    await secrets.store('decthings.accounts', '{not json');
    await until('the index to be mended', async () => /^\[/.test((await secrets.get('decthings.accounts')) ?? ''));
    assert.deepEqual([names(), current()], [['Home', 'Work'], 'Work']);
  });

  it('are not acted in by what was begun in another', async () => {
    const launchersOf = async (name: string) => {
      await use(name);
      return await idsOf();
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
    await use('Home');
    const [session] = await (await accounts().require()).terminals.list();
    const acts = [
      () => run('launcher.delete', { launcherId: before[1]?.[0] ?? '' }),
      () => run('terminal.terminate', { terminalSessionId: session?.id ?? '' }),
    ];
    for (const act of acts) {
      await use('Home');
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
    await use('Work');
  });

  it('are as they were after a visit to the Sandbox', async () => {
    await run('sandbox.try', {});
    await until('the Sandbox', () => title() === 'Sandbox · 3');
    assert.deepEqual(await sessionNames(), ['Home', 'Work']);
    for (const act of [
      () => run('decthings.switchAccount', { account: 'Home' }),
      () => run('decthings.renameAccount', { account: 'Home', name: 'Other' }),
      () => run('decthings.signOut', { account: 'Home' }),
    ]) {
      await assert.rejects(act, errorOf('invalid', /^Leave the Sandbox first/));
    }
    await run('sandbox.leave', {});
    await until('the account', () => title() === 'Work · 2');
    assert.deepEqual(names(), ['Home', 'Work']);
  });

  it('take a new key in the place of one that was revoked, and the others know nothing of it', async () => {
    const [, revoked = '', fresh = ''] = keys;
    const id = accounts().current?.id;
    await account.controls.revoke(revoked);
    await account.services.views.refresh();
    const { tree } = account.services.views.launchers;
    await until('the error', () => tree.nodes[0]?.row.label === 'Sign in again');
    await use('Home');
    assert.equal(title(), 'Home · 2');
    await run('decthings.switchAccount', { account: 'Work' });
    const kept = () => accounts().keys.map(({ name, key }) => [name, key]);
    const before = kept();
    const signIn = () => run('decthings.signIn', { apiKey: fresh });
    const [modal] = await answering(
      () => undefined,
      async () => void (await signIn()),
    );
    assert.deepEqual(modal?.acts, ['Replace the Key of “Work”', 'Add an Account']);
    assert.deepEqual(kept(), before);
    const whileUsing = async ({ acts }: { acts: string[] }) => {
      await run('decthings.switchAccount', { account: 'Home' });
      return acts[0];
    };
    await assert.rejects(
      answering(whileUsing, async () => void (await signIn())),
      errorOf('invalid', /not in use any more\. Nothing was changed/),
    );
    assert.deepEqual(kept(), before);
    await run('decthings.switchAccount', { account: 'Work' });
    await answering(
      ({ acts }) => acts[1],
      async () => void (await signIn()),
    );
    assert.deepEqual(kept(), [['Decthings 3', fresh], ...before]);
    await run('decthings.signOut', { account: 'Decthings 3' });
    await run('decthings.switchAccount', { account: 'Work' });
    await answering(
      ({ acts }) => acts[0],
      async () => void (await signIn()),
    );
    await until('rows', () => title() === 'Work · 2');
    assert.equal(accounts().current?.id, id);
    assert.deepEqual(names(), ['Home', 'Work']);
  });

  it('are signed out of one by one, by a person after a question, and then nobody is signed in', async () => {
    const refused = await answering(
      () => undefined,
      async () => void (await run('decthings.signOut')),
    );
    assert.deepEqual(
      refused.map(({ message, detail }) => [message, detail]),
      [['Sign out of “Work”?', 'Its API key is forgotten in all windows. What runs in it goes on.']],
    );
    assert.deepEqual(names(), ['Home', 'Work']);
    await answering(
      ({ acts }) => acts[0],
      async () => void (await run('decthings.signOut')),
    );
    assert.deepEqual([names(), current(), accounts().signedIn], [['Home'], undefined, false]);
    assert.deepEqual([rows(), title()], [[], '']);
    assert.deepEqual(await sessionNames(), ['Home']);
    await assert.rejects(
      run('launcher.create', { name: 'a', machine: { cpus: 1, memoryMebibytes: 512 } }),
      errorOf('credentials'),
    );
    await use('Home');
    assert.equal(title(), '2', 'there is no other');
    const modals = await answering(
      () => undefined,
      async () => void (await run('decthings.signOut')),
    );
    assert.deepEqual([modals, names()], [[], []], 'the only one is signed out of as ever');
  });

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
    assert.equal(await askedBy(keys[0], 'Run'), 1);
    assert.equal(await askedBy(keys[3], 'Cancel'), 1, 'it is the first by now, as that one was');
    assert.equal(await askedBy(keys[0], 'Run'), 0);
  });
});
