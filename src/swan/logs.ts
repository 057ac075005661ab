import { WebSocket } from 'ws';
import { fromBetween } from '../core/between.js';
import { backoff, type Clock } from '../core/clock.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { PlainOutput } from '../core/plainOutput.js';
import type { FollowedLog, LogWatcher } from '../core/tasks.js';
import { unreachable } from './errors.js';
import { isKeepalive, linesOf, Replay } from './logLines.js';
import { type LogEvent, newLog, onLogEvent } from './logStream.js';

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_MS = 15_000;
const PING_MS = 30_000;
const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/**
 * Follows a log over dropped connections. A provider sends what there is when it is connected to, from the beginning each
 * time, and then nothing but signs of life: what was given already is not given again, and what is new is asked for anew.
 * @param url as checked by `logUrl`
 */
export function followLog(url: string, watcher: LogWatcher, clock: Clock): FollowedLog {
  const replay = new Replay();
  let state = newLog;
  let socket: WebSocket | undefined;
  let cancelTimer: (() => void) | undefined;
  let stopPinging = () => {};
  let over = false;

  const happened = (event: LogEvent, error: () => RemoteError) => {
    const next = onLogEvent(state, event);
    state = next.state;
    const { effect } = next;
    if (effect?.type === 'connect') {
      if (effect.told) watcher.reconnecting(error());
      cancelTimer = clock.after(backoff(effect.attempt, clock.random(), RETRY_BASE_MS, RETRY_MAX_MS), connect);
    } else if (effect) {
      over = true;
      watcher.closed(effect.type === 'ended' ? undefined : error());
    }
  };
  const lost = (why: string | number) => () =>
    new RemoteError('network', t('The connection to the log was lost ({0}).', why));
  const provider = t('the task’s provider');
  const connect = () => {
    const opened = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    socket = opened;
    replay.restart();
    const output = new PlainOutput();
    let problem: RemoteError | undefined;
    let status: number | undefined;
    opened.on('unexpected-response', (_request, response) => {
      status = response.statusCode;
      problem = fromBetween(provider, status ?? 0) ?? lost(`HTTP ${status}`)();
      opened.terminate();
    });
    opened.on('error', error => {
      problem ??= unreachable(provider, error);
      opened.terminate();
    });
    opened.on('message', data => {
      const message = data.toString();
      if (over || opened !== socket || isKeepalive(message)) return;
      // One without anything is an empty line.
      const fresh = replay.pass(linesOf(message || '\n', output));
      if (fresh.length === 0) return;
      happened({ type: 'fresh' }, lost(''));
      watcher.lines(fresh);
    });
    const stop = pinging(opened, clock);
    stopPinging = stop;
    opened.on('close', code => {
      stop();
      if (over || opened !== socket) return;
      // What failed has no code of its own to go by.
      happened({ type: 'dropped', code: problem === undefined ? code : 1006, status }, () => problem ?? lost(code)());
    });
  };
  const disconnect = () => {
    cancelTimer?.();
    stopPinging();
    const former = socket;
    socket = undefined;
    former?.terminate();
  };

  connect();
  return {
    refresh() {
      if (over) return;
      disconnect();
      happened({ type: 'wanted' }, lost(''));
      connect();
    },
    dispose() {
      over = true;
      disconnect();
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
