import { createCipheriv, pbkdf2Sync, randomBytes, randomUUID, scryptSync } from 'node:crypto';
import { keccak256, Wallet } from 'ethers';

export const KEY = '1a'.repeat(32);
export const { address: ADDRESS } = new Wallet(`0x${KEY}`);

export interface KeystoreParts {
  /** As bytes, since that is what differs. */
  password?: string | Uint8Array;
  kdf?: 'scrypt' | 'pbkdf2';
  n?: number;
  r?: number;
  p?: number;
  c?: number;
  prf?: 'hmac-sha256' | 'hmac-sha512';
}

/** An encrypted JSON wallet of `KEY`, without address, in the plainest form; producers vary it. */
export function keystoreOf(parts: KeystoreParts = {}) {
  const { password = 'the password', kdf = 'scrypt', n = 1024, r = 8, p = 1, c = 1000, prf = 'hmac-sha256' } = parts;
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const derived =
    kdf === 'scrypt'
      ? scryptSync(password, salt, 32, { N: n, r, p, maxmem: 2 ** 30 })
      : pbkdf2Sync(password, salt, c, 32, prf.slice('hmac-'.length));
  const ciphertext = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv).update(Buffer.from(KEY, 'hex'));
  const mac = keccak256(Buffer.concat([derived.subarray(16), ciphertext])).slice(2);
  const kdfparams: Record<string, unknown> = { dklen: 32, salt: salt.toString('hex') };
  Object.assign(kdfparams, kdf === 'scrypt' ? { n, r, p } : { c, prf });
  return {
    version: 3 as unknown,
    id: randomUUID() as string,
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: kdf as string,
      kdfparams,
      mac,
    },
  };
}
