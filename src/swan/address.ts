import { isLoopback } from '../core/loopback.js';
import { exactText, type PlainText, plainText } from '../core/plainText.js';
import type { AppAddress } from '../core/tasks.js';
import { parseSsh, splitMapped } from './sshAddress.js';

const MAX_ADDRESS = 2_048;

/** Where a job's app answers. Whatever is not plainly an address is text, which nothing opens or runs. */
export function parseAddress(text: string): AppAddress {
  return parseSsh(text) ?? parseWeb(text) ?? { type: 'text', text: plainText(text, MAX_ADDRESS) };
}

function parseWeb(text: string): AppAddress | undefined {
  const url = webUrl(text);
  if (url !== undefined) return { type: 'web', url };
  const { address = '', ports = [] } = splitMapped(text) ?? {};
  const base = webUrl(address);
  return base === undefined ? undefined : { type: 'web', url: base, ...(ports.length > 0 ? { ports } : {}) };
}

/** A plain `http:` or `https:` address, normalised; one that carries a user could pass for another host. */
export function webUrl(text: string): PlainText | undefined {
  // A URL parser forgives spaces, backslashes and line ends, which a person who reads the address does not see.
  if (text.length > MAX_ADDRESS || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  return url.username === '' && url.password === '' ? plainUrl(url) : undefined;
}

/** The address of a log: encrypted, but for this machine itself. */
export function logUrl(text: string): PlainText | undefined {
  if (text.length > MAX_ADDRESS || !/^wss?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || !URL.canParse(text))
    return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || (url.protocol !== 'wss:' && !isLoopback(url.hostname)))
    return undefined;
  // A WebSocket's address has no fragment.
  url.hash = '';
  return plainUrl(url);
}

/** Another way to write the same address, of which VS Code makes no icon and no link. */
function plainUrl({ href }: URL): PlainText | undefined {
  return exactText(href.replace(/[$\]](?=\()/g, encodeURIComponent), 3 * MAX_ADDRESS);
}
