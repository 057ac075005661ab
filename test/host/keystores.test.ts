import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ADDRESS, KEY, keystoreOf } from '../support/keystores.js';
import { errorOf, run } from './support/extension.js';
import { answering, yes } from './support/modals.js';
import { openSwanAccount, type SwanAccount } from './support/swan.js';
import { typing } from './support/typing.js';

const PASSWORD = 'Password of the keystore. It is used in this window, and not kept';
const AGAIN = '⚠ This password does not open the keystore. Try again';

describe('keystores as wallets', () => {
  let account: SwanAccount;
  const folder = mkdtempSync(join(tmpdir(), 'keystores-'));
  const { showOpenDialog, showErrorMessage } = vscode.window;

  before(async () => {
    account = await openSwanAccount();
  });

  after(async () => {
    Object.assign(vscode.window, { showOpenDialog, showErrorMessage });
    rmSync(folder, { recursive: true, force: true });
    await account.close();
  });

  /** @returns what was asked for */
  async function set(keystore: object, passwords: string[]): Promise<string[]> {
    return await typing(passwords, () =>
      answering(yes, async () => void (await run('swan.setWallet', { keystore: JSON.stringify(keystore) }))),
    );
  }

  function signer(passwords: string[]): Promise<string[]> {
    const open = async () => {
      const { openKeystore } = await import('../../src/ui/keystorePassword.js');
      const { address } = await account.services.swan.signer(openKeystore);
      assert.equal(address, ADDRESS);
    };
    return typing(passwords, open);
  }

  it('without an address, as Foundry writes them, are opened for it once', async () => {
    assert.deepEqual(await set(keystoreOf({ password: ' of mine ' }), ['of mine', ' of mine ']), [PASSWORD, AGAIN]);
    const { wallet } = account.services.swan;
    assert.deepEqual([wallet?.type, wallet?.address], ['keystore', ADDRESS]);
    assert.deepEqual(await signer([]), []);
    assert.doesNotMatch(JSON.stringify(wallet), new RegExp(`${KEY}|of mine`));
  });

  it('with an address are opened when they have to sign', async () => {
    assert.deepEqual(await set({ address: ADDRESS.slice(2), ...keystoreOf() }, []), []);
    assert.deepEqual(await signer(['the password']), [PASSWORD]);
    assert.deepEqual(await signer([]), []);
  });

  it('with another wallet’s address are not used, and no other password is asked for', async () => {
    await set({ address: '11'.repeat(20), ...keystoreOf() }, []);
    await assert.rejects(signer(['the password']), errorOf('invalid', /the key in it is the one of 0x/));
  });

  it('that cannot be opened leave the wallet as it was, and ask for nothing', async () => {
    const before = account.services.swan.wallet;
    for (const [file, words] of [
      [{ ...keystoreOf(), version: 1 }, /“version” is 1\. What is supported: 3\./],
      [{ meta: { address: ADDRESS } }, /“crypto” is missing/],
    ] as const) {
      await assert.rejects(set(file, []), errorOf('invalid', words));
    }
    assert.deepEqual(account.services.swan.wallet, before);
  });

  it('are read from a file, unless that is far too large for one', async () => {
    const file = join(folder, 'UTC--2026-12-01');
    writeFileSync(file, JSON.stringify({ address: ADDRESS, ...keystoreOf() }));
    Object.assign(vscode.window, { showOpenDialog: async () => [vscode.Uri.file(file)] });
    await answering(yes, async () => void (await run('swan.setWallet', { address: `0x${'22'.repeat(20)}` })));
    const choose = () =>
      typing([], () => answering(yes, async () => void (await run('swan.setWallet'))), 'Keystore file');
    await choose();
    assert.equal(account.services.swan.wallet?.address, ADDRESS);
    truncateSync(file, 10_000_000);
    const told: string[] = [];
    Object.assign(vscode.window, { showErrorMessage: async (message: string) => void told.push(message) });
    await choose();
    assert.match(told.join(), /^This file is not an encrypted JSON wallet: it is larger than 256 KiB\.$/);
  });
});
