import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { readKeystore } from '../../../src/swan/payments/keystore/format.js';
import { signerFromKey, signerFromKeystore } from '../../../src/swan/payments/signers.js';
import { rejection } from '../../support/assertions.js';
import { ADDRESS, KEY, keystoreOf } from '../../support/keystores.js';

const good = keystoreOf();
const { crypto } = good;
const withCrypto = (more: object) => ({ ...good, crypto: { ...crypto, ...more } });
const withParams = (more: object) => withCrypto({ kdfparams: { ...crypto.kdfparams, ...more } });
const rounds = (c: unknown) =>
  withCrypto({ kdf: 'pbkdf2', kdfparams: { ...keystoreOf({ kdf: 'pbkdf2' }).crypto.kdfparams, c } });

/** Refused as it is read, before there is any work. */
function refusal(file: object | string): RemoteError {
  try {
    readKeystore(typeof file === 'string' ? file : JSON.stringify(file));
  } catch (error) {
    assert.ok(error instanceof RemoteError && error.kind === 'invalid', String(error));
    return error;
  }
  return assert.fail('Not refused');
}

describe('a keystore that cannot be opened', () => {
  const unsupported: [object, RegExp][] = [
    [{ ...good, version: 1 }, /“version” is 1\. What is supported: 3\./],
    [{ ...good, version: 4 }, /“version” is 4\./],
    [{ ...good, version: '1.0.0' }, /“version” is 1\.0\.0\./],
    [{ encseed: 'ab', ethaddr: '11'.repeat(20) }, /“encseed” is a presale wallet\./],
    [withCrypto({ cipher: 'aes-128-cbc' }), /“cipher” is aes-128-cbc\. What is supported: aes-128-ctr\./],
    [withCrypto({ kdf: 'argon2id' }), /“kdf” is argon2id\. What is supported: scrypt, pbkdf2\./],
    [
      {
        ...good,
        crypto: { ...keystoreOf({ kdf: 'pbkdf2' }).crypto, kdfparams: { c: 1, dklen: 32, salt: '', prf: 'md5' } },
      },
      /“prf” is md5\. What is supported: hmac-sha256, hmac-sha512\./,
    ],
  ];
  for (const [file, words] of unsupported) {
    it(`names what is unsupported: ${words.source.slice(0, 24)}`, () => {
      const error = refusal(file);
      assert.equal(error.code, 'unsupported_keystore');
      assert.match(error.message, words);
    });
  }

  it('shows of the file what is short, on one line and without what hides', () => {
    const { message } = refusal(withCrypto({ cipher: `a\n\u202e${'b'.repeat(9_000)}` }));
    assert.doesNotMatch(message, /[\n\u202e]/);
    assert.ok(message.length < 300);
  });

  const tooMuch: [string, object][] = [
    ['n of 2^40', withParams({ n: 2 ** 40 })],
    ['4 GiB', withParams({ n: 2 ** 22, r: 8 })],
    ['r * p that would be beyond 2^32', withParams({ n: 2, r: 2 ** 31, p: 2 ** 31 })],
    ['r * p that would be beyond 2^53', withParams({ n: 2, r: 2 ** 52, p: 2 ** 52 })],
    ['p without end', withParams({ n: 2, r: 1, p: 2 ** 30 })],
    ['little memory and hours of work', withParams({ n: 2 ** 14, r: 8, p: 4096 })],
    ['two thousand million rounds', rounds(2e9)],
    ['rounds beyond all integers', rounds(1e300)],
  ];
  for (const [name, file] of tooMuch) {
    it(`asks for too much: ${name}`, () => {
      const error = refusal(file);
      assert.equal(error.code, 'unsupported_keystore');
      assert.match(error.message, /asks for far more memory or work than a wallet does: (?:n|c) = /);
    });
  }

  it('asks for more than all numbers', () => {
    const text = JSON.stringify(withParams({ n: 4242 })).replace('4242', '1e999');
    assert.match(refusal(text).message, /far more memory or work/);
  });

  it('asks for as much as the dearest wallets do, and is read', () => {
    for (const file of [
      withParams({ n: 2 ** 18, r: 8, p: 1 }),
      withParams({ n: 2 ** 18, r: 1, p: 8 }),
      withParams({ n: 2 ** 20, r: 8, p: 1 }),
      withParams({ n: '262144', r: '8', p: '1', dklen: '32' }),
      rounds(20_000_000),
    ]) {
      assert.equal(readKeystore(JSON.stringify(file)).address, undefined);
    }
  });

  const damaged: [string, object][] = [
    ['crypto', { version: 3 }],
    ['version', { crypto }],
    ['kdfparams', withCrypto({ kdfparams: 'x' })],
    ['mac', withCrypto({ mac: crypto.mac.slice(2) })],
    ['mac', withCrypto({ mac: 5 })],
    ['ciphertext', withCrypto({ ciphertext: '' })],
    ['ciphertext', withCrypto({ ciphertext: `${crypto.ciphertext}00` })],
    ['ciphertext', withCrypto({ ciphertext: `${crypto.ciphertext.slice(1)}` })],
    ['iv', withCrypto({ cipherparams: { iv: '00' } })],
    ['iv', withCrypto({ cipherparams: { iv: 'zz'.repeat(16) } })],
    ['salt', withParams({ salt: 'xyz' })],
    ['dklen', withParams({ dklen: 16 })],
    ['n', withParams({ n: 1 })],
    ['n', withParams({ n: 1000 })],
    ['n', withParams({ n: -1024 })],
    ['r', withParams({ r: 0 })],
    ['p', withParams({ p: 1.5 })],
    ['c', rounds(true)],
    ['c', rounds(0)],
    ['address', { ...good, address: 'nobody' }],
    ['address', { ...good, address: {} }],
  ];
  for (const [index, [name, file]] of damaged.entries()) {
    it(`is damaged, and says where: ${name} (${index})`, () => {
      const error = refusal(file);
      assert.equal(error.code, 'damaged_keystore');
      assert.match(error.message, new RegExp(`“${name}” is missing or malformed`));
    });
  }

  for (const [name, text, words] of [
    ['nothing', '', /no JSON object/],
    ['no JSON', 'garbage', /no JSON object/],
    ['a list', '[]', /no JSON object/],
    ['half of a file', JSON.stringify(good).slice(0, 200), /no JSON object/],
    ['10 MB', JSON.stringify({ ...good, meta: 'x'.repeat(10_000_000) }), /larger than 64 KiB/],
    ['nested 20,000 deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, /nested too deeply/],
    ['nested 100,000 deep', `{"a":${'['.repeat(100_000)}`, /larger than 64 KiB/],
  ] as const) {
    it(`is ${name}`, () => assert.match(refusal(text).message, words));
  }

  it('is not nested by what stands in its texts', () => {
    readKeystore(JSON.stringify({ ...good, meta: '[{"\\'.repeat(100) }));
  });

  it('has no members but its own', () => {
    assert.match(refusal('{"version":3,"__proto__":{"crypto":{}}}').message, /“crypto” is missing/);
  });

  it('has another problem than a wrong password, which is asked for again', async () => {
    await rejection(signerFromKeystore(JSON.stringify(good), 'another'), 'credentials');
    await rejection(signerFromKeystore(JSON.stringify({ ...good, version: 1 }), 'another'), 'invalid');
    const error = await rejection(signerFromKeystore(JSON.stringify(withCrypto({ mac: '00' })), 'another'), 'invalid');
    assert.equal(error.code, 'damaged_keystore');
  });
});

describe('a private key', () => {
  it('may be written with 0x or 0X, or without', () => {
    for (const text of [KEY, `0x${KEY}`, `0X${KEY}`, `0X${KEY.toUpperCase()}`, ` ${KEY}\n`]) {
      assert.equal(signerFromKey(text).address, ADDRESS);
    }
  });
});
