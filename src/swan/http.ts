import type { Clock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { fetchOut } from '../core/fetching.js';
import { t } from '../core/l10n.js';
import { retryAfterMs } from '../core/retry.js';
import { unreachable } from './errors.js';

/** The code of the error where an answer is not read to its end. */
export const TOO_LARGE = 'answer_too_large';

export interface HttpAnswer {
  status: number;
  /** How long the other end asks to wait before another try. */
  retryAfterMs: number | undefined;
  text: string;
}

export interface HttpRequest {
  /** Whom the error texts name, such as `Swan`. */
  what: string;
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string | undefined;
  maxBytes: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** One bounded request. Rejects with a `RemoteError` where no answer came, whatever the answer's status. */
export async function request(options: HttpRequest, clock: Clock): Promise<HttpAnswer> {
  const { what, url, method, headers, body, maxBytes, timeoutMs, signal } = options;
  if (signal?.aborted) throw cancelled();
  const limit = new AbortController();
  let ended: RemoteError | undefined;
  const end = (error: RemoteError) => {
    ended ??= error;
    limit.abort(error);
  };
  const abort = () => end(cancelled());
  const cancelTimer = clock.after(timeoutMs, () => {
    const seconds = Math.round(timeoutMs / 1000);
    end(new RemoteError('timeout', t('{0} did not answer within {1} s. It may or may not have acted.', what, seconds)));
  });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await fetchOut(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      // Followed, a redirect would take the credentials to an address that nobody configured.
      redirect: 'manual',
      signal: limit.signal,
    });
    const text = await readBounded(response, what, maxBytes);
    const { status, headers: told } = response;
    return { status, retryAfterMs: retryAfterMs(told.get('retry-after'), told.get('date'), clock.now()), text };
  } catch (error) {
    if (ended) throw ended;
    throw error instanceof RemoteError ? error : unreachable(what, error);
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', abort);
  }
}

async function readBounded(response: Response, what: string, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new RemoteError('protocol', t('{0} sent an answer that is too large to be true.', what), {
        code: TOO_LARGE,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
