import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { type Account, openSandbox } from './support/account.js';
import { drawn, errorOf, run, setSetting } from './support/extension.js';

const PROVIDER = 'remoteCompute.decthings';

/** VS Code gives a session's key to no extension without the person's consent; who is signed in it tells to all. */
async function accounts(): Promise<string[]> {
  const { getAccounts } = vscode.authentication as unknown as {
    getAccounts(provider: string): Thenable<vscode.AuthenticationSessionAccountInformation[]>;
  };
  return (await getAccounts(PROVIDER)).map(({ label }) => label);
}

describe('signing in to Decthings', () => {
  let account: Account;

  before(async () => {
    account = await openSandbox(['--launchers', '3']);
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
  });

  after(() => account.close());

  it('is asked for by what needs it', async () => {
    await assert.rejects(run('launcher.create', { name: 'a', machine: { cpus: 1, memoryMebibytes: 512 } }), error =>
      errorOf('credentials', /^Sign in to Decthings first/)(error),
    );
  });

  it('does not keep a key that the service refuses, nor tell it', async () => {
    await assert.rejects(run('decthings.signIn', { apiKey: 'not-a-key' }), error => {
      assert.doesNotMatch(String(error), /not-a-key/);
      return errorOf('credentials', /did not accept the API key/)(error);
    });
    assert.equal(account.services.account.signedIn, false);
    assert.deepEqual(await accounts(), []);
    assert.deepEqual(drawn(account.services.views.launchers.tree.nodes), []);
  });

  it('keeps a key that the service accepts, and lists what there is', async () => {
    await run('decthings.signIn', { apiKey: account.apiKey });
    assert.equal(account.services.account.signedIn, true);
    const { tree } = account.services.views.launchers;
    await until('three launchers', () => tree.nodes.length === 3);
  });

  it('is in VS Code’s Accounts', async () => {
    assert.deepEqual(await accounts(), ['API key']);
    const session = await vscode.authentication.getSession(PROVIDER, [], { silent: true });
    assert.equal(session, undefined, 'given away without consent');
  });

  it('keeps the former key when a wrong one is given', async () => {
    await assert.rejects(run('decthings.signIn', { apiKey: 'not-a-key' }), errorOf('credentials'));
    assert.deepEqual(
      account.services.account.keys.map(({ key }) => key),
      [account.apiKey],
    );
  });

  it('out empties everything, and the Accounts hear of it', async () => {
    const changed = new Promise<string>(resolve => {
      const subscription = vscode.authentication.onDidChangeSessions(({ provider }) => {
        if (provider.id !== PROVIDER) return;
        subscription.dispose();
        resolve(provider.label);
      });
    });
    await run('decthings.signOut', {});
    assert.equal(await changed, 'Decthings');
    assert.deepEqual(await accounts(), []);
    const { launchers, debugSessions, terminals } = account.services.views;
    for (const { tree } of [launchers, debugSessions, terminals]) assert.deepEqual(drawn(tree.nodes), []);
    await assert.rejects(run('terminal.attach', { terminalSessionId: 'x' }), errorOf('credentials'));
  });

  for (const [name, address, wrong] of [
    ['httpUrl', 'http://192.0.2.1/v0', /should begin with https:\/\//],
    ['httpUrl', 'https://user:word@127.0.0.1/v0', /without user/],
    ['httpUrl', 'localhost', /is not an address/],
    ['wsUrl', 'ws://127.0.0.1.example.com/v0/ws', /should begin with wss:\/\//],
  ] as const) {
    it(`never sends a key to ${address}`, async () => {
      const right = account.sandbox.services.decthings[name];
      await setSetting(`decthings.${name}`, address);
      await assert.rejects(run('decthings.signIn', { apiKey: account.apiKey }), error => {
        assert.match(String(error), wrong);
        return errorOf('invalid', new RegExp(`The setting remoteCompute\\.decthings\\.${name} `))(error);
      });
      await setSetting(`decthings.${name}`, right);
    });
  }

  it('shows a wrong address in the views, and goes on when it is right again', async () => {
    const { wsUrl } = account.sandbox.services.decthings;
    const { tree } = account.services.views.launchers;
    await run('decthings.signIn', { apiKey: account.apiKey });
    await until('launchers', () => tree.nodes.length === 3);
    await setSetting('decthings.wsUrl', 'ws://192.0.2.1/v0/ws');
    await until('the error', () =>
      /decthings\.wsUrl should begin with wss:/.test(tree.nodes[0]?.row.description ?? ''),
    );
    assert.deepEqual(tree.nodes[0]?.row.command, { id: 'remoteCompute.openSettings', title: 'Open Settings' });
    await setSetting('decthings.wsUrl', wsUrl);
    await until('launchers', () => tree.nodes.length === 3);
  });
});
