import type { Clock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { type Fetch, fetchOut } from '../core/fetching.js';
import { t } from '../core/l10n.js';
import { retryAfterMs } from '../core/retry.js';
import { fromHttpStatus, unreachable } from './errors.js';
import { decodeHttpResponse, encodeHttpRequest } from './frames.js';
import { type CallOptions, onLimit, type Reply, type Transport, toReply } from './transport.js';

/** Far more than any answer of the service; a larger one is not read to its end. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface HttpOptions {
  /** Such as `https://api.decthings.com/v0`, without a slash at the end. */
  baseUrl: string;
  apiKey?: string | undefined;
  clock: Clock;
  fetch?: Fetch;
}

/** One POST per call. Calls in flight may be carried out in any order. */
export class HttpTransport implements Transport {
  constructor(private readonly options: HttpOptions) {}

  async call(api: string, method: string, params: object, options: CallOptions = {}): Promise<Reply> {
    if (options.signal?.aborted) throw cancelled();
    const { baseUrl, apiKey, clock } = this.options;
    const limit = new AbortController();
    const off = onLimit(clock, options, error => limit.abort(error));
    try {
      const response = await (this.options.fetch ?? fetchOut)(`${baseUrl}/${api}/${method}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/octet-stream',
          ...(apiKey === undefined ? {} : { Authorization: `Bearer ${printable(apiKey)}` }),
        },
        body: encodeHttpRequest(params, options.blobs),
        // Followed, a redirect would take the key to an address that nobody configured.
        redirect: 'manual',
        signal: limit.signal,
      });
      if (!response.ok) {
        await response.body?.cancel().catch(() => {});
        const { status, headers } = response;
        throw fromHttpStatus(status, retryAfterMs(headers.get('retry-after'), headers.get('date'), clock.now()));
      }
      const { response: answer, blobs } = decodeHttpResponse(await readBounded(response));
      return toReply(answer, blobs);
    } catch (error) {
      throw error instanceof RemoteError ? error : unreachable(error);
    } finally {
      off();
    }
  }
}

/** What cannot stand in a header would make `fetch` throw an error that quotes the key. */
function printable(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new RemoteError('credentials', t('The API key has characters that no key has. Sign in again.'));
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new RemoteError('protocol', t('Decthings sent an answer that is too large to be true.'));
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}
