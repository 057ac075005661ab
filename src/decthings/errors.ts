import { fromBetween, fromCertificate, networkCode } from '../core/between.js';
import { type ErrorKind, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { RpcError } from './frames.js';

/** The service's codes: what kind of error each is, and what a person can do about it. */
const known: Record<string, [ErrorKind, string]> = {
  bad_credentials: ['credentials', t('Decthings did not accept the API key. Sign in again.')],
  too_many_requests: ['busy', t('Decthings is receiving too many requests from this account. Try again in a moment.')],
  payment_required: ['refused', t('Decthings asks for payment first. Check the billing of your Decthings account.')],
  quota_exceeded: [
    'refused',
    t(
      'This would exceed the quota of your Decthings account. End something that runs, choose a smaller machine, or ask Decthings for more.',
    ),
  ],
  server_overloaded: [
    'busy',
    t('Decthings has no machine free for this right now. Try again later, or choose a smaller machine.'),
  ],
  unknown: ['service', t('Decthings reported an internal error. Try again; if it stays, contact Decthings.')],
  persistent_launcher_not_found: [
    'notFound',
    t('This launcher does not exist any more, or is not yours. Choose another.'),
  ],
  persistent_launcher_being_deleted: [
    'invalid',
    t('This launcher is already being deleted. It goes when nothing runs on it any more.'),
  ],
  model_not_found: ['notFound', t('This model does not exist any more, or is not yours. Choose another.')],
  terminal_session_not_found: ['notFound', t('This terminal session has ended. Open a new one.')],
  debug_session_not_found: ['notFound', t('This debug session has ended. Launch a new one.')],
  spawned_command_not_found: ['notFound', t('This command has ended. Start it again if it is still needed.')],
  invalid_executor_type: ['invalid', t('A model of this type cannot be debugged. Choose a model that runs code.')],
  invalid_executable: ['invalid', t("The model's executable is not valid. Check the model's configuration.")],
  read_executable_file_failed: [
    'invalid',
    t("The model's executable could not be read. Check that the file exists in the model."),
  ],
  not_remote_inspector: [
    'invalid',
    t('This debug session was started without the remote inspector. Launch one that has it.'),
  ],
  not_subscribed: ['invalid', t('This connection does not follow the session. Open it again to follow it.')],
};

export function fromRpcError(error: RpcError): RemoteError {
  const { code } = error;
  if (code === 'invalid_parameter') {
    const { parameterName = t('a parameter'), reason } = error;
    const why = reason ? ` (${reason.slice(0, 300)})` : '';
    const text = t('Decthings did not accept {0}{1}. Change it and try again.', parameterName.slice(0, 100), why);
    return new RemoteError('invalid', text, { code });
  }
  const entry = Object.hasOwn(known, code) ? known[code] : undefined;
  if (entry) return new RemoteError(entry[0], entry[1], { code });
  return new RemoteError('service', t('Decthings answered with the error “{0}”.', code.slice(0, 100)), {
    code: code.slice(0, 100),
  });
}

/**
 * An HTTP answer outside 2xx, of a call or of a WebSocket's handshake. It has no frame, so that it says nothing of the
 * key: the service itself would say `bad_credentials`. @param retryAfterMs that it asks for
 */
export function fromHttpStatus(status: number, retryAfterMs?: number): RemoteError {
  const code = `http_${status}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const between = fromBetween('Decthings', status);
  if (between) return between;
  if (status === 429) {
    return new RemoteError('busy', t('Decthings is receiving too many requests. Try again in a moment.'), {
      code,
      ...wait,
    });
  }
  if (status >= 500) {
    return new RemoteError('service', t('Decthings is not available (HTTP {0}). Try again in a moment.', status), {
      code,
      retryable: true,
      ...(status === 503 ? wait : {}),
    });
  }
  if (status === 404) {
    return new RemoteError(
      'service',
      t('There is no Decthings API at the configured address (HTTP 404). Check the address in the settings.'),
      { code },
    );
  }
  return new RemoteError('service', t('Decthings answered with HTTP {0}. Check the address in the settings.', status), {
    code,
  });
}

/** A WebSocket that closed. Codes are those of RFC 6455, section 7.4. */
export function fromCloseCode(closeCode: number): RemoteError {
  const code = `close_${closeCode}`;
  if (closeCode === 1008)
    return new RemoteError('network', t('The connection was closed by a rule of Decthings or of a proxy (1008).'), {
      code,
    });
  if (closeCode === 1002 || closeCode === 1003 || closeCode === 1007 || closeCode === 1009) {
    return new RemoteError(
      'protocol',
      t('The connection to Decthings was closed: a message made no sense ({0}).', closeCode),
      { code },
    );
  }
  if (closeCode === 1012 || closeCode === 1013) {
    return new RemoteError('busy', t('Decthings is restarting or overloaded. Try again in a moment.'), { code });
  }
  return new RemoteError('network', t('The connection to Decthings was lost.'), { code });
}

export function unreachable(cause: unknown): RemoteError {
  const detail = networkCode(cause);
  const text = detail
    ? t('Decthings could not be reached ({0}). Check the network and the address in the settings.', detail)
    : t('Decthings could not be reached. Check the network and the address in the settings.');
  return fromCertificate('Decthings', cause) ?? new RemoteError('network', text, { cause });
}
