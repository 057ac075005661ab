import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Services } from '../../src/commands/services.js';
import type { RunningSandbox } from '../../src/core/sandbox.js';
import { type Process, processes } from '../support/processTable.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { activated, closeTerminals, drawn, errorOf, run, setSetting } from './support/extension.js';
import { answering, type Modal } from './support/modals.js';
import { openShell, type Shell } from './support/shell.js';
import { type Created, hello } from './support/swan.js';
import { titleOf } from './support/view.js';

const SETTINGS = [
  'decthings.httpUrl',
  'decthings.wsUrl',
  'swan.network',
  'terminal.onClose',
  'payments.limitPerPayment',
  'payments.limitPerDay',
];

describe('the Sandbox, visited by somebody who is signed in', () => {
  let account: Account;
  /** A terminal of the person's own account. */
  let own: Shell;
  let settingsBefore: unknown;
  let rememberedBefore: unknown;

  const settings = () => SETTINGS.map(name => vscode.workspace.getConfiguration('remoteCompute').inspect(name));
  const remembered = () => {
    const { memory } = account.services;
    return [memory.get('createdTasks'), memory.get('taskRequest'), memory.get('trustedContracts')];
  };
  const rows = () => account.services.views.launchers.tree.nodes.flatMap(node => drawn([node]).slice(0, 1));
  const enter = async () => {
    await run('sandbox.try', {});
    await until('three launchers', () => rows().length === 3);
  };

  before(async () => {
    for (const view of ['launchers', 'terminals', 'tasks']) {
      await vscode.commands.executeCommand(`remoteCompute.${view}.focus`);
    }
    account = await openAccount(['--launchers', '2', '--only', 'decthings']);
    // So high that a payment in the Sandbox would ask for more, if the person's own limits held there.
    await setSetting('payments.limitPerPayment', 0.001);
    own = await (await openShell(account)).live();
    await own.run('echo before');
    await until('two launchers', () => rows().length === 2);
    settingsBefore = settings();
    rememberedBefore = remembered();
  });

  after(async () => {
    await run('sandbox.leave', {});
    await closeTerminals();
    await setSetting('payments.limitPerPayment', undefined);
    await account.close();
  });

  it('has launchers of its own, and says beside each view that it is the Sandbox', async () => {
    await enter();
    const { views, tasks } = account.services;
    await until('the words', () => titleOf(views.launchers) === 'Sandbox · 3');
    const titles = [titleOf(views.debugSessions), titleOf(views.terminals), titleOf(tasks.view)];
    for (const title of titles) assert.match(title ?? '', /^Sandbox/);
    await run('sandbox.try', {});
    assert.equal(sandboxes().length, 1, 'one is enough');
  });

  it('runs a terminal, and cuts the person’s own off meanwhile', async () => {
    const { launchers, models } = await account.services.account.require();
    const [launcher] = (await launchers.list({})).rows;
    const [model] = (await models.list({})).rows;
    assert.ok(launcher && model);
    const location = { type: 'persistentLauncher' as const, persistentLauncherId: launcher.id };
    const shell = await (await openShell({ ...account, modelIds: [model.id] }, location)).live();
    assert.equal(await shell.run('echo $((6*7))'), '42');
    await own.read(/You are in the Sandbox: this terminal goes on when you leave it/);
    assert.equal(own.pty.remote.phase, 'ended');
  });

  it('deploys and pays a task, asking once, whatever the person’s own limits are', async () => {
    const results: Created[] = [];
    const modals = await answering(firstAct, async () => {
      results.push(await run<Created>('task.create', { ...hello, pay: true }));
    });
    assert.deepEqual(
      modals.map(({ message }) => message.replace(/[\d.]+ SWAN/, 'N SWAN')),
      ['Pay for “hello-world”: N SWAN?'],
    );
    assert.match(modals[0]?.detail ?? '', /^Network: Sandbox \(chain 31337\)$/m);
    const id = results[0]?.taskUuid ?? '';
    const { tasks } = account.services;
    await until('it to run', async () => {
      await tasks.store.refresh();
      return /^running/.test(tasks.view.tree.find(id)?.row.description ?? '');
    });
  });

  it('signs nobody in or out, and takes no wallet', async () => {
    for (const act of [
      () => run('decthings.signIn', { apiKey: account.apiKey }),
      () => run('decthings.signOut', {}),
      () => run('swan.signIn', { apiKey: 'a-key' }),
      () => run('swan.signOut', {}),
      () => run('swan.setWallet', { privateKey: '1'.repeat(64) }),
    ]) {
      await assert.rejects(act, errorOf('invalid', /^Leave the Sandbox first/));
    }
    const said: string[][] = [];
    const { showErrorMessage } = vscode.window;
    Object.assign(vscode.window, { showErrorMessage: async (...parts: string[]) => void said.push(parts) });
    try {
      await run('swan.signOut');
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    assert.deepEqual(said, [['Leave the Sandbox first.', 'Leave the Sandbox']]);
  });

  it('asks before it is left, and stays where the answer is no', async () => {
    const modals = await answering(
      () => undefined,
      async () => void (await run('sandbox.leave')),
    );
    assert.deepEqual(
      modals.map(({ message }) => message),
      ['Leave the Sandbox?'],
    );
    assert.equal(rows().length, 3);
  });

  it('asks whether to leave it, where the person wants to sign in', async () => {
    const modals = await answering(
      () => undefined,
      async () => void (await run('swan.signIn')),
    );
    assert.deepEqual(
      modals.map(({ message }) => message),
      ['Leave the Sandbox and sign in?'],
    );
  });

  it('leaves everything as it was: account, settings, what is remembered, terminals', async () => {
    const { account: decthings, swan, terminals } = account.services;
    assert.equal(decthings.keys[0]?.key, account.apiKey, 'what is kept is the person’s own all the time');
    const [started] = sandboxes();
    const folder = folderOf(started);
    await run('sandbox.leave', {});
    await until('two launchers', () => rows().length === 2);
    assert.equal(titleOf(account.services.views.launchers), '2');
    assert.equal(decthings.visiting || swan.visiting || swan.signedIn, false);
    assert.deepEqual(settings(), settingsBefore);
    assert.deepEqual(remembered(), rememberedBefore);
    await until('the end of its process', () => sandboxes().length === 0);
    assert.ok(!existsSync(folder));
    await until('the person’s own terminal', () => own.pty.remote.phase === 'live');
    // Whether the shell draws its prompt again by itself is its own affair.
    own.type('\r');
    await own.prompt();
    assert.match(await own.run('echo after'), /(^|\n)after$/);
    const left = () => vscode.window.terminals.filter(each => each !== own.terminal).map(({ name }) => name);
    await until('the Sandbox’s tab to close', () => left().length === 0).catch(error => {
      throw new Error(`${error.message} There are ${JSON.stringify(left())}.`);
    });
    assert.equal(terminals.stateOf(own.id), 'attached here');
  });

  it('begins nothing that goes on in the person’s own account after it was left', async () => {
    await enter();
    const leaving = async ({ acts }: Modal) => {
      await run('sandbox.leave', {});
      return acts[0];
    };
    const launcherId = account.services.views.launchers.tree.nodes[0]?.row.id ?? '';
    const switched = errorOf('invalid', /^You have switched to another account/);
    await answering(leaving, () => assert.rejects(run('launcher.delete', { launcherId }), switched));
    await enter();
    const signedOut = errorOf('credentials', /^Sign in to Swan Chain first/);
    await answering(leaving, () => assert.rejects(run('task.create', { ...hello, pay: true }), signedOut));
    await until('two launchers', () => rows().length === 2);
  });

  it('is started again where it has ended by itself, and everything says so meanwhile', async () => {
    await enter();
    const { showErrorMessage } = vscode.window;
    const told: { message: string; acts: string[]; answer(act: string): void }[] = [];
    Object.assign(vscode.window, {
      showErrorMessage: (message: string, ...acts: string[]) =>
        new Promise(answer => told.push({ message, acts, answer })),
    });
    try {
      const [killed] = sandboxes();
      assert.ok(killed);
      process.kill(killed.pid, 'SIGKILL');
      const notice = await until('a notification', () => told[0]);
      assert.match(notice.message, /^The Sandbox has ended, and all that ran in it\. \(.*SIGKILL/);
      assert.deepEqual(notice.acts, ['Start Again', 'Leave the Sandbox']);
      const { views, tasks } = account.services;
      for (const { tree } of [views.launchers, views.terminals, tasks.view]) {
        await until('the row', () => tree.nodes[0]?.row.command?.id === 'remoteCompute.sandbox.try');
      }
      assert.match(rows()[0] ?? '', /^Start the Sandbox again\|The Sandbox has ended/);
      notice.answer('Start Again');
      await until('three launchers', () => rows().length === 3);
      assert.notEqual(sandboxes()[0]?.pid, killed.pid);
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    await run('sandbox.leave', {});
    await until('two launchers', () => rows().length === 2);
  });
});

describe('the Sandbox, on a machine that it does not run on', () => {
  let services: Services;

  before(async () => {
    ({ services } = await activated());
  });

  afterEach(() => run('sandbox.leave', {}));

  /** A visit to `sandbox`, and what was said. */
  async function visit(sandbox: Partial<RunningSandbox>, unsupported?: string): Promise<string[]> {
    const said: string[] = [];
    const { showWarningMessage } = vscode.window;
    const options = Reflect.get(services.sandbox, 'options');
    const { start, unsupported: before } = options;
    const decthings = { httpUrl: 'http://127.0.0.1:9/v0', wsUrl: 'ws://127.0.0.1:9/v0/ws', apiKey: 'key' };
    const running = { decthings, folder: '', ended: new Promise(() => {}), stop: async () => {}, ...sandbox };
    Object.assign(options, { start: async () => running, unsupported });
    Object.assign(vscode.window, { showWarningMessage: async (message: string) => void said.push(message) });
    try {
      await run('sandbox.try', {});
    } finally {
      Object.assign(vscode.window, { showWarningMessage });
      Object.assign(options, { start, unsupported: before });
    }
    return said;
  }

  it('says why, and changes nothing', async () => {
    const why = 'There is no package of the Sandbox for this system.';
    await assert.rejects(visit({}, why), errorOf('refused', /^There is no package of the Sandbox for this system/));
    assert.equal(services.sandbox.visiting || services.account.visiting || services.swan.visiting, false);
  });

  it('runs without Swan where its chain does not start, and says so', async () => {
    assert.deepEqual(await visit({ withoutSwan: 'The chain did not start.' }), [
      'The Sandbox runs without Swan Chain, since its chain did not start on this machine: The chain did not start. Launchers and terminals work.',
    ]);
    assert.deepEqual([services.account.visiting, services.swan.visiting], [true, true]);
    assert.equal(services.swan.signedIn, false);
    await assert.rejects(run('task.create', { ...hello, pay: true }), errorOf('credentials'));
  });
});

function firstAct({ acts }: Modal): string | undefined {
  return acts[0];
}

/** Processes of sandboxes that this window has started. */
function sandboxes(): Process[] {
  return processes().filter(
    ({ parent, ended, command }) => parent === process.pid && !ended && /sandbox\.js.* --folder /.test(command),
  );
}

function folderOf(started: Process | undefined): string {
  const folder = / --folder (.+?)(?: --|$)/.exec(started?.command ?? '')?.[1];
  assert.ok(folder && existsSync(folder), `no folder: ${started?.command}`);
  return folder;
}
