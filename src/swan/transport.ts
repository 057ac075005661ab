import type { Clock } from '../core/clock.js';
import { cancelled, hasKind, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { fromFailure, fromHttpStatus } from './errors.js';
import { asRecord } from './fields.js';
import { type HttpAnswer, request } from './http.js';
import { parseExactly } from './rawJson.js';

/** Far more than any answer of the service; a larger one is not read to its end. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

export type Params = Record<string, string | number | undefined>;

export interface Answer {
  data: unknown;
  message: string;
  /** As it came. */
  text: string;
}

export interface TransportOptions {
  /** Such as `https://orchestrator-mainnet-api.swanchain.io`, without a slash at the end. */
  baseUrl: string;
  apiKey: string;
  clock: Clock;
}

/** Calls with the bearer token that the API key gives: one log-in for all calls that wait for it, and one more when it ends. */
export class Transport {
  private token: Promise<string> | undefined;

  constructor(private readonly options: TransportOptions) {}

  /** Logs in anew. */
  async signIn(signal?: AbortSignal): Promise<void> {
    this.token = undefined;
    await waiting(this.login(), signal);
  }

  async call(method: 'GET' | 'POST', path: string, params: Params, signal?: AbortSignal): Promise<Answer> {
    const token = this.login();
    try {
      return await this.send(method, path, params, await waiting(token, signal), signal);
    } catch (error) {
      if (!hasKind(error, 'credentials')) throw error;
      // The service did not act. What failed is the log-in itself, or the token has ended.
      const sameToken = this.token === token;
      if (sameToken) this.token = undefined;
      const loggedIn = await token.then(
        () => true,
        () => false,
      );
      if (!loggedIn) throw error;
      return this.send(method, path, params, await waiting(this.login(), signal), signal);
    }
  }

  private login(): Promise<string> {
    if (this.token) return this.token;
    const token = this.askToken();
    this.token = token;
    token.catch(() => {
      if (this.token === token) this.token = undefined;
    });
    return token;
  }

  private async askToken(): Promise<string> {
    const answer = await this.send('POST', '/login_by_api_key', { api_key: this.options.apiKey }).catch(error => {
      // A log-in has one thing to refuse.
      if (error instanceof RemoteError && error.code === 'failed') {
        throw new RemoteError('credentials', t('Swan did not accept the API key. Sign in again. {0}', error.message), {
          code: 'failed',
        });
      }
      throw error;
    });
    const { data } = answer;
    // What cannot stand in a header would make `fetch` throw an error that quotes it.
    if (typeof data === 'string' && /^[\x21-\x7e]{1,8192}$/.test(data)) return data;
    throw new RemoteError('protocol', t('Swan answered the log-in without a token.'));
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    params: Params,
    token?: string,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { baseUrl, clock } = this.options;
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(params)) if (value !== undefined) form.set(name, String(value));
    const query = method === 'GET' && form.size > 0 ? `?${form}` : '';
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    if (method === 'POST') headers['Content-Type'] = 'application/x-www-form-urlencoded';
    const answer = await request(
      {
        what: 'Swan',
        url: `${baseUrl}${path}${query}`,
        method,
        headers,
        body: method === 'POST' ? form.toString() : undefined,
        maxBytes: MAX_ANSWER_BYTES,
        timeoutMs: TIMEOUT_MS,
        signal,
      },
      clock,
    );
    return open(answer);
  }
}

function open({ status, retryAfterMs, text }: HttpAnswer): Answer {
  const body = parse(text);
  const { status: outcome, message, data } = asRecord(body);
  const words = typeof message === 'string' ? message : undefined;
  if (status < 200 || status > 299)
    throw fromHttpStatus(status, retryAfterMs, isOwn(outcome) ? (words ?? '') : undefined);
  if (body === undefined) throw new RemoteError('protocol', t('Swan sent an answer that is no JSON.'));
  if (outcome !== 'success' && (typeof outcome === 'string' || data === null || data === undefined)) {
    throw fromFailure(words);
  }
  return { data, message: words ?? '', text };
}

/** The service says so in every answer, and nothing on the way to it does. */
function isOwn(outcome: unknown): boolean {
  return outcome === 'success' || outcome === 'failed';
}

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

/** Waits for what several calls wait for, but no longer than this one wants to. */
function waiting<T>(shared: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return shared;
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
