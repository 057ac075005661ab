import type { Clock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { fromRpcError } from './errors.js';
import type { RpcResponse } from './frames.js';

export interface CallOptions {
  blobs?: readonly Uint8Array[];
  signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the answer; `null` for as long as the connection lasts. */
  timeoutMs?: number | null | undefined;
}

export interface Reply {
  result: unknown;
  blobs: Uint8Array[];
}

/** Carries calls to the service. Both HTTP and a WebSocket can. Rejects with a `RemoteError`. */
export interface Transport {
  call(api: string, method: string, params: object, options?: CallOptions): Promise<Reply>;
  /** Aborts with a `RemoteError` when no later call can succeed either. */
  readonly ended?: AbortSignal;
}

export const DEFAULT_TIMEOUT_MS = 30_000;

export function toReply(response: RpcResponse, blobs: Uint8Array[]): Reply {
  if ('error' in response) throw fromRpcError(response.error);
  return { result: response.result, blobs };
}

/**
 * Calls `end` once, when `signal` aborts or the time is up, whichever is first. Returns what calls both off.
 * @param timeoutMs milliseconds, `null` for no limit, the default when undefined
 */
export function onLimit(
  clock: Clock,
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
  end: (error: RemoteError) => void,
): () => void {
  const abort = () => {
    off();
    end(cancelled());
  };
  const cancelTimer =
    timeoutMs === null
      ? undefined
      : clock.after(timeoutMs, () => {
          off();
          const seconds = Math.round(timeoutMs / 1000);
          end(
            new RemoteError(
              'timeout',
              t('Decthings did not answer within {0} s. It may or may not have acted.', seconds),
            ),
          );
        });
  const off = () => {
    cancelTimer?.();
    signal?.removeEventListener('abort', abort);
  };
  signal?.addEventListener('abort', abort, { once: true });
  return off;
}
