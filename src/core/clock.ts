import { cancelled, RemoteError } from './errors.js';

/** Time and chance, as parameters, so that tests need no sleep. */
export interface Clock {
  /** The time of day, in Unix milliseconds, for people and services. Somebody can set it: no interval is measured by it. */
  now(): number;
  /** Milliseconds since some moment: they only grow, whatever is set. On Linux they stand still while the machine sleeps. */
  elapsed(): number;
  /** Runs `act` once after `ms` milliseconds. Returns what cancels it. */
  after(ms: number, act: () => void): () => void;
  /** Uniform in [0, 1). */
  random(): number;
}

export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Resolves after `ms` milliseconds; rejects with a `RemoteError` as soon as `signal` aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const abort = () => {
      cancel();
      reject(abortError(signal));
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Why `signal` aborted: a reason of ours, or else the person changed their mind. */
function abortError(signal?: AbortSignal): RemoteError {
  return signal?.reason instanceof RemoteError ? signal.reason : cancelled();
}

/**
 * How long to wait before try number `attempt` (the first retry is 0): exponential, with jitter over its upper half, so
 * that many clients dropped at once do not come back at once.
 */
export function backoff(attempt: number, random: number, baseMs: number, maxMs: number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (random * ceiling) / 2;
}
