import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { encryptKeystoreJson } from 'ethers';
import { addressInKeystore, signerFromKey, signerFromKeystore } from '../../../src/swan/payments/signers.js';
import { rejection } from '../../support/assertions.js';
import { ADDRESS, KEY, keystoreOf } from '../../support/keystores.js';

const PASSWORD = 'the password';
const bare = ADDRESS.slice(2).toLowerCase();

async function opens(file: object | string, password = PASSWORD): Promise<void> {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  const signer = await signerFromKeystore(text, password);
  assert.equal(signer.address, ADDRESS);
}

describe('keystores', () => {
  describe('open with their password, of', () => {
    const vectors: Record<string, { password: string; key: string; file: object }> = JSON.parse(
      readFileSync('test/data/swan/keystores.json', 'utf8'),
    );
    for (const [name, { password, key, file }] of Object.entries(vectors)) {
      it(name, async () => {
        const { address } = signerFromKey(key);
        assert.equal((await signerFromKeystore(JSON.stringify(file), password)).address, address);
        assert.equal(addressInKeystore(JSON.stringify(file)), undefined);
      });
    }

    const { version, id, crypto } = keystoreOf();
    const pbkdf2 = keystoreOf({ kdf: 'pbkdf2' });
    const hex0x = (text: string) => `0x${text}`;
    const { kdfparams, cipherparams, mac, ciphertext } = crypto;
    const producers: Record<string, object> = {
      geth: { address: bare, crypto, id, version },
      'Foundry, without an address': { crypto, id, version },
      web3j: { address: bare, id, version, crypto },
      'MyEtherWallet, with Crypto in upper case': { version, id, address: bare, Crypto: crypto },
      'parity, with what it knows of the wallet': { ...pbkdf2, address: hex0x(bare), name: 'mine', meta: '{}' },
      'brownie and other users of eth-keyfile': { address: ADDRESS, crypto: pbkdf2.crypto, id, version: '3' },
      'those who write 0x': {
        version,
        address: ADDRESS,
        crypto: {
          ...crypto,
          cipherparams: { iv: hex0x(cipherparams.iv) },
          ciphertext: hex0x(ciphertext),
          mac: hex0x(mac),
          kdfparams: { ...kdfparams, salt: `0X${kdfparams.salt}` },
        },
      },
      'those who write digits in upper case': {
        version,
        address: bare.toUpperCase(),
        crypto: {
          ...crypto,
          cipherparams: { iv: cipherparams.iv.toUpperCase() },
          ciphertext: ciphertext.toUpperCase(),
          mac: mac.toUpperCase(),
          kdfparams: { ...kdfparams, salt: `${kdfparams.salt}`.toUpperCase() },
        },
      },
      'those who write an empty address': { version, address: '', crypto },
      'those who derive more than is used': { version, crypto: { ...crypto, kdfparams: { ...kdfparams, dklen: 64 } } },
      'those who hash with SHA-512': keystoreOf({ kdf: 'pbkdf2', prf: 'hmac-sha512' }),
    };
    for (const [name, file] of Object.entries(producers)) it(name, () => opens(file));

    it('ethers, telling how far it is', async () => {
      const account = { address: ADDRESS, privateKey: `0x${KEY}` };
      const text = await encryptKeystoreJson(account, PASSWORD, { scrypt: { N: 1024 } });
      const told: number[] = [];
      await signerFromKeystore(text, PASSWORD, done => told.push(done));
      assert.ok(told.length > 10, `${told}`);
      assert.deepEqual(
        told.toSorted((a, b) => a - b),
        told,
      );
      assert.equal(told.at(-1), 1);
    });

    it('a file with a byte order mark', () => opens(`\ufeff${JSON.stringify(keystoreOf())}\r\n`));
  });

  describe('take a password', () => {
    const typed = { composed: 'caf\u00e9', decomposed: 'cafe\u0301', ligature: '\ufb01sh', blanks: ' a b ' };
    for (const [name, password] of Object.entries(typed)) {
      it(`as it was typed: ${name}`, () => opens(keystoreOf({ password }), password));
    }

    it('as others have brought it into a form of Unicode', async () => {
      await opens(keystoreOf({ password: 'caf\u00e9' }), 'cafe\u0301');
      await opens(keystoreOf({ password: 'cafe\u0301' }), 'caf\u00e9');
      await opens(keystoreOf({ password: 'fish' }), '\ufb01sh');
    });

    it('once in each form: a plain one costs one try', async () => {
      for (const [password, tries] of [
        ['plain', 1],
        ['cafe\u0301', 2],
      ] as const) {
        const told: number[] = [];
        const file = JSON.stringify(keystoreOf());
        await rejection(
          signerFromKeystore(file, password, done => told.push(done)),
          'credentials',
        );
        assert.equal(new Set(told.filter(done => Number.isInteger(done * tries))).size, tries);
      }
    });
  });

  describe('have the address of their key', () => {
    it('and not the one that stands in another place of the file', () => {
      const foreign = '11'.repeat(20);
      const { crypto, version } = keystoreOf();
      const meta = { meta: { address: foreign } };
      assert.equal(addressInKeystore(JSON.stringify({ ...meta, version, crypto })), undefined);
      assert.equal(addressInKeystore(JSON.stringify({ ...meta, version, crypto, address: bare })), ADDRESS);
    });

    it('or are refused where the file says that they are another', async () => {
      const text = JSON.stringify({ ...keystoreOf(), address: '11'.repeat(20) });
      const error = await rejection(signerFromKeystore(text, PASSWORD), 'invalid');
      assert.equal(error.code, 'other_wallet');
      assert.match(
        error.message,
        new RegExp(`wallet 0x${'11'.repeat(20)}, and the key in it is the one of ${ADDRESS}`),
      );
    });
  });

  describe('are opened in a thread of its own', () => {
    it('which ends with its answer, and no error tells the key', async () => {
      for (const [password, kind] of [
        [PASSWORD, undefined],
        ['another', 'credentials'],
      ] as const) {
        const threads = threadsFrom(async () => {
          const opening = signerFromKeystore(JSON.stringify(keystoreOf({ kdf: 'pbkdf2' })), password);
          if (kind === undefined) assert.equal((await opening).address, ADDRESS);
          else assert.doesNotMatch(`${(await rejection(opening, kind)).stack}`, new RegExp(KEY));
        });
        assert.equal(await threads, 1);
      }
    });

    it('which is ended where that is cancelled, in the middle of long work', async () => {
      const { version, crypto } = keystoreOf();
      const kdfparams = { ...crypto.kdfparams, n: 2 ** 20, r: 8, p: 4 };
      const slow = JSON.stringify({ version, crypto: { ...crypto, kdfparams } });
      const abort = new AbortController();
      const told: number[] = [];
      const onProgress = (done: number) => {
        told.push(done);
        abort.abort();
      };
      const threads = threadsFrom(async () => {
        await rejection(signerFromKeystore(slow, PASSWORD, onProgress, abort.signal), 'cancelled');
      });
      assert.equal(await threads, 1);
      assert.ok(Math.max(...told) < 0.9, `${told}`);
      const none = threadsFrom(() =>
        rejection(signerFromKeystore(slow, PASSWORD, undefined, abort.signal), 'cancelled'),
      );
      assert.equal(await none, 0);
    });
  });
});

/** @returns how many threads `act` has started; all of them have ended */
async function threadsFrom(act: () => Promise<unknown>): Promise<number> {
  const exits: Promise<unknown>[] = [];
  const note = (worker: Worker) => void exits.push(once(worker, 'exit'));
  process.on('worker', note);
  try {
    await act();
    await Promise.all(exits);
  } finally {
    process.off('worker', note);
  }
  return exits.length;
}
