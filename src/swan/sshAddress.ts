import { isIP } from 'node:net';
import { type PlainText, plainText } from '../core/plainText.js';
import type { AppAddress, PortMapping } from '../core/tasks.js';

/**
 * What providers write of the machine that a job runs on: `ssh USER@HOST -pPORT`, and behind it, at will, further facts.
 * Each release of their software has its own signs between them:
 *
 * - `ssh root@203.0.113.7 -p30022、username: alice, 22:30022, 8888:30023`, once also with a password
 * - `ssh root@203.0.113.7 -p30022 ; 22:30022, 8888:30023 ; alice.example.com`
 * - `http://203.0.113.7; 8080:30080, 3000:30300`
 *
 * It is a stranger's text whose parts become arguments of a program: what is not told in exactly this way is not taken.
 */

type SshAddress = Extract<AppAddress, { type: 'ssh' }>;

const MAX_LENGTH = 2_048;
const MAX_HOST = 253;
const WIDE: Record<string, string> = { '、': ',', '，': ',', '；': ';', '：': ':', '\u3000': ' ' };
const USER = '[A-Za-z_][A-Za-z0-9_.-]{0,31}';
const PORT = '[1-9][0-9]{0,4}';
const COMMAND = new RegExp(`^(?:ssh )?(${USER})@(?:\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9.:-]+)) -p ?(${PORT})$`);
const MAPPING = new RegExp(`^(${PORT}):(${PORT})$`);
const LOGIN = new RegExp(`^username:(?: (${USER}))?$`);
const PASSWORD = /^password: ([A-Za-z0-9]{1,64})$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const MAX_PORT = 65_535;

/** @returns `undefined` for what is no such command */
export function parseSsh(text: string): SshAddress | undefined {
  const [command = '', ...facts] = partsOf(text);
  const [, user = '', ipv6, name = '', digits = ''] = COMMAND.exec(command) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (user === '' || port > MAX_PORT || !(ipv6 === undefined ? isHost(name) : isIP(ipv6) === 6)) return undefined;
  const found = factsOf(facts);
  // Two ports for one purpose: which one is true cannot be told.
  if (!found || found.ports.some(({ inner, outer }) => inner === 22 && outer !== port)) return undefined;
  const { ports: all, ...others } = found;
  const ports = all.filter(({ inner }) => inner !== 22);
  return {
    type: 'ssh',
    user: plainText(user),
    host: plainText(host),
    port,
    ...others,
    ...(ports.length > 0 ? { ports } : {}),
  };
}

/** An address, and the ports that may stand behind it. */
export function splitMapped(text: string): { address: string; ports: PortMapping[] } | undefined {
  const [address = '', ...facts] = partsOf(text);
  const found = factsOf(facts);
  return found && !found.login && found.webHost === undefined ? { address, ports: found.ports } : undefined;
}

/** What stands between the signs; nothing where a character is none that a provider writes. */
function partsOf(text: string): string[] {
  if (text.length > MAX_LENGTH) return [];
  const narrow = text.replace(/[、，；：\u3000]/g, sign => WIDE[sign] ?? sign);
  if (!/^[\x20-\x7e]+$/.test(narrow)) return [];
  const [first = '', ...others] = narrow.split(/[,;]/);
  // Before the command there is nothing.
  return [first.trimEnd(), ...others.map(part => part.trim())];
}

type Facts = Pick<SshAddress, 'login' | 'webHost'> & { ports: PortMapping[] };

/** @returns `undefined` where one of them is none that a provider tells */
function factsOf(parts: readonly string[]): Facts | undefined {
  const ports = new Map<string, PortMapping>();
  let login: SshAddress['login'];
  let webHost: PlainText | undefined;
  for (const part of parts.filter(each => each !== '')) {
    const mapping = MAPPING.exec(part);
    const named = LOGIN.exec(part);
    const password = PASSWORD.exec(part)?.[1];
    // The name of the host is the last of all.
    if (webHost !== undefined) return undefined;
    if (mapping) {
      const [inner, outer] = [Number(mapping[1]), Number(mapping[2])];
      if (inner > MAX_PORT || outer > MAX_PORT) return undefined;
      ports.set(part, { inner, outer });
    } else if (named) {
      if (login) return undefined;
      login = named[1] === undefined ? undefined : { user: plainText(named[1]) };
    } else if (password !== undefined) {
      if (!login || login.password !== undefined) return undefined;
      login = { ...login, password: plainText(password) };
    } else if (ports.size > 0 && isHostName(part)) webHost = plainText(part);
    else return undefined;
  }
  return { ...(login ? { login } : {}), ...(webHost === undefined ? {} : { webHost }), ports: [...ports.values()] };
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || isHostName(text);
}

/** A name whose last part is a number would be read as an address that nobody sees in it: `2130706433` is 127.0.0.1. */
function isHostName(text: string): boolean {
  const labels = text.split('.');
  const last = labels.at(-1) ?? '';
  return text.length <= MAX_HOST && labels.every(label => LABEL.test(label)) && !/^(?:\d+|0x[0-9a-f]*)$/i.test(last);
}
