import type { TerminalLaunch, TerminalLink, TerminalLinkHandlers } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { cancelled } from '../core/errors.js';
import type { TerminalSize } from '../core/resources.js';
import { type Api, check, createApi } from './api.js';
import { RpcConnection, type RpcEvent } from './rpc.js';
import { exitReason, id } from './schema.js';
import type { OpenSocket } from './socket.js';

/** A machine may have to be started first. */
export const LAUNCH_TIMEOUT_MS = 5 * 60_000;
/**
 * While reading is paused no answer can come, and writes say nothing of how long a shell takes: these wait for as long
 * as the connection lasts, and the session's own health check ends a dead one.
 */
export const untilClosed = { timeoutMs: null };

export interface ConnectOptions {
  open: OpenSocket;
  apiKey: string | undefined;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/** Opens a socket of its own for one terminal, so that a flood in another cannot starve it. */
export async function connectTerminal(options: ConnectOptions, handlers: TerminalLinkHandlers): Promise<TerminalLink> {
  const connection = await RpcConnection.open(options, {
    event: event => dispatch(event, handlers),
    alive: () => handlers.alive(),
    closed: error => handlers.closed(error),
  });
  const api = createApi(connection, options.clock);
  let former = new AbortController();
  return {
    launch: async (request, size) => launch(api, request, size),
    attach: session => attach(api, session),
    async write(session, bytes) {
      await api.Terminal.writeToTerminalSession({ terminalSessionId: session }, { ...untilClosed, blobs: [bytes] });
    },
    async resize(session, size) {
      // A call that is made again must not undo a later one: the latest size wins.
      former.abort(cancelled());
      former = new AbortController();
      const { signal } = former;
      await api.Terminal.resizeTerminalSession({ terminalSessionId: session, size }, { ...untilClosed, signal });
    },
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    ping: () => connection.ping(),
    close: () => connection.close(),
    abandon: () => connection.terminate(),
  };
}

/** The request of the wire for what the person asked for. */
async function launch(api: Api, request: TerminalLaunch, size: TerminalSize): Promise<string> {
  const { modelId, location, idleTimeout, filesystems } = request;
  const { terminalSessionId } = await api.Terminal.launchTerminalSession(
    {
      modelId,
      executionLocation: location,
      options: {
        ...size,
        ...(idleTimeout === undefined ? {} : { terminateAfterInactiveSeconds: idleTimeout }),
        ...(filesystems?.length ? { addFilesystemAccess: filesystems.map(each => ({ modelId: each })) } : {}),
      },
      subscribeToEvents: true,
    },
    { timeoutMs: LAUNCH_TIMEOUT_MS },
  );
  return terminalSessionId;
}

async function attach(api: Api, session: string): Promise<boolean> {
  const { terminalSessions } = await api.Terminal.getTerminalSessions({ terminalSessionIds: [session] });
  if (!terminalSessions.some(each => each.id === session)) return false;
  await api.Terminal.subscribeToEvents({ terminalSessionId: session });
  return true;
}

function dispatch({ api, event, params, blobs }: RpcEvent, handlers: TerminalLinkHandlers): void {
  // A later version of the service may have events that this one does not know.
  if (api !== 'Terminal' || (event !== 'data' && event !== 'exit')) return;
  const session = check(id, params.terminalSessionId, 'Terminal event');
  if (event === 'exit') handlers.exit(session, check(exitReason, params.reason, 'Terminal event'));
  else for (const blob of blobs) handlers.data(session, blob);
}
