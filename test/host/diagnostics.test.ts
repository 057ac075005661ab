import assert from 'node:assert/strict';
import { homedir, hostname } from 'node:os';
import { encryptKeystoreJsonSync } from 'ethers';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { activated, allNodes, closeTerminals, run, setSetting } from './support/extension.js';
import { Logged } from './support/logged.js';
import { answering } from './support/modals.js';
import { openShell, type Shell } from './support/shell.js';
import { type Created, hello, openSwanAccount, type SwanAccount } from './support/swan.js';

const EXPLORER = 'https://explorer.planted-corp.example/x';
const PASSWORD = 'planted-password-7';
const TYPED = 'planted-typed-7';
/** As a service could answer, which somebody has pointed the extension at. */
const CODE = 'planted-code-7';
const NAME = 'planted-launcher';

describe('a session with secrets everywhere', () => {
  let decthings: Account;
  let swan: SwanAccount;
  let shell: Shell;
  let logged: Logged;
  let task: Created;
  let keystore: string;
  /** What opens or signs something, and what was typed and shown. */
  let secrets: string[];
  /** What is the person's own besides. */
  let own: string[];

  before(async () => {
    for (const view of ['launchers', 'debugSessions', 'terminals', 'tasks']) {
      await vscode.commands.executeCommand(`remoteCompute.${view}.focus`);
    }
    logged = new Logged((await activated()).services.log);
    decthings = await openAccount(['--launchers', '5', '--only', 'decthings']);
    swan = await openSwanAccount(['--step-ms', '50']);
    await setSetting('swan.custom.explorerUrl', EXPLORER);
    await swan.swan.mineAtOnce();
    const { address, privateKey } = swan.sandbox.services.swan.wallet;
    keystore = encryptKeystoreJsonSync({ address, privateKey }, PASSWORD, { scrypt: { N: 2, r: 1, p: 1 } });

    shell = await (await openShell(decthings)).live();
    await shell.run(`echo ${TYPED}`);
    await decthings.controls.drop();
    await until('its reconnection', () => logged.has(/^info Terminal \S+: attaching → live$/));
    await run('launcher.create', { name: NAME, machine: { cpus: 1, memoryMebibytes: 1024 } });
    await decthings.controls.fail({ api: 'PersistentLauncher', method: 'createPersistentLauncher', code: CODE });
    await assert.rejects(run('launcher.create', { name: NAME, machine: { cpus: 1, memoryMebibytes: 1024 } }));
    await answering(
      ({ acts }) => acts[0],
      async () => {
        task = await run<Created>('task.create', { ...hello, pay: true });
      },
    );
    await assert.rejects(run('swan.signIn', { apiKey: 'planted-wrong-key-7' }));
    await assert.rejects(run('swan.setWallet', { privateKey: 'planted-wrong-wallet-7' }));
    await run('swan.setWallet', { keystore });
    await run('refresh', {});
    const { services } = decthings;
    await until('the rows', () => services.views.launchers.tree.nodes.length === 6);

    secrets = [
      decthings.apiKey,
      swan.sandbox.services.swan.apiKey,
      privateKey,
      privateKey.slice(2),
      keystore,
      JSON.parse(keystore).Crypto.ciphertext,
      PASSWORD,
      TYPED,
      'planted-wrong-key-7',
      'planted-wrong-wallet-7',
    ];
    const { httpUrl, wsUrl } = decthings.sandbox.services.decthings;
    const { url, rpcUrl, clientContract, swanToken } = swan.sandbox.services.swan;
    const { launchers, terminals } = services.views;
    const rows = [launchers.tree, terminals.tree, services.tasks.view.tree].flatMap(({ nodes }) => allNodes(nodes));
    own = [
      ...[httpUrl, wsUrl, url, rpcUrl, EXPLORER].flatMap(each => [each, new URL(each).host]),
      ...[address, address.slice(2), clientContract, swanToken],
      ...rows.flatMap(({ row }) =>
        /^(launcher|terminal|task)\b/.test(row.contextValue) ? [row.id, row.label] : [row.id],
      ),
      ...decthings.modelIds,
      ...[task.taskUuid, shell.id, NAME, CODE, homedir(), vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''],
      ...(hostname().length > 4 ? [hostname()] : []),
    ].flatMap(text => [text, text.toLowerCase()]);
    assert.ok(own.length > 50 && own.every(text => text.length > 3), own.join('\n'));
  });

  after(async () => {
    logged.restore();
    await closeTerminals();
    await setSetting('swan.custom.explorerUrl', undefined);
    await swan.close();
    await decthings.close();
  });

  describe('has diagnostics that', () => {
    let text: string;

    before(async () => {
      await vscode.env.clipboard.writeText('');
      const { showInformationMessage } = vscode.window;
      const told: string[][] = [];
      Object.assign(vscode.window, {
        async showInformationMessage(...parts: string[]) {
          told.push(parts);
          return 'Show';
        },
      });
      try {
        await run('copyDiagnostics');
        const shown = () => vscode.window.activeTextEditor?.document;
        await until('the document', () => shown()?.getText().startsWith('# Remote Compute: diagnostics'));
        assert.equal(shown()?.languageId, 'markdown');
        assert.equal(shown()?.getText(), await vscode.env.clipboard.readText());
      } finally {
        Object.assign(vscode.window, { showInformationMessage });
      }
      assert.deepEqual(told, [
        ['Diagnostics are on the clipboard, without keys, addresses, names, ids and paths.', 'Show'],
      ]);
      text = await vscode.env.clipboard.readText();
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

    it('hold no secret', () => {
      for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${text}`);
    });

    it('hold nothing that is the person’s own', () => {
      for (const each of own) assert.ok(!text.includes(each), `${each} is in ${text}`);
    });

    for (const line of [
      /^- Remote Compute \d+\.\d+\.\d+, which runs where the (window|workspace) is$/m,
      /^- VS Code 1\.\d+\.\d+, (desktop|web|\(other\)), en$/m,
      /^- Node\.js \d+\.\d+\.\d+$/m,
      /^- `decthings\.httpUrl`: \(set, and not told\)$/m,
      /^- `swan\.network`: custom$/m,
      /^- `swan\.custom\.explorerUrl`: \(set, and not told\)$/m,
      /^- `swan\.custom\.chainId`: \d+$/m,
      /^- `payments\.limitPerDay`: 100000$/m,
      /^- Decthings: signed in$/m,
      /^- Swan: signed in, wallet: keystore$/m,
      /^- Sandbox: not visited$/m,
      /^- Launchers: ready, 6 of 6 rows, (visible|hidden)$/m,
      /^- Terminals of this window: 1 live$/m,
      /^- Watched tasks: .*\d+ (deploying|running)/m,
      /^- Payments: .*\d+ done/m,
      /UTC.*: `Connection of a terminal`: network/m,
      /UTC.*: `PersistentLauncher\.createPersistentLauncher`: service \(other\)$/m,
      /UTC.*: `launcher\.create`: service/m,
      /UTC.*: `POST \/login_by_api_key`: credentials/m,
    ]) {
      it(`tell ${line.source}`, () => assert.match(text, line));
    }

    it('are given to a program, and shown to nobody', async () => {
      const given = await run<string>('copyDiagnostics', {});
      assert.match(given, /^# Remote Compute: diagnostics\n/);
    });
  });

  describe('has a log that', () => {
    it('holds no secret, at any level', () => {
      const all = logged.lines.join('\n');
      for (const secret of secrets) assert.ok(!all.includes(secret), secret);
    });

    for (const line of [
      /^info Decthings: signed in$/,
      /^info Swan: signed in$/,
      /^info Terminal \(new\): launching → live$|^info Terminal \S+: launching → live$/,
      /^info Connection of a terminal \S+: network/,
      /^info Payment \S+: done$/,
      /^debug PersistentLauncher\.getPersistentLaunchers: \d+ ms$/,
      /^debug GET \/v2\/task_list: \d+ ms$/,
      /^debug GET \/v2\/task_deployment: \d+ ms$/,
      /^debug Payment: pay\.journal$/,
      /^info PersistentLauncher\.createPersistentLauncher: service \(planted-code-7\)/,
      /^warn launcher\.create: service \(planted-code-7\)/,
      /^warn swan\.setWallet: invalid/,
    ]) {
      it(`says ${line.source}`, () => assert.ok(logged.has(line), logged.lines.join('\n')));
    }

    it('tells of no key that is typed', () => {
      assert.ok(!logged.has(/writeToTerminalSession|resizeTerminalSession/));
    });
  });
});
