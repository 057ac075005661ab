import type { Clock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { unreachable } from './errors.js';

export interface HttpAnswer {
  status: number;
  retryAfter: string | null;
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
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      // Followed, a redirect would take the credentials to an address that nobody configured.
      redirect: 'manual',
      signal: limit.signal,
    });
    const text = await readBounded(response, what, maxBytes);
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text };
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
    if (size > maxBytes) throw new RemoteError('protocol', t('{0} sent an answer that is too large to be true.', what));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
