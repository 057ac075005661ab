import type { DebugWatcher } from '../core/backend.js';
import { toRemoteError } from '../core/errors.js';
import type { Disposable } from '../core/events.js';
import { check, createApi } from './api.js';
import { RpcConnection, type RpcEvent } from './rpc.js';
import { exitReason } from './schema.js';
import type { ConnectOptions } from './terminalLink.js';

/** Follows what a debug session prints, over a socket of its own, until disposed, its exit, or the connection's end. */
export function watchDebugSession(
  options: Omit<ConnectOptions, 'signal'>,
  session: string,
  watcher: DebugWatcher,
): Disposable {
  const stop = new AbortController();
  let connection: RpcConnection | undefined;
  let over = false;
  const finish = (tell: () => void) => {
    if (over) return;
    over = true;
    if (!stop.signal.aborted) tell();
    stop.abort();
    connection?.close();
  };

  const follow = async () => {
    connection = await RpcConnection.open(
      { ...options, signal: stop.signal },
      { event: event => dispatch(event), closed: error => finish(() => watcher.closed(error)) },
    );
    if (over) return connection.close();
    await createApi(connection, options.clock).Debug.subscribeToEvents(
      { debugSessionId: session },
      { signal: stop.signal },
    );
  };
  const dispatch = ({ api, event, params, blobs }: RpcEvent) => {
    if (over || api !== 'Debug' || params.debugSessionId !== session) return;
    if (event === 'stdout' || event === 'stderr') {
      for (const blob of blobs) watcher.output(event, blob);
    } else if (event === 'exit') {
      const reason = check(exitReason, params.reason, 'Debug event');
      finish(() => watcher.exit(reason));
    }
  };

  follow().catch(error => finish(() => watcher.closed(toRemoteError(error))));
  return {
    dispose: () => {
      stop.abort();
      finish(() => {});
    },
  };
}
