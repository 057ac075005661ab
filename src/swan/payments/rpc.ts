import * as v from 'valibot';
import { fromBetween } from '../../core/between.js';
import type { Clock } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { retrying } from '../../core/retry.js';
import { type HttpAnswer, request } from '../http.js';
import { NodeError } from './nodeErrors.js';
import { isRevert, passingRefusal } from './reverts.js';

export { NodeError } from './nodeErrors.js';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

const answer = v.object({
  id: v.optional(v.unknown()),
  result: v.optional(v.unknown()),
  error: v.nullish(
    v.union([
      v.object({ code: v.fallback(v.number(), 0), message: v.fallback(v.string(), ''), data: v.optional(v.unknown()) }),
      v.pipe(
        v.string(),
        v.transform(message => ({ code: 0, message, data: undefined })),
      ),
    ]),
  ),
});

/**
 * A node of the chain, over JSON-RPC. Rejects with a `NodeError` where it refuses for good, and with a `RemoteError` where
 * no answer came, or none that counts: whatever is in its way may go, so that it can be asked again.
 */
export class Rpc {
  private id = 0;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
  ) {}

  /** Reads, and asks again where the node is busy, out of reach, or makes no sense. */
  read<S extends v.GenericSchema>(
    shape: S,
    method: string,
    params: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<v.InferOutput<S>> {
    return retrying(() => this.once(shape, method, params, signal), this.clock, signal);
  }

  async once<S extends v.GenericSchema>(
    shape: S,
    method: string,
    params: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<v.InferOutput<S>> {
    const id = ++this.id;
    const answered = await request(
      {
        what: t('The chain’s RPC node'),
        url: this.url,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        maxBytes: MAX_ANSWER_BYTES,
        timeoutMs: TIMEOUT_MS,
        signal,
      },
      this.clock,
    );
    const body = v.safeParse(v.pipe(v.string(), v.parseJson(), answer), answered.text);
    const { error, ...rest } = body.success ? body.output : {};
    const refusal = error ? new NodeError(error.code, error.message, error.data) : undefined;
    // The status first: whoever stands before a node gives its errors the node's form.
    const limited = fromStatus(answered, refusal);
    if (limited) throw limited;
    if (refusal) throw passingRefusal(refusal) ?? refusal;
    const result = answered.status === 200 && rest.id === id ? v.safeParse(shape, rest.result) : undefined;
    if (result?.success) return result.output;
    // Such as the page of a network that wants somebody to sign in first.
    const text = t('The chain’s RPC node answered {0} in an unexpected form.', method);
    throw new RemoteError('protocol', text, { code: `http_${answered.status}`, retryable: true });
  }
}

/** @param refusal what the node says besides */
function fromStatus({ status, retryAfterMs }: HttpAnswer, refusal: NodeError | undefined): RemoteError | undefined {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const code = `http_${status}`;
  const words = `HTTP ${status}`;
  // It speaks for itself, wherever it stands.
  if (status === 407 || status === 511) return fromBetween(t('The chain’s RPC node'), status);
  if (status === 429 || (status >= 500 && !(status === 500 && isRevert(refusal)))) {
    const text = t('The chain’s RPC node is not available ({0}). Try again in a moment.', words);
    return new RemoteError('busy', text, { code, ...wait, cause: refusal });
  }
  if (status === 401 || status === 402 || status === 403) {
    const text = t('The chain’s RPC node does not let you in ({0}). Check its address in the settings.', words);
    return new RemoteError('service', text, { code, retryable: true, cause: refusal });
  }
  return undefined;
}
