import { RemoteError } from './errors.js';
import { t } from './l10n.js';

/**
 * An HTTP answer that is not the service's own but of something in between, which knows nothing of any key: a proxy, a
 * firewall, a page to sign in to a network. It may be gone at the next try. @returns undefined for other statuses
 */
export function fromBetween(service: string, status: number): RemoteError | undefined {
  const text = textOf(service, status);
  return text === undefined ? undefined : new RemoteError('network', text, { code: `http_${status}` });
}

function textOf(service: string, status: number): string | undefined {
  switch (status) {
    case 401:
    case 403:
      return t(
        'Something between this machine and {0}, such as a proxy or a firewall, refuses the connection (HTTP {1}). Check the network and the address in the settings.',
        service,
        status,
      );
    case 407:
      return t('The proxy asks who you are (HTTP 407). Check the proxy in the settings of VS Code.');
    case 511:
      return t('The network asks you to sign in first (HTTP 511). Open any page in a browser to do so.');
    default:
      return undefined;
  }
}

/** What Node calls a certificate that nobody here vouches for. */
const UNTRUSTED = /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT)/;

/** What there is to say of a connection that did not come about for the other end's certificate. @param what such as `Swan` */
export function fromCertificate(what: string, cause: unknown): RemoteError | undefined {
  const code = networkCode(cause);
  if (code === undefined || !UNTRUSTED.test(code)) return undefined;
  const text = t(
    'This machine does not trust the certificate of {0} ({1}), so that nothing was sent. Where your company has a certificate authority of its own, have it added to those of the system.',
    what,
    code,
  );
  return new RemoteError('network', text, { cause });
}

/** Such as `ECONNREFUSED`: `fetch` hides it in a chain of causes. */
export function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}
