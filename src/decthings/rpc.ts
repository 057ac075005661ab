import type { Clock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { encodeWsRequest, IncomingDecoder } from './frames.js';
import type { MessageSocket, OpenSocket } from './socket.js';
import { type CallOptions, onLimit, type Reply, type Transport, toReply } from './transport.js';

export interface RpcEvent {
  api: string;
  event: string;
  params: Record<string, unknown>;
  blobs: Uint8Array[];
}

export interface RpcHandlers {
  event(event: RpcEvent): void;
  alive?(): void;
  /** Called once, whoever closed it, after every pending call was rejected. */
  closed(error: RemoteError): void;
}

interface Pending {
  settle(reply: () => Reply): void;
}

/** Calls and events over one WebSocket. Calls are carried out in the order they are made. */
export class RpcConnection implements Transport {
  private readonly pending = new Map<number, Pending>();
  private readonly decoder = new IncomingDecoder();
  private lastId = 0;
  private readonly end = new AbortController();
  readonly ended = this.end.signal;

  /** Set as soon as it is open; a message or a close may come just before. */
  private socket: MessageSocket | undefined;

  private constructor(
    private readonly apiKey: string | undefined,
    private readonly clock: Clock,
  ) {}

  static async open(
    options: { open: OpenSocket; apiKey?: string | undefined; clock: Clock; signal?: AbortSignal | undefined },
    handlers: RpcHandlers,
  ): Promise<RpcConnection> {
    const connection = new RpcConnection(options.apiKey, options.clock);
    const socket = await options.open(
      {
        message: bytes => connection.receive(bytes, handlers),
        alive: () => handlers.alive?.(),
        closed: error => connection.closed(error, handlers),
      },
      options.signal,
    );
    connection.socket = socket;
    // Its first message made no sense.
    if (connection.ended.aborted) socket.terminate();
    return connection;
  }

  call(api: string, method: string, params: object, options: CallOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.ended.aborted) return reject(this.ended.reason);
      if (options.signal?.aborted) return reject(cancelled());
      const { apiKey } = this;
      const id = this.nextId();
      const message = { api, method, params, ...(apiKey === undefined ? {} : { apiKey }) };
      const frame = encodeWsRequest(id, message, options.blobs);
      const finish = () => {
        off();
        this.pending.delete(id);
      };
      const off = onLimit(this.clock, options, error => {
        finish();
        reject(error);
      });
      this.pending.set(id, {
        settle(reply) {
          finish();
          try {
            resolve(reply());
          } catch (error) {
            reject(error);
          }
        },
      });
      this.socket?.send(frame);
    });
  }

  ping(): void {
    this.socket?.ping();
  }

  pause(): void {
    this.socket?.pause();
  }

  resume(): void {
    this.socket?.resume();
  }

  close(): void {
    this.socket?.close();
  }

  terminate(): void {
    this.socket?.terminate();
  }

  /** Unsigned 32-bit; one that is still in flight after four billion others is passed over. */
  private nextId(): number {
    do this.lastId = (this.lastId + 1) >>> 0;
    while (this.pending.has(this.lastId));
    return this.lastId;
  }

  private receive(bytes: Uint8Array, handlers: RpcHandlers): void {
    if (this.ended.aborted) return;
    try {
      const message = this.decoder.decode(bytes);
      if (message.kind === 'event') handlers.event(message);
      // No entry: its caller stopped waiting.
      else this.pending.get(message.id)?.settle(() => toReply(message.response, message.blobs));
    } catch (error) {
      // Whoever sends nonsense once may have lost count of everything after it too.
      this.closed(
        error instanceof RemoteError
          ? error
          : new RemoteError('protocol', t('An event made no sense.'), { cause: error }),
        handlers,
      );
      this.socket?.terminate();
    }
  }

  private closed(error: RemoteError, handlers: RpcHandlers): void {
    if (this.ended.aborted) return;
    this.end.abort(error);
    for (const call of [...this.pending.values()]) {
      call.settle(() => {
        throw error;
      });
    }
    handlers.closed(error);
  }
}
