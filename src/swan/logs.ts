import { WebSocket } from 'ws';
import { backoff, type Clock } from '../core/clock.js';
import { RemoteError } from '../core/errors.js';
import type { Disposable } from '../core/events.js';
import { t } from '../core/l10n.js';
import type { LogWatcher } from '../core/tasks.js';
import { linesOf, Replay } from './logLines.js';

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_MS = 15_000;
const PING_MS = 30_000;
const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** Failed attempts in a row after which a log is given up. */
const MAX_ATTEMPTS = 8;
const CLOSED_NORMALLY = new Set([1000, 1001]);

/**
 * Follows a log over dropped connections. A provider streams it from the beginning each time: what was given already is
 * not given again.
 * @param url as checked by `logUrl`
 */
export function followLog(url: string, watcher: LogWatcher, clock: Clock): Disposable {
  const replay = new Replay();
  let socket: WebSocket | undefined;
  let cancelTimer: (() => void) | undefined;
  let stopPinging = () => {};
  let failures = 0;
  let over = false;

  const finish = (error: RemoteError | undefined) => {
    if (over) return;
    over = true;
    watcher.closed(error);
  };
  const connect = () => {
    const opened = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    socket = opened;
    replay.restart();
    let problem: string | undefined;
    opened.on('unexpected-response', (_request, response) => {
      problem = `HTTP ${response.statusCode}`;
      opened.terminate();
    });
    opened.on('error', error => {
      problem ??= 'code' in error && typeof error.code === 'string' ? error.code : t('no answer');
      opened.terminate();
    });
    opened.on('message', data => {
      failures = 0;
      const fresh = replay.pass(linesOf(data.toString()));
      if (fresh.length > 0 && !over) watcher.lines(fresh);
    });
    const stop = pinging(opened, clock);
    stopPinging = stop;
    opened.on('close', code => {
      stop();
      if (over) return;
      if (problem === undefined && CLOSED_NORMALLY.has(code)) return finish(undefined);
      const error = new RemoteError('network', t('The connection to the log was lost ({0}).', problem ?? code));
      if (failures >= MAX_ATTEMPTS) return finish(error);
      if (failures === 0) watcher.reconnecting(error);
      cancelTimer = clock.after(backoff(failures++, clock.random(), RETRY_BASE_MS, RETRY_MAX_MS), connect);
    });
  };

  connect();
  return {
    dispose() {
      over = true;
      cancelTimer?.();
      stopPinging();
      socket?.terminate();
    },
  };
}

/** Ends a socket whose other end has gone without a word. */
function pinging(socket: WebSocket, clock: Clock): () => void {
  let alive = true;
  let cancel = () => {};
  const heard = () => {
    alive = true;
  };
  socket.on('message', heard).on('pong', heard).on('ping', heard);
  const look = () => {
    if (!alive && socket.readyState === WebSocket.OPEN) return socket.terminate();
    alive = socket.readyState !== WebSocket.OPEN;
    if (socket.readyState === WebSocket.OPEN) socket.ping(undefined, undefined, () => {});
    cancel = clock.after(PING_MS, look);
  };
  cancel = clock.after(PING_MS, look);
  return () => cancel();
}
