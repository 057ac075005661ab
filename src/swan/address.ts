import type { AppAddress } from '../core/tasks.js';
import { strangersText } from './text.js';

const MAX_ADDRESS = 2_048;
/** Exactly what the service writes: `ssh user@host -pPORT`, with or without a space before the port. */
const SSH = /^ssh ([A-Za-z_][A-Za-z0-9_.-]{0,31})@([A-Za-z0-9.:-]{1,253}) -p ?([0-9]{1,5})$/;
const HOST_NAME = /^(?!.*\.\.)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const IPV6 = /^(?=.*:.*:)[0-9A-Fa-f:.]+$/;

/** Where a job's app answers. Whatever is not plainly an address is text, which nothing opens or runs. */
export function parseAddress(text: string): AppAddress {
  return parseSsh(text) ?? parseWeb(text) ?? { type: 'text', text: strangersText(text, MAX_ADDRESS) };
}

function parseSsh(text: string): AppAddress | undefined {
  const [, user = '', host = '', digits = ''] = SSH.exec(text) ?? [];
  const port = Number(digits);
  if (!(HOST_NAME.test(host) || IPV6.test(host)) || port < 1 || port > 65_535) return undefined;
  return { type: 'ssh', user, host, port };
}

function parseWeb(text: string): AppAddress | undefined {
  const url = webUrl(text);
  return url === undefined ? undefined : { type: 'web', url };
}

/** A plain `http:` or `https:` address, normalised; one that carries a user could pass for another host. */
export function webUrl(text: string): string | undefined {
  // A URL parser forgives spaces, backslashes and line ends, which a person who reads the address does not see.
  if (text.length > MAX_ADDRESS || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url.href : undefined;
}

/** The address of a log: encrypted, but for this machine itself. */
export function logUrl(text: string): string | undefined {
  if (text.length > MAX_ADDRESS || !/^wss?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || !URL.canParse(text))
    return undefined;
  const url = new URL(text);
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  if (url.username !== '' || url.password !== '' || (url.protocol !== 'wss:' && !loopback)) return undefined;
  // A WebSocket's address has no fragment.
  url.hash = '';
  return url.href;
}
