import type { Clock } from './clock.js';
import type { Log } from './log.js';
import { type Again, retrying } from './retry.js';

export interface CallLog {
  log: Log;
  clock: Clock;
  /** Of the method, in the service's words: no id and no parameter. */
  name: string;
}

/** Makes a call, and has the log tell of it by its method's name: how long it took, or why it failed. */
export async function loggedCall<T>({ log, clock, name }: CallLog, call: (again: Again) => Promise<T>): Promise<T> {
  const began = clock.elapsed();
  try {
    const result = await call(({ kind, code }, wait) => {
      log.debug(`${name}: ${code ?? kind}, again in ${Math.round(wait)} ms`);
    });
    log.debug(`${name}: ${Math.round(clock.elapsed() - began)} ms`);
    return result;
  } catch (error) {
    log.failed(name, error, 'info');
    throw error;
  }
}

/** The same of one that may be made twice. */
export function loggedRetries<T>(about: CallLog, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  return loggedCall(about, again => retrying(call, about.clock, signal, again));
}
