import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { activated, closeTerminals, errorOf, run, setSetting } from './support/extension.js';
import { openShell, type Shell } from './support/shell.js';

const machine = { cpus: 1, memoryMebibytes: 1024 };

describe('a terminal', () => {
  let account: Account;
  let shell: Shell;

  before(async () => {
    await setSetting('terminal.onClose', 'end');
    account = await openAccount();
    shell = await (await openShell(account)).live();
  });

  after(async () => {
    await closeTerminals();
    await setSetting('terminal.onClose', undefined);
    await account.close();
  });

  it('runs commands', async () => {
    assert.equal(await shell.run('echo $((6*7))'), '42');
  });

  it('has a name of its own where another of its model is open, and its row tells which it is', async () => {
    const { terminals } = account.services;
    const modelId = account.sandbox.services.decthings.modelIds[0];
    const open = async () =>
      (await run<{ terminalSessionId: string }>('terminal.open', { modelId, machine })).terminalSessionId;
    const ids = [await open(), await open()];
    const opened = () => vscode.window.terminals.filter(({ name }) => name.startsWith('mnist-classifier'));
    const names = () => opened().map(({ name }) => name);
    // Until it is up, a tab's name says that it is starting.
    await until('their names', () => names().every(name => !name.endsWith('…)')));
    assert.deepEqual(names().sort(), ['mnist-classifier', 'mnist-classifier (2)']);
    assert.deepEqual(
      ids.map(id => terminals.stateOf(id)),
      ['attached here', 'attached here (2)'],
    );
    for (const terminal of opened()) terminal.dispose();
    await until('their end', () => ids.every(id => terminals.stateOf(id) === undefined));
  });

  it('starts with the size of its tab, and follows it', async () => {
    const size = async () => shell.run('stty size');
    // VS Code may still be laying the panel out.
    const before = await until('the size of the tab', async () => {
      const now = await size();
      return now === `${shell.size?.rows} ${shell.size?.columns}` && now;
    });
    // Its width is also that of the list of tabs beside it, which comes and goes with other terminals.
    const rows = Number(before.split(' ')[0]);
    const rowsNow = async () => Number((await size()).split(' ')[0]);
    await vscode.commands.executeCommand('workbench.action.toggleMaximizedPanel');
    await until('more rows', async () => (await rowsNow()) > rows);
    await vscode.commands.executeCommand('workbench.action.toggleMaximizedPanel');
    await until('the former rows', async () => (await rowsNow()) === rows);
  });

  it('carries 10,000 keystrokes in order', async () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `${index},`);
    const folder = await shell.run('pwd');
    const { length } = keys.join('');
    shell.type(`stty raw -echo; printf rea''dy; head -c ${length} > keys; stty sane; printf rec''orded\r`);
    await shell.read(/ready/);
    for (const key of keys) shell.type(key);
    await shell.read(/recorded/);
    assert.equal(readFileSync(join(folder, 'keys'), 'utf8'), keys.join(''));
  });

  it('shows characters whole, however their bytes come', async () => {
    const text = 'é €, 日本, 🚀!';
    const bytes = [...Buffer.from(text)].map(byte => `\\${byte.toString(8)}`);
    const pieces: Uint8Array[] = [];
    const watcher = await account.backend.terminals.connect({
      data: (_id, piece) => pieces.push(piece),
      exit() {},
      alive() {},
      closed() {},
    });
    await watcher.attach(shell.id);
    const printed = await shell.run(
      `for b in ${bytes.map(byte => `'${byte}'`).join(' ')}; do printf "$b"; sleep 0.01; done`,
    );
    watcher.close();
    assert.equal(printed, text);
    const cut = pieces.filter(piece => new TextDecoder().decode(piece).includes('\ufffd'));
    assert.ok(cut.length > 0, 'no character was cut in two');
  });

  it('stops a flood on Ctrl+C, and takes commands again', async () => {
    shell.type('yes no\r');
    await shell.read(/(no\n){10000}/);
    shell.type('\x03');
    await shell.prompt();
    assert.equal(await shell.run('echo $((6*7))'), '42');
  });

  it('keeps what is typed before it is up', async () => {
    const { launcherId } = await run<{ launcherId: string }>('launcher.create', { name: 'slow', machine });
    const early = await openShell(account, { type: 'persistentLauncher', persistentLauncherId: launcherId });
    assert.notEqual(early.pty.remote.phase, 'live');
    early.type('echo early $((6*7))\r');
    await early.read(/\nearly 42\n/);
    early.terminal.dispose();
    await until('its tab to close', () => !vscode.window.terminals.includes(early.terminal));
  });

  it('is opened by a program, which is given its session', async () => {
    const { openTerminal } = await activated();
    const { terminalSessionId } = await openTerminal({ modelId: account.modelIds[1] ?? '', machine });
    const ids: string[] = (await account.backend.terminals.list()).map(({ id }) => id);
    assert.ok(ids.includes(terminalSessionId));
    await until('its tab', () => vscode.window.activeTerminal?.name === 'sentiment-lstm');
    vscode.window.activeTerminal?.dispose();
  });

  it('is not opened where it cannot be', async () => {
    const modelId = account.modelIds[0];
    await assert.rejects(
      run('terminal.open', { modelId, launcherId: 'none' }),
      errorOf('notFound', /launcher does not exist/),
    );
    await until('its tab to say why', () => vscode.window.terminals.some(({ name }) => name.endsWith('(ended)')));
    for (const { name, dispose } of vscode.window.terminals) if (name.endsWith('(ended)')) dispose();
  });

  it('that is open already is shown, not opened twice', async () => {
    const other = await (await openShell(account)).live();
    assert.equal(vscode.window.activeTerminal, other.terminal);
    const { length } = vscode.window.terminals;
    await run('terminal.attach', { terminalSessionId: shell.id });
    await until('the first tab', () => vscode.window.activeTerminal === shell.terminal);
    assert.equal(vscode.window.terminals.length, length);
    other.terminal.dispose();
  });

  it('is cut off by signing out, and goes on by itself after signing in again', async () => {
    const { id } = shell;
    await run('decthings.signOut', {});
    await shell.read(/Signed out of Decthings\./);
    await run('decthings.signIn', { apiKey: account.apiKey });
    await until('it to be live', () => shell.pty.remote.phase === 'live');
    assert.equal(shell.id, id);
    shell.type('echo on $((6*7))\r');
    await shell.read(/\non 42\n/);
    await shell.prompt();
  });

  it('reaches the files of another model when it is given access', async () => {
    const [, modelId] = account.modelIds;
    assert.equal(await shell.run('ls "$MODELS"'), 'mnist-classifier');
    await run('terminal.addFilesystemAccess', { terminalSessionId: shell.id, modelId });
    assert.match(await shell.run('ls "$MODELS"'), /sentiment-lstm/);
  });

  it('says why it ended, and Enter starts a new one in its place', async () => {
    const first = shell.id;
    shell.type('exit 3\r');
    await shell.read(/Ended with exit code 3\. Enter starts a new one, any other key closes\./);
    await until('a new session', () => {
      // The first keys after the end are not taken for an answer to it.
      if (shell.pty.remote.phase === 'ended') shell.type('\r');
      return shell.pty.remote.phase === 'live';
    });
    assert.notEqual(shell.id, first);
    await shell.prompt();
    assert.equal(await shell.run('echo $((6*7))'), '42');
  });

  it('closes on any other key, with its exit code', async () => {
    const short = await (await openShell(account)).live();
    short.type('exit 3\r');
    await short.read(/Ended with exit code 3/);
    await until('the tab to close', () => {
      if (short.pty.remote.phase === 'ended') short.type('q');
      return short.terminal.exitStatus;
    });
    assert.equal(short.terminal.exitStatus?.code, 3);
  });

  it('ends with its tab, or goes on without it, as the setting says', async () => {
    const ids = async (): Promise<string[]> => (await account.backend.terminals.list()).map(({ id }) => id);
    const kept = await (await openShell(account)).live();
    const ended = await (await openShell(account)).live();
    ended.terminal.dispose();
    await until('its end', async () => !(await ids()).includes(ended.id));
    await setSetting('terminal.onClose', 'keep');
    kept.terminal.dispose();
    await until('its tab to close', () => kept.pty.remote.phase === 'closed');
    assert.ok((await ids()).includes(kept.id));
    await setSetting('terminal.onClose', 'end');

    await run('terminal.attach', { terminalSessionId: kept.id });
    await until('it to be attached', () => account.services.terminals.stateOf(kept.id) === 'attached here');
    const tab = await until('its tab', () => {
      const { activeTerminal } = vscode.window;
      return activeTerminal !== shell.terminal && activeTerminal;
    });
    tab.dispose();
    await until('its end', async () => !(await ids()).includes(kept.id));
  });
});
