import { fromBetween, fromCertificate, networkCode } from '../core/between.js';
import { type ErrorKind, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { plainText } from '../core/plainText.js';

const MAX_MESSAGE = 300;

/** An answer that says `failed`: the service's own words are all there is to go by. */
export function fromFailure(message: string | undefined): RemoteError {
  const words = plainText(message ?? '', MAX_MESSAGE);
  return new RemoteError('service', words === '' ? t('Swan refused, and did not say why.') : t('Swan: {0}', words), {
    code: 'failed',
  });
}

/**
 * An HTTP answer outside 2xx. @param retryAfterMs that it asks for
 * @param message what the service said of it; undefined where the answer is not in the service's form
 */
export function fromHttpStatus(status: number, retryAfterMs?: number, message?: string): RemoteError {
  const code = `http_${status}`;
  const between = message === undefined ? fromBetween('Swan', status) : undefined;
  if (between) return between;
  const words = plainText(message ?? '', MAX_MESSAGE);
  const because = words === '' ? '' : t(' It says: {0}', words);
  const wait = retryAfterMs !== undefined && (status === 429 || status === 503) ? { retryAfterMs } : {};
  const error = (kind: ErrorKind, text: string, options = {}) =>
    new RemoteError(kind, `${text}${because}`, { code, ...wait, ...options });
  if (status === 401 || status === 403)
    return error('credentials', t('Swan did not accept the API key. Sign in again.'));
  if (status === 429) return error('busy', t('Swan is receiving too many requests. Try again in a moment.'));
  if (status >= 500) {
    return error('service', t('Swan is not available (HTTP {0}). Try again in a moment.', status), { retryable: true });
  }
  if (status === 404) {
    return words === ''
      ? error('service', t('There is no Swan orchestrator at the configured address (HTTP 404). Check the settings.'))
      : error('notFound', t('Swan does not have this any more. Refresh the list.'));
  }
  return error('service', t('Swan answered with HTTP {0}.', status));
}

/** @param what such as `Swan` */
export function unreachable(what: string, cause: unknown): RemoteError {
  const detail = networkCode(cause);
  const text = detail
    ? t('{0} could not be reached ({1}). Check the network and the address in the settings.', what, detail)
    : t('{0} could not be reached. Check the network and the address in the settings.', what);
  return fromCertificate(what, cause) ?? new RemoteError('network', text, { cause });
}
