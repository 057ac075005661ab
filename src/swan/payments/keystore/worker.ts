import { createDecipheriv, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { scrypt } from '@noble/hashes/scrypt.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Kdf, Keystore } from './format.js';

/** Runs in a thread of its own, which may be ended at any moment. A bundle of its own. */

export interface Work {
  keystore: Keystore;
  /** One of them is the right one, or none. */
  passwords: Uint8Array[];
}

export type Answer =
  /** From 0 to 1. */
  | { type: 'progress'; done: number }
  | { type: 'opened'; key: Uint8Array<ArrayBuffer> }
  | { type: 'wrong password' }
  /** Less memory is free than it takes. */
  | { type: 'no memory' };

const KEY_BYTES = 32;
/** Above the bounds of what is read. */
const MAX_MEMORY = 2 ** 31;

function open({ keystore, passwords }: Work): Answer {
  for (const [index, password] of passwords.entries()) {
    const key = tryPassword(keystore, password, done =>
      answer({ type: 'progress', done: (index + done) / passwords.length }),
    );
    answer({ type: 'progress', done: (index + 1) / passwords.length });
    if (key) return { type: 'opened', key };
  }
  return { type: 'wrong password' };
}

function tryPassword({ kdf, iv, ciphertext, mac }: Keystore, password: Uint8Array, progress: (done: number) => void) {
  const derived = derive(kdf, password, progress);
  const expected = keccak_256(Buffer.concat([derived.subarray(16), ciphertext]));
  if (!timingSafeEqual(expected, mac)) return undefined;
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const bytes = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const key = new Uint8Array(KEY_BYTES);
  key.set(bytes, KEY_BYTES - bytes.length);
  return key;
}

/**
 * scrypt is a library's: Node's own refuses `n` of 2^16 and more with `r` of 1, which wallets have, tells no progress and
 * ends with nothing but itself. PBKDF2 is Node's, eight times as fast as any script; its bound is some seconds.
 */
function derive(kdf: Kdf, password: Uint8Array, onProgress: (done: number) => void): Uint8Array {
  const { salt } = kdf;
  if (kdf.name === 'pbkdf2') return pbkdf2Sync(password, salt, kdf.c, KEY_BYTES, kdf.hash);
  const { n: N, r, p } = kdf;
  let told = 0;
  return scrypt(password, salt, {
    N,
    r,
    p,
    dkLen: KEY_BYTES,
    maxmem: MAX_MEMORY,
    onProgress(done) {
      if (done - told < 0.01) return;
      told = done;
      onProgress(done);
    },
  });
}

function answer(message: Answer): void {
  parentPort?.postMessage(message, message.type === 'opened' ? [message.key.buffer] : []);
}

try {
  answer(open(workerData));
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  answer({ type: 'no memory' });
}
