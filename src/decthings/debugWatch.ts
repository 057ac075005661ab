import type { DebugWatcher } from '../core/backend.js';
import { RemoteError, toRemoteError } from '../core/errors.js';
import type { Disposable } from '../core/events.js';
import { Health } from '../core/health.js';
import { t } from '../core/l10n.js';
import { type Api, check, createApi } from './api.js';
import { RpcConnection, type RpcEvent } from './rpc.js';
import { exitReason } from './schema.js';
import type { ConnectOptions } from './terminalLink.js';

/** Starts a session whose events come over this connection. @returns its id */
export type Begin = (api: Api, signal: AbortSignal) => Promise<string>;

/**
 * Follows what a debug session prints, over a socket of its own, until disposed, its exit, or the connection's end. What
 * came before the answer that names the session is given then.
 * @param target a session that runs already, or what starts one
 */
export function watchDebugSession(
  options: Omit<ConnectOptions, 'signal'>,
  target: string | Begin,
  watcher: DebugWatcher,
): Disposable & { begun: Promise<string> } {
  const stop = new AbortController();
  const early: RpcEvent[] = [];
  let session = typeof target === 'string' ? target : undefined;
  let connection: RpcConnection | undefined;
  let health: Health | undefined;
  let over = false;
  const finish = (tell: () => void) => {
    if (over) return;
    over = true;
    health?.dispose();
    if (!stop.signal.aborted) tell();
    stop.abort();
    connection?.close();
  };

  const follow = async () => {
    connection = await RpcConnection.open(
      { ...options, signal: stop.signal },
      {
        event: event => dispatch(event),
        alive: () => health?.alive(),
        closed: error => finish(() => watcher.closed(error)),
      },
    );
    if (over) connection.close();
    else health = watchHealth(connection);
    const api = createApi(connection, options.clock);
    if (typeof target === 'string')
      await api.Debug.subscribeToEvents({ debugSessionId: target }, { signal: stop.signal });
    const id = typeof target === 'string' ? target : await target(api, stop.signal);
    session = id;
    for (const event of early.splice(0)) dispatch(event);
    return id;
  };
  const watchHealth = (link: RpcConnection) =>
    new Health(options.clock, {
      ping: () => link.ping(),
      isPaused: () => false,
      dead() {
        link.terminate();
        finish(() => watcher.closed(new RemoteError('network', t('The connection gave no sign of life.'))));
      },
    });
  const dispatch = (message: RpcEvent) => {
    const { api, event, params, blobs } = message;
    if (over || api !== 'Debug') return;
    if (session === undefined) {
      if (early.length < MAX_EARLY_EVENTS) early.push(message);
    } else if (params.debugSessionId !== session) {
      return;
    } else if (event === 'stdout' || event === 'stderr') {
      for (const blob of blobs) watcher.output(event, blob);
    } else if (event === 'exit') {
      const reason = check(exitReason, params.reason, 'Debug event');
      finish(() => watcher.exit(reason));
    }
  };

  const begun = follow();
  begun.catch(error => finish(() => watcher.closed(toRemoteError(error))));
  return {
    begun,
    dispose: () => {
      stop.abort();
      finish(() => {});
    },
  };
}

/** The answer comes within moments of the first output. */
const MAX_EARLY_EVENTS = 1_000;
