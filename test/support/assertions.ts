import assert from 'node:assert/strict';
import { type ErrorKind, RemoteError } from '../../src/core/errors.js';

/** Far beyond what a busy machine needs: it only ends a test that hangs. */
const PATIENCE_MS = 120_000;

/** Awaits the rejection, which has to be a `RemoteError` of this kind. */
export async function rejection(promise: Promise<unknown>, kind: ErrorKind): Promise<RemoteError> {
  const error = await promise.then(
    () => assert.fail(`Not rejected, as ${kind}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RemoteError, `Not a RemoteError: ${error}`);
  assert.equal(error.kind, kind, error.message);
  return error;
}

/** A promise and what settles it. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (!settle) throw new Error('A promise runs its executor at once.');
  return { promise, ...settle };
}

/** Waits, in real time, for something that no event announces. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`Waited in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
