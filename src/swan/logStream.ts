/** What happens to a log that is followed, and what is to be done then. */

export type LogEvent =
  /** Lines that were not given before. */
  | { type: 'fresh' }
  /** The connection ended. @param code of its close @param status of an answer that was no connection */
  | { type: 'dropped'; code: number; status?: number | undefined }
  /** The person asks for what is new. */
  | { type: 'wanted' };

export type LogEffect = { type: 'connect'; attempt: number; told: boolean } | { type: 'ended' } | { type: 'givenUp' };

export interface LogState {
  /** Connections in a row that brought nothing new. */
  failures: number;
}

/** After so many in a row a log is given up: a provider that is asked for ever sends the whole of it for ever. */
const MAX_ATTEMPTS = 8;
const ENDED = 1000;

export const newLog: LogState = { failures: 0 };

/** Pure. A going away (1001) is no end of a log: who goes away has not sent the rest. */
export function onLogEvent(state: LogState, event: LogEvent): { state: LogState; effect?: LogEffect } {
  if (event.type !== 'dropped') return { state: newLog };
  const { code, status } = event;
  if (code === ENDED && status === undefined) return { state, effect: { type: 'ended' } };
  if (state.failures >= MAX_ATTEMPTS || isRefusal(status)) return { state, effect: { type: 'givenUp' } };
  const effect: LogEffect = { type: 'connect', attempt: state.failures, told: state.failures === 0 };
  return { state: { failures: state.failures + 1 }, effect };
}

/** What another try would not change. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;
}
