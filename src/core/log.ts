/**
 * What happened, for whoever looks for the cause later. Never give it keys, or bytes of a terminal. `error`: a defect of
 * ours. `warn`: a person did not get what they asked for. `info`: what changed, and what failed and is tried again.
 * `debug`: every call, step and phase.
 */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /**
   * Something failed.
   * @param what in words of ours, since diagnostics tell it too: no id, name or address
   * @param about such as an id; for the log alone
   */
  failed(what: string, thrown: unknown, level?: 'info' | 'warn', about?: string): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, failed() {} };
