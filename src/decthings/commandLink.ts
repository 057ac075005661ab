import type { CommandLaunch, CommandLink, CommandLinkHandlers } from '../core/backend.js';
import { type Api, check, createApi } from './api.js';
import { RpcConnection, type RpcEvent } from './rpc.js';
import { exitReason, id } from './schema.js';
import { type ConnectOptions, LAUNCH_TIMEOUT_MS, untilClosed } from './terminalLink.js';

/** Opens a socket of its own for one command. */
export async function connectCommand(options: ConnectOptions, handlers: CommandLinkHandlers): Promise<CommandLink> {
  const connection = await RpcConnection.open(options, {
    event: event => dispatch(event, handlers),
    alive: () => handlers.alive(),
    closed: error => handlers.closed(error),
  });
  const api = createApi(connection, options.clock);
  return {
    run: request => run(api, request),
    attach: command => attach(api, command),
    async write(command, bytes) {
      await api.Spawned.writeToSpawnedCommand({ spawnedCommandId: command }, { ...untilClosed, blobs: [bytes] });
    },
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    ping: () => connection.ping(),
    close: () => connection.close(),
    abandon: () => connection.terminate(),
  };
}

async function run(api: Api, request: CommandLaunch): Promise<string> {
  const { modelId, location, command, args, timeout, idleTimeout, filesystems } = request;
  const { spawnedCommandId } = await api.Spawned.spawnCommandForModel(
    {
      modelId,
      executionLocation: location,
      command,
      args,
      options: {
        ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
        ...(idleTimeout === undefined ? {} : { timeoutAfterInactiveSeconds: idleTimeout }),
        ...(filesystems?.length ? { addFilesystemAccess: filesystems.map(each => ({ modelId: each })) } : {}),
      },
      subscribeToEvents: true,
    },
    { timeoutMs: LAUNCH_TIMEOUT_MS },
  );
  return spawnedCommandId;
}

async function attach(api: Api, command: string): Promise<boolean> {
  const { spawnedCommands } = await api.Spawned.getSpawnedCommands({ spawnedCommandIds: [command] });
  if (!spawnedCommands.some(each => each.id === command)) return false;
  await api.Spawned.subscribeToEvents({ spawnedCommandId: command });
  return true;
}

function dispatch({ api, event, params, blobs }: RpcEvent, handlers: CommandLinkHandlers): void {
  // A later version of the service may have events that this one does not know.
  if (api !== 'Spawned' || (event !== 'stdout' && event !== 'stderr' && event !== 'exit')) return;
  const command = check(id, params.spawnedCommandId, 'Spawned event');
  if (event === 'exit') handlers.exit(command, check(exitReason, params.reason, 'Spawned event'));
  else for (const blob of blobs) handlers.output(command, event, blob);
}
