import { RemoteError } from '../../../core/errors.js';
import { t } from '../../../core/l10n.js';
import { plainText } from '../../../core/plainText.js';
import { isObject, memberOf, parseObject } from './json.js';

/** What makes a key of a password. */
export type Kdf =
  | { name: 'scrypt'; salt: Uint8Array; n: number; r: number; p: number }
  | { name: 'pbkdf2'; salt: Uint8Array; c: number; hash: 'sha256' | 'sha512' };

/** An encrypted JSON wallet of version 3 (“Web3 Secret Storage”), checked and within bounds. */
export interface Keystore {
  kdf: Kdf;
  iv: Uint8Array;
  ciphertext: Uint8Array;
  mac: Uint8Array;
  /** What the file says, in lower case, if it does; the key says it for sure. */
  address: string | undefined;
}

/** The most that a file may ask for. Wallets ask for 256 MiB and `n * r * p` of 2^21, or for 2^18 rounds; some for four times that. */
const MAX_SCRYPT_BYTES = 2 ** 30 + 2 ** 20;
const MAX_SCRYPT_WORK = 2 ** 25;
/** Seconds of work, as well. */
const MAX_PBKDF2_ROUNDS = 2 ** 25;

const KEY_BYTES = 32;
const HASHES = { 'hmac-sha256': 'sha256', 'hmac-sha512': 'sha512' } as const;

/** Reads a file without any of the work that opens it. @throws RemoteError of kind `invalid`, which names what is wrong */
export function readKeystore(text: string): Keystore {
  const file = parseObject(text);
  if (memberOf(file, 'encseed') !== undefined) throw unsupported('encseed', t('a presale wallet'), t('version 3'));
  const crypto = objectAt(file, 'crypto');
  known('version', memberOf(file, 'version'), ['3']);
  known('cipher', memberOf(crypto, 'cipher'), ['aes-128-ctr']);
  const ciphertext = bytesAt(crypto, 'ciphertext');
  // Some have left a key's leading zeros out.
  if (ciphertext.length === 0 || ciphertext.length > KEY_BYTES) throw damaged('ciphertext');
  return {
    kdf: kdfOf(crypto),
    iv: bytesAt(objectAt(crypto, 'cipherparams'), 'iv', 16),
    ciphertext,
    mac: bytesAt(crypto, 'mac', 32),
    address: addressOf(file),
  };
}

function kdfOf(crypto: object): Kdf {
  const name = known('kdf', memberOf(crypto, 'kdf'), ['scrypt', 'pbkdf2']);
  const params = objectAt(crypto, 'kdfparams');
  const salt = bytesAt(params, 'salt');
  // The first bytes of a longer one are the same.
  if (integerAt(params, 'dklen') < KEY_BYTES) throw damaged('dklen');
  if (name === 'scrypt') {
    const [n, r, p] = [integerAt(params, 'n'), integerAt(params, 'r'), integerAt(params, 'p')];
    if (128 * r * (n + p + 1) > MAX_SCRYPT_BYTES || n * r * p > MAX_SCRYPT_WORK) throw tooMuch({ n, r, p });
    if (n < 2 || !Number.isInteger(Math.log2(n))) throw damaged('n');
    return { name, salt, n, r, p };
  }
  const c = integerAt(params, 'c');
  if (c > MAX_PBKDF2_ROUNDS) throw tooMuch({ c });
  return { name: 'pbkdf2', salt, c, hash: HASHES[known('prf', memberOf(params, 'prf'), keysOf(HASHES))] };
}

/** @returns which of the supported ones it is */
function known<T extends string>(name: string, value: unknown, supported: readonly T[]): T {
  if (typeof value !== 'string' && typeof value !== 'number') throw damaged(name);
  const found = supported.find(each => each === String(value).toLowerCase());
  if (found === undefined) throw unsupported(name, plainText(String(value), 40), supported.join(', '));
  return found;
}

function keysOf<T extends string>(record: Record<T, unknown>): T[] {
  return Object.keys(record) as T[];
}

function objectAt(parent: object, name: string): object {
  const value = memberOf(parent, name);
  if (!isObject(value)) throw damaged(name);
  return value;
}

/** From 1 on. Some write numbers as texts. */
function integerAt(parent: object, name: string): number {
  const value = memberOf(parent, name);
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  // What is beyond all numbers is far too much.
  if (typeof number === 'number' && number >= 1 && (number === Infinity || Number.isInteger(number))) return number;
  throw damaged(name);
}

/** Hexadecimal digits of either case, with or without `0x`. */
function bytesAt(parent: object, name: string, length?: number): Uint8Array {
  const value = memberOf(parent, name);
  if (typeof value !== 'string') throw damaged(name);
  const digits = value.replace(/^0x/i, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw damaged(name);
  const bytes = Uint8Array.from(Buffer.from(digits, 'hex'));
  if (length !== undefined && bytes.length !== length) throw damaged(name);
  return bytes;
}

/** Of the wallet itself: what is within another member is somebody else's. */
function addressOf(file: object): string | undefined {
  const value = memberOf(file, 'address');
  if (value === undefined || value === null || value === '') return undefined;
  const digits = typeof value === 'string' ? /^(?:0x)?([0-9a-f]{40})$/i.exec(value.trim())?.[1] : undefined;
  if (digits === undefined) throw damaged('address');
  return `0x${digits.toLowerCase()}`;
}

function damaged(name: string): RemoteError {
  return new RemoteError(
    'invalid',
    t('This file is not an encrypted JSON wallet, or it is damaged: “{0}” is missing or malformed.', name),
    { code: 'damaged_keystore' },
  );
}

function unsupported(name: string, value: string, supported: string): RemoteError {
  return new RemoteError(
    'invalid',
    t('This keystore cannot be opened here: its “{0}” is {1}. What is supported: {2}.', name, value, supported),
    { code: 'unsupported_keystore' },
  );
}

function tooMuch(params: Record<string, number>): RemoteError {
  const asked = Object.entries(params).map(([name, value]) => `${name} = ${value}`);
  return new RemoteError(
    'invalid',
    t(
      'This keystore is not opened, since it asks for far more memory or work than a wallet does: {0}.',
      asked.join(', '),
    ),
    { code: 'unsupported_keystore' },
  );
}
