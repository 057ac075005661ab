import type { Socket as TcpSocket } from 'node:net';
import type { WebSocket } from 'ws';
import { systemClock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { retryAfterMs } from '../core/retry.js';
import { fromCloseCode, fromHttpStatus, unreachable } from './errors.js';

/** A pipe of whole binary messages; a test's needs no network. */
export interface MessageSocket {
  send(message: Uint8Array): void;
  ping(): void;
  /** Stops reading, so that the other end has to hold back; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then ends; `closed` is called. */
  close(): void;
  /** Ends now; what the other end has not read yet is not to arrive later. */
  terminate(): void;
}

export interface SocketHandlers {
  message(bytes: Uint8Array): void;
  /** Bytes came in, be it a pong or a part of a message. */
  alive(): void;
  /** Called once, whoever closed it. */
  closed(error: RemoteError): void;
}

export type OpenSocket = (handlers: SocketHandlers, signal?: AbortSignal) => Promise<MessageSocket>;

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long the other end has to agree to a close. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * @param url `wss://…`, or `ws://…` on loopback
 * @param maxMessageBytes a larger message ends the connection before it is read
 * @param handshakeTimeout milliseconds of silence while it opens
 */
export function webSocketOpener(
  url: string,
  maxMessageBytes: number,
  handshakeTimeout: number = HANDSHAKE_TIMEOUT_MS,
): OpenSocket {
  return async (handlers, signal) => {
    // A bundle of its own: nobody needs it before the first terminal.
    const { WebSocket } = await import('ws');
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      const socket = connect(WebSocket, url, maxMessageBytes, handshakeTimeout);
      let failure: RemoteError | undefined;
      let opened = false;
      let stream: TcpSocket | undefined;
      const end = () => {
        // Where an end is under way, a reset is refused, and the handle is lost.
        if (stream && !stream.writableEnded) resetWhenDestroyed(stream);
        socket.terminate();
      };

      const abort = () => {
        failure = cancelled();
        socket.terminate();
      };
      signal?.addEventListener('abort', abort, { once: true });

      socket.on('unexpected-response', (_request, response) => {
        const { statusCode = 0, headers } = response;
        failure = fromHttpStatus(statusCode, retryAfterMs(headers['retry-after'], headers.date, systemClock.now()));
        socket.terminate();
      });
      socket.on('error', error => {
        failure ??= opened ? fromSocketError(error) : unreachable(error);
        // The other end may never answer a close.
        if (opened) end();
      });
      socket.on('close', code => {
        signal?.removeEventListener('abort', abort);
        const error = failure ?? fromCloseCode(code);
        if (opened) handlers.closed(error);
        else reject(error);
      });
      socket.on('upgrade', response => {
        stream = response.socket;
      });
      socket.on('message', (data, isBinary) => {
        if (isBinary && data instanceof Uint8Array) return handlers.message(data);
        failure ??= new RemoteError('protocol', t('Decthings sent a text message where only binary ones belong.'));
        end();
      });
      socket.on('open', () => {
        opened = true;
        // Every byte is a sign of life: one large message can take longer than the patience for a silent connection.
        // Only now: a listener before `ws`'s own would take the first bytes from it.
        stream?.on('data', () => handlers.alive());
        signal?.removeEventListener('abort', abort);
        resolve({
          send: message => socket.send(message, () => {}),
          ping: () => socket.ping(undefined, undefined, () => {}),
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          terminate: end,
          close() {
            if (socket.readyState === WebSocket.CLOSED) return;
            socket.close(1000);
            const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
            socket.once('close', () => clearTimeout(timer));
            // A paused socket would never read the other end's agreement.
            socket.resume();
          },
        });
      });
    });
  };
}

function connect(Socket: typeof WebSocket, url: string, maxMessageBytes: number, handshakeTimeout: number): WebSocket {
  try {
    return new Socket(url, {
      handshakeTimeout,
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
      followRedirects: false,
    });
  } catch (error) {
    throw unreachable(error);
  }
}

/** What Node has below a socket; below TLS lies the connection that carries it. */
interface Handle {
  _parent?: Handle;
  close(done: () => void): void;
  reset?(done: () => void): void;
}

/**
 * A mere close leaves what the network has not taken yet to the system, which goes on sending it: keys would arrive after
 * newer ones of the next connection. For TLS Node has no public way to reset, and a socket of our own below it would never
 * be asked for: where VS Code looks after proxies, it opens every connection itself. Should Node change in there, it is
 * closed as any other.
 */
function resetWhenDestroyed(stream: TcpSocket): void {
  let handle: Handle | null | undefined = Reflect.get(stream, '_handle');
  while (handle?._parent) handle = handle._parent;
  if (typeof handle?.reset === 'function') handle.close = handle.reset;
}

function fromSocketError(error: Error): RemoteError {
  // `ws` marks a peer that broke the protocol with codes such as WS_ERR_UNSUPPORTED_MESSAGE_LENGTH.
  const broke = 'code' in error && typeof error.code === 'string' && error.code.startsWith('WS_ERR_');
  if (broke) {
    return new RemoteError('protocol', t('The connection to Decthings was closed: a message made no sense.'), {
      cause: error,
    });
  }
  return new RemoteError('network', t('The connection to Decthings was lost.'), { cause: error });
}
