import { backoff, type Clock, sleep } from './clock.js';
import { RemoteError } from './errors.js';

const RETRIES = 3;
const RETRY_BASE_MS = 300;
const RETRY_MAX_MS = 5_000;
/** No service is waited for longer than this because it says so. */
const RETRY_AFTER_MAX_MS = 60_000;

/** Called before each wait for another try. */
export type Again = (error: RemoteError, waitMs: number) => void;

/**
 * How long a service asks to wait, within bounds.
 * @param header its `Retry-After`, of seconds or of a date
 * @param date the answer's own: the service's clock, which a date is meant by, need not be ours
 */
export function retryAfterMs(
  header: string | null | undefined,
  date: string | null | undefined,
  now: number,
): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1_000 : dateOf(text) - (dateOf(date ?? '') || now);
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MAX_MS) : undefined;
}

/** One form of HTTP's dates leaves out that it is Greenwich's. */
function dateOf(text: string): number {
  if (!/^[A-Za-z]{3}/.test(text)) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}

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
