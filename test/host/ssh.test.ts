import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ssh2';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { closeTerminals, errorOf, run } from './support/extension.js';
import { answering, no, yes } from './support/modals.js';
import { Notices } from './support/notices.js';
import { type Created, hello, openSwanAccount, type SwanAccount, taskBecomes, taskNode } from './support/swan.js';

describe('SSH to the machines of tasks', () => {
  let account: SwanAccount;
  let notices: Notices;
  let port: number;
  const proofs = mkdtempSync(join(tmpdir(), 'ssh-'));

  before(async () => {
    account = await openSwanAccount(['--step-ms', '50']);
    await account.swan.mineAtOnce();
    notices = new Notices();
  });

  after(async () => {
    notices.restore();
    await closeTerminals();
    await account.close();
    rmSync(proofs, { recursive: true, force: true });
  });

  /** A task that runs, and answers by SSH. @returns its UUID */
  async function sshTask(): Promise<string> {
    const request = { ...hello, source: { type: 'image', name: 'ssh-ubuntu-22.04' }, pay: true };
    const { taskUuid } = await run<Created>('task.create', request);
    await taskBecomes(account, taskUuid, 'running');
    return taskUuid;
  }

  async function connect(taskUuid: string): Promise<vscode.Terminal> {
    const opened = new Promise<vscode.Terminal>(resolve => {
      const subscription = vscode.window.onDidOpenTerminal(terminal => {
        if (!terminal.name.startsWith('ssh ')) return;
        subscription.dispose();
        resolve(terminal);
      });
    });
    ({ port } = await run<{ port: number }>('task.connectSsh', { taskUuid }));
    return await opened;
  }

  /** What `ssh` takes for an answer to whether the machine is the right one, and no shell for a command. */
  async function fingerprint(): Promise<string> {
    const client = new Client();
    const key = await new Promise<Buffer>((resolve, reject) => {
      const hostVerifier = (key: Buffer) => {
        resolve(key);
        return false;
      };
      client.on('error', reject).connect({ host: '127.0.0.1', port, username: 'root', hostVerifier });
    });
    client.end();
    return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  }

  /** Files of known keys, with what they hold. */
  function known(): string[] {
    const { sshFolder } = account.services;
    return existsSync(sshFolder) ? readdirSync(sshFolder).map(name => readFileSync(join(sshFolder, name), 'utf8')) : [];
  }

  /** Answers what `ssh` asks, until the key is kept. */
  async function accept(terminal: vscode.Terminal): Promise<void> {
    const before = known().join();
    const right = await fingerprint();
    await until('the key to be kept', async () => {
      terminal.sendText(right);
      return known().join() !== before;
    });
  }

  let proof = 0;
  async function hasShell(terminal: vscode.Terminal): Promise<void> {
    const file = join(proofs, `${++proof}`);
    await until('a shell', () => {
      terminal.sendText(`: > ${file}`);
      return existsSync(file);
    });
  }

  it('are connected to, also where another one answers at the same place by now', async () => {
    const first = await connect(await sshTask());
    await accept(first);
    await hasShell(first);
    await account.swan.act('set', { otherMachine: true });
    const second = await connect(await sshTask());
    await accept(second);
    await hasShell(second);
    assert.deepEqual(notices.shown, []);
  });

  it('ask nothing when they are connected to again, and say so where a machine has another key', async () => {
    const id = await sshTask();
    const first = await connect(id);
    await accept(first);
    await hasShell(first);
    const again = await connect(id);
    await hasShell(again);
    const before = known();
    await account.swan.act('set', { otherMachine: true });
    await connect(id);
    const notice = await notices.next(/its machine has another key than the one that you accepted/);
    assert.deepEqual(known(), before);
    const opened = new Promise<vscode.Terminal>(resolve => vscode.window.onDidOpenTerminal(resolve));
    notice.answer(notice.acts[0]);
    const anew = await opened;
    await accept(anew);
    await hasShell(anew);
  });

  it('are taken from all that providers write, with the ports beside', async () => {
    const id = await sshTask();
    const real = `ssh root@127.0.0.1 -p${port}、username: alice, 22:${port}, 8888:30023, `;
    await account.swan.act('task', { task_uuid: id, real_uri: real });
    await account.services.tasks.store.refresh();
    const [app] = (await taskNode(account, id)).children;
    assert.equal(app?.row.label, 'SSH');
    assert.match(app.row.tooltip ?? '', /The provider also names the user alice\./);
    assert.deepEqual(
      app.children.map(({ row }) => [row.label, row.description]),
      [['Port 8888', '127.0.0.1:30023']],
    );
    const terminal = await connect(id);
    await accept(terminal);
    await hasShell(terminal);
  });

  describe('in a window that is connected to another machine', () => {
    const { env, extensions } = vscode;
    const original = Object.getOwnPropertyDescriptor(env, 'remoteName') ?? assert.fail('It cannot be set.');
    const { getExtension } = extensions;
    let id: string;

    before(async () => {
      id = await sshTask();
      Object.defineProperty(env, 'remoteName', { ...original, get: () => 'dev-container' });
    });

    after(() => {
      Object.defineProperty(env, 'remoteName', original);
      Object.assign(extensions, { getExtension });
    });

    /** Where this extension runs: beside the person, or where the window has taken it. */
    function runs(extensionKind: vscode.ExtensionKind): void {
      Object.assign(extensions, { getExtension: (name: string) => ({ ...getExtension(name), extensionKind }) });
    }

    const terminals = () => vscode.window.terminals.filter(({ name }) => name.startsWith('ssh '));

    it('start where the person is, if this extension is there', async () => {
      runs(vscode.ExtensionKind.UI);
      let terminal: vscode.Terminal | undefined;
      const modals = await answering(no, async () => {
        terminal = await connect(id);
      });
      assert.deepEqual(modals, []);
      // A path alone would be taken for one of the other machine, and the terminal opened there.
      const options: vscode.TerminalOptions = terminal?.creationOptions ?? {};
      assert.ok(options.cwd instanceof vscode.Uri && options.cwd.scheme === 'file', String(options.cwd));
      await closeTerminals();
    });

    it('ask before they start there, and copy the command for a terminal of the person’s machine', async () => {
      runs(vscode.ExtensionKind.Workspace);
      const ask = (answer: Parameters<typeof answering>[0]) =>
        answering(answer, async () => {
          await run('task.connectSsh', { taskUuid: id }).catch(errorOf('cancelled'));
        });
      const before = terminals();
      const [modal] = await ask(no);
      assert.equal(modal?.message, 'Connect to 127.0.0.1 from the machine of this window (dev-container)?');
      assert.match(modal.detail ?? '', /So would ssh, with the keys that are there/);
      assert.deepEqual(modal.acts, ['Connect from There', 'Copy Command']);
      await ask(({ acts }) => acts[1]);
      assert.equal(await vscode.env.clipboard.readText(), `ssh -p ${port} root@127.0.0.1`);
      assert.deepEqual(terminals(), before);
    });

    it('start there where that is agreed to, which is asked once', async () => {
      const opened: vscode.Terminal[] = [];
      const modals = await answering(yes, async () => {
        opened.push(await connect(id), await connect(id));
      });
      assert.equal(modals.length, 1);
      assert.equal(opened.length, 2);
    });
  });
});
