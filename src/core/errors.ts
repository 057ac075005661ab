import { t } from './l10n.js';
import { type PlainText, plainText } from './plainText.js';

/**
 * What went wrong, as something code can decide on. Texts are for people; nothing matches on them.
 *
 * `cancelled`: the person changed their mind; never shown. `credentials`: sign in again. `notFound`: the thing is gone.
 * `invalid`: the request itself is wrong. `refused`: the service will not do this for this account (quota, payment).
 * `busy`: it may do so later. `network`: it could not be reached. `timeout`: no answer came, so the outcome is unknown.
 * `protocol`: the answer made no sense. `service`: any other error of the service.
 */
export type ErrorKind =
  | 'cancelled'
  | 'credentials'
  | 'notFound'
  | 'invalid'
  | 'refused'
  | 'busy'
  | 'network'
  | 'timeout'
  | 'protocol'
  | 'service';

export interface RemoteErrorOptions {
  /** The service's own code, such as `quota_exceeded`, or an HTTP status as `http_502`. */
  code?: string;
  /** Whether the same call, made again later, may succeed. It says nothing of whether repeating it is safe. */
  retryable?: boolean;
  /** Milliseconds the service asked to wait before another try. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** Characters. */
const MAX_MESSAGE = 2_000;
/** What is loaded late is a bundle of its own, with a copy of this class of its own: one knows the other's errors by it. */
const BRAND = Symbol.for('remoteCompute.error');

/** Every error that leaves `src/core`, `src/decthings`, `src/swan` and `src/terminal`. */
export class RemoteError extends Error {
  declare readonly message: PlainText;
  override readonly name = 'RemoteError';
  readonly [BRAND] = true;
  readonly code: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(
    readonly kind: ErrorKind,
    message: string,
    options: RemoteErrorOptions = {},
  ) {
    // Whoever threw it, and whatever it quotes.
    super(plainText(message, MAX_MESSAGE), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? (kind === 'busy' || kind === 'network' || kind === 'timeout');
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function cancelled(): RemoteError {
  return new RemoteError('cancelled', t('Cancelled'));
}

/** Gives any thrown value a kind. An unknown one is a defect of ours or of a library's: kind `service`, not retryable. */
export function toRemoteError(thrown: unknown): RemoteError {
  if (thrown instanceof RemoteError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled();
  return new RemoteError('service', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

export function hasKind(thrown: unknown, kind: ErrorKind): boolean {
  return thrown instanceof RemoteError && thrown.kind === kind;
}
