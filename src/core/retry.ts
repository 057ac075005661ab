import { backoff, type Clock, sleep } from './clock.js';
import { RemoteError } from './errors.js';

const RETRIES = 3;
const RETRY_BASE_MS = 300;
const RETRY_MAX_MS = 5_000;

/** Called before each wait for another try. */
export type Again = (error: RemoteError, waitMs: number) => void;

/** Makes a call that may be made twice up to four times, while the other end is busy, failing or out of reach. */
export async function retrying<T>(
  call: () => Promise<T>,
  clock: Clock,
  signal?: AbortSignal,
  onAgain?: Again,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      // After a time-out the person has waited long enough: they decide.
      const again = error instanceof RemoteError && error.retryable && error.kind !== 'timeout';
      if (!again || attempt >= RETRIES || signal?.aborted) throw error;
      const wait = Math.max(error.retryAfterMs ?? 0, backoff(attempt, clock.random(), RETRY_BASE_MS, RETRY_MAX_MS));
      if (wait > RETRY_MAX_MS * 2) throw error;
      onAgain?.(error, wait);
      await sleep(clock, wait, signal);
    }
  }
}
