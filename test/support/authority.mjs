// A certificate authority for one run of tests, and what it signs.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** @typedef {{ certificate: string, key: string }} Identity in PEM */

const ECDSA_WITH_SHA256 = '06082a8648ce3d040302';
const COMMON_NAME = '0603550403';
const BASIC_CONSTRAINTS = '0603551d13';
const KEY_USAGE = '0603551d0f';
const ALTERNATIVE_NAMES = '0603551d11';
const TRUE = '0101ff';
const DAY_MS = 86_400_000;

/**
 * @param {string[]} names of the hosts that it is to prove
 * @returns {{ authority: string, server: Identity }} the authority's certificate, which nobody trusts yet
 */
export function newAuthority(names) {
  const title = `Test authority ${randomBytes(4).toString('hex')}`;
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { title, key: own.privateKey };
  const isAuthority = [extension(BASIC_CONSTRAINTS, TRUE, der(0x30, TRUE)), extension(KEY_USAGE, TRUE, '03020106')];
  const proves = [extension(ALTERNATIVE_NAMES, '', der(0x30, ...names.map(name => text(0x82, name))))];
  return {
    authority: certificate(issuer, title, own.publicKey, isAuthority),
    server: {
      certificate: certificate(issuer, names[0] ?? '', others.publicKey, proves),
      key: String(others.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    },
  };
}

/**
 * @param {{ title: string, key: import('node:crypto').KeyObject }} issuer
 * @param {string} subject
 * @param {import('node:crypto').KeyObject} publicKey
 * @param {string[]} extensions
 */
function certificate(issuer, subject, publicKey, extensions) {
  const algorithm = der(0x30, ECDSA_WITH_SHA256);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const content = der(
    0x30,
    der(0xa0, '020102'),
    der(0x02, `01${createHash('sha256').update(spki).digest('hex').slice(0, 32)}`),
    algorithm,
    nameOf(issuer.title),
    der(0x30, time(-DAY_MS), time(DAY_MS)),
    nameOf(subject),
    spki.toString('hex'),
    der(0xa3, der(0x30, ...extensions)),
  );
  const signature = sign('sha256', Buffer.from(content, 'hex'), issuer.key).toString('hex');
  const bytes = Buffer.from(der(0x30, content, algorithm, der(0x03, '00', signature)), 'hex');
  const lines = bytes.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

/** @param {number} tag @param {...string} content as hexadecimal digits */
function der(tag, ...content) {
  const body = content.join('');
  const length = body.length / 2;
  const digits = length.toString(16).padStart(length < 256 ? 2 : 4, '0');
  return `${tag.toString(16).padStart(2, '0')}${length < 128 ? '' : length < 256 ? '81' : '82'}${digits}${body}`;
}

/** @param {number} tag @param {string} value */
function text(tag, value) {
  return der(tag, Buffer.from(value).toString('hex'));
}

/** @param {string} name */
function nameOf(name) {
  return der(0x30, der(0x31, der(0x30, COMMON_NAME, text(0x0c, name))));
}

/** @param {string} id @param {string} critical @param {string} value */
function extension(id, critical, value) {
  return der(0x30, id, critical, der(0x04, value));
}

/** @param {number} fromNowMs */
function time(fromNowMs) {
  return text(0x18, new Date(Date.now() + fromNowMs).toISOString().replace(/[-:T]|\.\d+/g, ''));
}
