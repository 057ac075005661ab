import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { MachineBackend } from '../../src/core/backend.js';
import { encodeHttpResponse } from '../../src/decthings/frames.js';
import { type CreateBackend, DecthingsAccount } from '../../src/ui/account.js';
import { Keychain } from '../support/fakeSecrets.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { activated, allNodes, errorOf, run, setSetting } from './support/extension.js';
import { answering, no, yes } from './support/modals.js';

/** Where somebody would like the key to go; it keeps all that it gets. */
class Thief {
  private heard: string[] = [];
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {
    server.on('request', (request, response) => {
      this.hear(request.rawHeaders.join('\n'), request.url);
      response.end(encodeHttpResponse({ error: { code: 'bad_credentials' } }));
    });
    server.on('upgrade', (request, socket) => {
      this.hear(request.rawHeaders.join('\n'), request.url);
      socket.destroy();
    });
  }

  static async listen(): Promise<Thief> {
    const server = createServer();
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return new Thief(server, `127.0.0.1:${port}`);
  }

  got(key: string): boolean {
    return this.heard.some(each => each.includes(key));
  }

  get visits(): number {
    return this.heard.length;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private hear(...what: (string | undefined)[]): void {
    this.heard.push(what.join('\n'));
  }
}

describe('the key of an account, when a setting names another address', () => {
  let account: Account;
  let thief: Thief;

  const there = () => account.services.account;
  const pointAt = async (origin: string) => {
    await setSetting('decthings.httpUrl', `http://${origin}/v0`);
    await setSetting('decthings.wsUrl', `ws://${origin}/v0/ws`);
  };
  const rows = () => allNodes(account.services.views.launchers.tree.nodes).map(({ row }) => row);

  before(async () => {
    account = await openAccount(['--launchers', '1', '--terminals', '1', '--only', 'decthings']);
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
    await until('the launcher', () => rows().some(({ contextValue }) => contextValue.startsWith('launcher')));
    thief = await Thief.listen();
  });

  after(async () => {
    thief?.close();
    const { httpUrl, wsUrl } = account.sandbox.services.decthings;
    await setSetting('decthings.httpUrl', httpUrl);
    await setSetting('decthings.wsUrl', wsUrl);
    await account.close();
  });

  it('does not go there, whatever is done', async () => {
    await pointAt(thief.origin);
    await until('another connection', () => there().error !== undefined);
    const { listLaunchers } = await activated();
    await assert.rejects(listLaunchers(), errorOf('invalid', /is sent nowhere else unless you allow it/));
    await assert.rejects(run('terminal.open', { modelId: account.modelIds[0] }), errorOf('invalid'));
    await assert.rejects(run('decthings.signIn', { apiKey: account.apiKey }), errorOf('invalid'));
    await run('refresh');
    await until('the row', () => rows()[0]?.command?.id === 'remoteCompute.decthings.allowAddress');
    assert.match(rows()[0]?.description ?? '', new RegExp(`http://${thief.origin}.*127\\.0\\.0\\.1`));
    assert.equal(thief.visits, 0);
  });

  it('does not go there beside a key that was entered for it', async () => {
    await assert.rejects(run('decthings.signIn', { apiKey: 'another-key' }), errorOf('credentials'));
    assert.deepEqual([thief.got('another-key'), thief.got(account.apiKey)], [true, false]);
  });

  it('does not go there when one of its addresses alone is another', async () => {
    const before = thief.visits;
    const { httpUrl } = account.sandbox.services.decthings;
    await setSetting('decthings.httpUrl', httpUrl);
    await until('another connection', () => /ws:/.test(there().error?.message ?? ''));
    await assert.rejects(run('terminal.open', { modelId: account.modelIds[0] }), errorOf('invalid'));
    assert.equal(thief.visits, before);
    await pointAt(thief.origin);
  });

  it('goes there when a person says so in a modal that names both, and not before', async () => {
    const { httpUrl, wsUrl } = account.sandbox.services.decthings;
    const [asked] = await answering(no, async () => void (await run('decthings.allowAddress', {})));
    for (const each of [httpUrl, wsUrl]) assert.ok(asked?.detail?.includes(new URL(each).origin), asked?.detail);
    for (const each of ['http:', 'ws:']) assert.ok(asked?.detail?.includes(`${each}//${thief.origin}`), asked?.detail);
    assert.equal(thief.got(account.apiKey), false);
    await answering(yes, async () => void (await run('decthings.allowAddress', {})));
    await until('the key to go there', async () => {
      await run('refresh');
      return thief.got(account.apiKey);
    });
    await setSetting('decthings.httpUrl', httpUrl);
    await setSetting('decthings.wsUrl', wsUrl);
    await until('the launcher again', () => rows().some(({ contextValue }) => contextValue.startsWith('launcher')));
  });

  it('of a program goes to an address that is neither public nor this machine’s when a person says so', async () => {
    const { httpUrl, wsUrl } = account.sandbox.services.decthings;
    const before = there().accounts;
    try {
      // Nobody has this name.
      await setSetting('decthings.httpUrl', 'https://decthings.invalid/v0');
      const signIn = async () => void (await run('decthings.signIn', { apiKey: 'of-a-program' }));
      const kinds: unknown[] = [];
      const [asked] = await answering(no, signIn);
      assert.equal(asked?.message, 'Send an API key to https://decthings.invalid?');
      assert.match(asked?.detail ?? '', /The settings name https:\/\/decthings\.invalid: whoever answers there/);
      await answering(yes, () => signIn().catch(error => void kinds.push(error.kind)));
      assert.deepEqual(kinds, ['network']);
      assert.deepEqual(there().accounts, before);
    } finally {
      await setSetting('decthings.httpUrl', httpUrl);
      await setSetting('decthings.wsUrl', wsUrl);
    }
  });

  it('that an earlier version has kept belongs to the public addresses', async () => {
    const { secrets, state } = new Keychain().window();
    await secrets.store('decthings.apiKey', 'old-key');
    const went: string[] = [];
    const create: CreateBackend = async ({ key, httpUrl, wsUrl }) => {
      for (const each of [httpUrl, wsUrl]) went.push(`${key.for(each)} ${new URL(each).host}`);
      return {} as MachineBackend;
    };
    const old = new DecthingsAccount(secrets, state, create);
    try {
      await old.ready();
      assert.deepEqual([old.signedIn, old.error?.code, went], [true, 'other_place', []]);
      for (const name of ['httpUrl', 'wsUrl']) await setSetting(`decthings.${name}`, undefined);
      await until('the public addresses', () => old.backend !== undefined);
      assert.deepEqual([...new Set(went)], ['old-key api.decthings.com']);
    } finally {
      old.dispose();
      const { httpUrl, wsUrl } = account.sandbox.services.decthings;
      await setSetting('decthings.httpUrl', httpUrl);
      await setSetting('decthings.wsUrl', wsUrl);
    }
  });
});

describe('the settings of others than the person', () => {
  const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('There is no folder.');
  const evil = { 'remoteCompute.decthings.httpUrl': 'http://127.0.0.1:9/v0', 'remoteCompute.swan.network': 'testnet' };
  const own = () => {
    const settings = vscode.workspace.getConfiguration('remoteCompute');
    return [settings.get('decthings.httpUrl'), settings.get('swan.network')];
  };

  async function have(file: string, changed: Record<string, unknown>): Promise<void> {
    const before = own();
    let text: string | undefined;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      mkdirSync(dirname(file), { recursive: true });
    }
    try {
      writeFileSync(file, JSON.stringify({ ...(text === undefined ? {} : JSON.parse(text)), ...evil, ...changed }));
      await until('what may be set there', () =>
        Object.entries(changed).every(([name, value]) => vscode.workspace.getConfiguration().get(name) === value),
      );
      assert.deepEqual(own(), before);
    } finally {
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
      await until('what was before', () =>
        Object.entries(changed).every(([name, value]) => vscode.workspace.getConfiguration().get(name) !== value),
      );
    }
  }

  it('fill none of ours: a workspace’s', async () => {
    await have(join(folder(), '.vscode', 'settings.json'), { 'editor.tabSize': 7 });
  });

  it('fill none of ours: a remote machine’s, which a dev container writes', async () => {
    // Where the window’s machine is the person’s there are none.
    if (vscode.env.remoteName === undefined) return;
    const { services } = await activated();
    const storage = Reflect.get(services.terminals, 'options').transcripts.folder as string;
    await have(join(storage, '../../../../Machine/settings.json'), { 'editor.tabSize': 5 });
  });

  it('cannot be written for a workspace by a program', async () => {
    const { Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
    const settings = vscode.workspace.getConfiguration('remoteCompute');
    for (const target of [Workspace, WorkspaceFolder]) {
      await assert.rejects(Promise.resolve(settings.update('decthings.httpUrl', 'http://127.0.0.1:9', target)));
    }
  });
});
