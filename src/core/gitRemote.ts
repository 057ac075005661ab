/**
 * `git@github.com:owner/name.git` → `https://github.com/owner/name`. A user or token in an address is left out, and so is a
 * port that is none of a web page's.
 */
export function toWebAddress(remote: string): string | undefined {
  const [, host = '', path = ''] = SCP.exec(remote) ?? [];
  if (host !== '') return webAddress('https:', host, `/${path}`);
  if (!URL.canParse(remote)) return undefined;
  const { protocol, host: hostAndPort, hostname, pathname } = new URL(remote);
  if (!/^(https?|(git\+)?ssh|git):$/.test(protocol) || !hostname) return undefined;
  // Of a port that is said, it is also said how to speak to it.
  if (protocol === 'http:' && hostAndPort !== hostname) return webAddress(protocol, hostAndPort, pathname);
  return webAddress('https:', protocol === 'https:' ? hostAndPort : hostname, pathname);
}

/** `user@host:path`, which is no URL; without a user it could be a drive of Windows. */
const SCP = /^[\w.+-]+@([\w.-]+|\[[0-9A-Fa-f:.]+\]):(?!\/\/)\/?([^\s?#\\]+)$/;

function webAddress(protocol: string, host: string, path: string): string | undefined {
  const address = `${protocol}//${host}${path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
  return URL.canParse(address) ? address : undefined;
}
