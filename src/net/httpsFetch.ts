import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { Readable } from 'node:stream';
import type { FetchInit } from '../core/fetching.js';

/** Answers that have no body. */
const BARE = new Set([204, 205, 304]);

/**
 * As `fetch`, by Node's `https`, which VS Code looks after in every version: its proxy, its answer to a proxy that asks who
 * somebody is, and the certificates that this machine trusts. Of the built-in `fetch` some versions know no proxy, and
 * others forget the authorities of `NODE_EXTRA_CA_CERTS`.
 */
export function httpsFetch(url: string, { method, headers, body, signal }: FetchInit): Promise<Response> {
  const send = new URL(url).protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let answer: IncomingMessage | undefined;
    const request = send(url, { method, headers: { Accept: '*/*', 'User-Agent': 'node', ...headers } });
    const abort = () => {
      answer?.destroy(signal.reason);
      request.destroy(signal.reason);
    };
    signal.addEventListener('abort', abort);
    request.on('error', reject);
    request.on('close', () => signal.removeEventListener('abort', abort));
    request.on('response', response => {
      answer = response;
      try {
        resolve(responseOf(response));
      } catch (error) {
        // A status or a header that none is.
        request.destroy();
        reject(error);
      }
    });
    request.end(body);
  });
}

function responseOf(answer: IncomingMessage): Response {
  const { statusCode = 0, headers } = answer;
  const told = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of [value ?? []].flat()) told.append(name, each);
  }
  // Who reads it hears of an error; nobody has to.
  answer.on('error', () => {});
  if (BARE.has(statusCode)) answer.resume();
  const body = BARE.has(statusCode) ? null : Readable.toWeb(answer);
  return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>> | null, { status: statusCode, headers: told });
}
