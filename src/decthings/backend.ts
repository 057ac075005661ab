import type { AccountKey } from '../core/accountKey.js';
import type { ListQuery, MachineBackend, Page } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { type Log, silentLog } from '../core/log.js';
import { createApi } from './api.js';
import { connectCommand } from './commandLink.js';
import { type Begin, watchDebugSession } from './debugWatch.js';
import { HttpTransport } from './http.js';
import { webSocketOpener } from './socket.js';
import { connectTerminal } from './terminalLink.js';

export interface DecthingsAccount {
  /** Such as `https://api.decthings.com/v0`. */
  httpUrl: string;
  /** Such as `wss://api.decthings.com/v0/ws`. */
  wsUrl: string;
  key: AccountKey;
}

/** What one message of a terminal or command may hold; it bounds what a server can make the terminal keep while reading is paused. */
const MAX_TERMINAL_MESSAGE_BYTES = 768 * 1024;
const MAX_DEBUG_MESSAGE_BYTES = 8 * 1024 * 1024;
const LAUNCH_TIMEOUT_MS = 5 * 60_000;

/**
 * Lists and acts go over HTTP; each terminal, command and followed debug session has a WebSocket of its own.
 * @param log is told of the calls over HTTP; one per key would be no help
 */
export function createDecthingsBackend(account: DecthingsAccount, clock: Clock, log: Log = silentLog): MachineBackend {
  const { httpUrl, wsUrl, key } = account;
  const api = createApi(new HttpTransport({ baseUrl: httpUrl, apiKey: key.for(httpUrl), clock }), clock, log);
  const apiKey = key.for(wsUrl);
  const socket = (maxMessageBytes: number) => ({
    open: webSocketOpener(wsUrl, maxMessageBytes),
    apiKey,
    clock,
  });

  const backend: MachineBackend = {
    launchers: {
      async list(query, signal) {
        const page = await api.PersistentLauncher.getPersistentLaunchers(toWire(query), { signal });
        return { rows: page.persistentLaunchers, total: page.total };
      },
      find: (ids, signal) => findAll(query => backend.launchers.list(query, signal), ids),
      async create(name, spec) {
        const created = await api.PersistentLauncher.createPersistentLauncher({ name, spec });
        return created.persistentLauncherId;
      },
      async delete(id) {
        await api.PersistentLauncher.deletePersistentLauncher({ persistentLauncherId: id });
      },
      async sysinfo(id, fromTimestamp, signal) {
        const since = fromTimestamp === undefined ? {} : { fromTimestamp };
        return (await api.PersistentLauncher.getSysinfo({ persistentLauncherId: id, ...since }, { signal })).sysinfo;
      },
    },
    models: {
      async list(query, signal) {
        const page = await api.Model.getModels(toWire(query), { signal });
        return { rows: page.models, total: page.total };
      },
      find: (ids, signal) => findAll(query => backend.models.list(query, signal), ids),
    },
    debugSessions: {
      list: async signal => (await api.Debug.getDebugSessions({}, { signal })).debugSessions,
      launch({ modelId, location, idleTimeout }, watcher) {
        const options = idleTimeout === undefined ? {} : { options: { terminateAfterInactiveSeconds: idleTimeout } };
        const request = { modelId, executionLocation: location, ...options };
        const begin: Begin = async (over, signal) =>
          (await over.Debug.launchDebugSession(request, { signal, timeoutMs: LAUNCH_TIMEOUT_MS })).debugSessionId;
        return watchDebugSession(socket(MAX_DEBUG_MESSAGE_BYTES), begin, watcher);
      },
      async terminate(id) {
        await api.Debug.terminateDebugSession({ debugSessionId: id });
      },
      watch: (id, watcher) => watchDebugSession(socket(MAX_DEBUG_MESSAGE_BYTES), id, watcher),
    },
    terminals: {
      list: async signal => (await api.Terminal.getTerminalSessions({}, { signal })).terminalSessions,
      async terminate(id) {
        await api.Terminal.terminateTerminalSession({ terminalSessionId: id });
      },
      async addFilesystemAccess(id, modelId) {
        await api.Terminal.addFilesystemAccessForTerminalSession({ terminalSessionId: id, modelId });
      },
      connect: (handlers, signal) => connectTerminal({ ...socket(MAX_TERMINAL_MESSAGE_BYTES), signal }, handlers),
    },
    commands: {
      async terminate(id) {
        await api.Spawned.terminateSpawnedCommand({ spawnedCommandId: id });
      },
      connect: (handlers, signal) => connectCommand({ ...socket(MAX_TERMINAL_MESSAGE_BYTES), signal }, handlers),
    },
    async endRunning(type, id) {
      if (type === 'terminal') await backend.terminals.terminate(id);
      else if (type === 'debug') await backend.debugSessions.terminate(id);
      else if (type === 'spawned') await backend.commands.terminate(id);
      else return false;
      return true;
    },
  };
  return backend;
}

/** Those of the ids that exist. The service may give fewer at a time than it was asked for. */
async function findAll<T extends { id: string }>(
  list: (query: ListQuery) => Promise<Page<T>>,
  ids: string[],
): Promise<T[]> {
  const found = new Map<string, T>();
  for (let offset = 0; found.size < ids.length; ) {
    const before = found.size;
    const { rows, total } = await list({ ids, limit: ids.length, ...(offset === 0 ? {} : { offset }) });
    for (const row of rows) found.set(row.id, row);
    offset += rows.length;
    if (offset >= total || found.size === before) break;
  }
  return [...found.values()];
}

function toWire({ offset, limit, search, ids, sort, descending }: ListQuery) {
  const filter = { ...(search ? { searchName: search } : {}), ...(ids ? { ids } : {}) };
  return {
    ...(offset === undefined ? {} : { offset }),
    ...(limit === undefined ? {} : { limit }),
    ...(Object.keys(filter).length > 0 ? { filter } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(descending === undefined ? {} : { sortDirection: descending ? ('desc' as const) : ('asc' as const) }),
  };
}
