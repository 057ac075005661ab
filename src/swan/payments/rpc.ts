import * as v from 'valibot';
import type { Clock } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { retrying } from '../../core/retry.js';
import { request } from '../http.js';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

/** The node answered, and refused. Its words and data are all that tells why. */
export class NodeError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: unknown,
  ) {
    super(message);
  }
}

const answer = v.object({
  result: v.optional(v.unknown()),
  error: v.nullish(
    v.object({ code: v.fallback(v.number(), 0), message: v.fallback(v.string(), ''), data: v.optional(v.unknown()) }),
  ),
});

/** A node of the chain, over JSON-RPC. Rejects with a `NodeError`, or with a `RemoteError` where no answer came. */
export class Rpc {
  private id = 0;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
  ) {}

  /** Reads, and asks again where the node is busy or out of reach. */
  read(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    return retrying(() => this.once(method, params, signal), this.clock, signal);
  }

  async once(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const { status, text } = await request(
      {
        what: t('The chain’s RPC node'),
        url: this.url,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: ++this.id, method, params }),
        maxBytes: MAX_ANSWER_BYTES,
        timeoutMs: TIMEOUT_MS,
        signal,
      },
      this.clock,
    );
    const body = v.safeParse(v.pipe(v.string(), v.parseJson(), answer), text);
    // Some nodes give an error of theirs an HTTP status as well.
    if (body.success && body.output.error) {
      const { code, message, data } = body.output.error;
      throw new NodeError(code, message, data);
    }
    if (status === 429 || status >= 500) {
      throw new RemoteError(
        'busy',
        t('The chain’s RPC node is not available (HTTP {0}). Try again in a moment.', status),
      );
    }
    if (body.success && status === 200) return body.output.result;
    throw new RemoteError('protocol', t('The chain’s RPC node answered {0} in an unexpected form.', method));
  }
}
