import type { Clock } from './clock.js';
import { type ErrorKind, RemoteError, toRemoteError } from './errors.js';
import type { Log } from './log.js';

/** Something that failed, without a word that is not ours. */
export interface Failure {
  what: string;
  kind: ErrorKind;
  code: string | undefined;
  /** The last time: Unix milliseconds. */
  at: number;
  times: number;
}

type Channel = Omit<Log, 'failed'>;

/** Enough to see what led to what; the same one again takes no further place. */
const KEPT = 40;

/** A log that remembers what failed lately. */
export class FailureLog implements Log {
  private failures: Failure[] = [];

  constructor(
    private readonly channel: Channel,
    private readonly clock: Clock,
  ) {}

  /** What failed, the latest first. */
  get lately(): readonly Failure[] {
    return this.failures;
  }

  debug(message: string): void {
    this.write('debug', message);
  }

  info(message: string): void {
    this.write('info', message);
  }

  warn(message: string): void {
    this.write('warn', message);
  }

  error(message: string): void {
    this.write('error', message);
  }

  failed(what: string, thrown: unknown, level: 'info' | 'warn' = 'warn', about = ''): void {
    const { kind, code, message } = toRemoteError(thrown);
    if (kind === 'cancelled') return;
    const subject = about === '' ? what : `${what} ${about}`;
    const line = `${subject}: ${kind}${code === undefined ? '' : ` (${code})`}: ${message}`;
    // What has no kind of its own nobody has foreseen: where it comes from is all there is to go by.
    if (thrown instanceof Error && !(thrown instanceof RemoteError)) this.error(`${line}\n${thrown.stack}`);
    else this[level](line);
    const same = this.failures.find(each => each.what === what && each.kind === kind && each.code === code);
    const failure = { what, kind, code, at: this.clock.now(), times: (same?.times ?? 0) + 1 };
    this.failures = [failure, ...this.failures.filter(each => each !== same)].slice(0, KEPT);
  }

  private write(level: keyof Channel, message: string): void {
    try {
      this.channel[level](message);
    } catch {
      // The window is closing, and the channel is gone before what it tells of: that is no reason to stop a payment.
    }
  }
}
