import type { RemoteError } from '../../src/core/errors.js';
import { decodeWsRequest, encodeWsEvent, encodeWsResponse, type RpcResponse } from '../../src/decthings/frames.js';
import type { OpenSocket, SocketHandlers } from '../../src/decthings/socket.js';

export type ReceivedCall = ReturnType<typeof decodeWsRequest>;

/** The service's end of a socket that needs no network. */
export class FakeRemote {
  readonly calls: ReceivedCall[] = [];
  /** What was done to the socket, in order. */
  readonly acts: string[] = [];
  /** Answers every call at once, where it is set. */
  answer: ((call: ReceivedCall) => RpcResponse | undefined) | undefined;
  private handlers: SocketHandlers | undefined;

  readonly open: OpenSocket = async (handlers, signal) => {
    signal?.throwIfAborted();
    this.handlers = handlers;
    return {
      send: bytes => this.receive(bytes),
      ping: () => this.acts.push('ping'),
      pause: () => this.acts.push('pause'),
      resume: () => this.acts.push('resume'),
      close: () => this.acts.push('close'),
      terminate: () => this.acts.push('terminate'),
    };
  };

  /** The calls so far, by name. */
  get methods(): string[] {
    return this.calls.map(({ message }) => `${message.api}.${message.method}`);
  }

  respond(id: number, response: RpcResponse): void {
    this.message(encodeWsResponse(id, response));
  }

  event(api: string, event: string, params: object, ...blobs: string[]): void {
    this.message(
      encodeWsEvent(
        api,
        event,
        params,
        blobs.map(blob => Buffer.from(blob)),
      ),
    );
  }

  message(bytes: Uint8Array): void {
    this.handlers?.message(bytes);
  }

  alive(): void {
    this.handlers?.alive();
  }

  drop(error: RemoteError): void {
    this.handlers?.closed(error);
  }

  private receive(bytes: Uint8Array): void {
    const call = decodeWsRequest(bytes);
    this.calls.push(call);
    const response = this.answer?.(call);
    if (response) queueMicrotask(() => this.respond(call.id, response));
  }
}
