import { type ErrorKind, RemoteError } from '../core/errors.js';
import { strangersText } from './text.js';

const MAX_MESSAGE = 300;

/** An answer that says `failed`: the service's own words are all there is to go by. */
export function fromFailure(message: string | undefined): RemoteError {
  const words = strangersText(message ?? '', MAX_MESSAGE);
  return new RemoteError('service', words === '' ? 'Swan refused, and did not say why.' : `Swan: ${words}`, {
    code: 'failed',
  });
}

/** An HTTP answer outside 2xx. @param retryAfter that header @param message what the service said of it */
export function fromHttpStatus(status: number, retryAfter?: string | null, message?: string): RemoteError {
  const code = `http_${status}`;
  const words = strangersText(message ?? '', MAX_MESSAGE);
  const because = words === '' ? '' : ` It says: ${words}`;
  const error = (kind: ErrorKind, text: string, options = {}) =>
    new RemoteError(kind, `${text}${because}`, { code, ...options });
  if (status === 401 || status === 403) return error('credentials', 'Swan did not accept the API key. Sign in again.');
  if (status === 429) {
    const seconds = Number(retryAfter);
    const wait = retryAfter && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
    return error('busy', 'Swan is receiving too many requests. Try again in a moment.', wait);
  }
  if (status >= 500) {
    return error('service', `Swan is not available (HTTP ${status}). Try again in a moment.`, { retryable: true });
  }
  if (status === 404) {
    return words === ''
      ? error('service', 'There is no Swan orchestrator at the configured address (HTTP 404). Check the settings.')
      : error('notFound', 'Swan does not have this any more. Refresh the list.');
  }
  return error('service', `Swan answered with HTTP ${status}.`);
}

/** @param what such as `Swan` */
export function unreachable(what: string, cause: unknown): RemoteError {
  const detail = networkCode(cause);
  return new RemoteError(
    'network',
    detail
      ? `${what} could not be reached (${detail}). Check the network and the address in the settings.`
      : `${what} could not be reached. Check the network and the address in the settings.`,
    { cause },
  );
}

/** Such as `ECONNREFUSED`: `fetch` hides it in a chain of causes. */
function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}
