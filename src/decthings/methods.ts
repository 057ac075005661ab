import * as v from 'valibot';
import { own } from '../core/plainText.js';
import type { LocationRequest, MachineSpec, TerminalSize } from '../core/resources.js';
import {
  debugSession,
  id,
  launcher,
  model,
  page,
  records,
  spawnedCommand,
  sysinfo,
  terminalSession,
} from './schema.js';

/**
 * Every method of the service that this client knows: what it takes, what it gives, and whether making the call twice
 * does no more than making it once. The API's types and its run-time checks are both derived from this one table.
 */

interface Method<Params, Result extends v.GenericSchema> {
  readonly result: Result;
  /** Safe to send again when it is not known whether it was carried out. */
  readonly idempotent: boolean;
  /** Only its type is used. */
  readonly params?: Params;
}

/** Reads, and writes that come to the same when made twice. */
const repeatable =
  <Params extends object>() =>
  <Result extends v.GenericSchema>(result: Result): Method<Params, Result> => ({ result, idempotent: true });

/** Acts that happen again when they are sent again. */
const once =
  <Params extends object>() =>
  <Result extends v.GenericSchema>(result: Result): Method<Params, Result> => ({ result, idempotent: false });

const nothing = v.object({});
/** What the fields of a record are that could not be read. */
const NONE = own('');
const spec = { cpus: 0, memoryMebibytes: 0 };
const nowhere = { modelId: NONE, executionLocation: { type: NONE } };
const launchers = records(launcher, { name: NONE, spec, state: { type: NONE }, running: [] });
const debugSessions = records(debugSession, {
  ...nowhere,
  startedAt: 0,
  parameterDefinitions: {},
  trainingSessions: [],
});
const terminalSessions = records(terminalSession, { ...nowhere, startedAt: 0 });
const spawnedCommands = records(spawnedCommand, {});
const models = records(model, { name: NONE });

export interface ListOptions {
  /** Rows to skip; 0 by default. */
  offset?: number;
  /** Rows to give; the service's default is 20. */
  limit?: number;
  sort?: string;
  sortDirection?: 'asc' | 'desc';
}

interface Events {
  /** Whether this socket gets the session's events; true by default. Meaningless over HTTP. */
  subscribeToEvents?: boolean;
}

interface SpawnOptions {
  timeoutSeconds?: number;
  timeoutAfterInactiveSeconds?: number;
}

interface SpawnParams extends Events {
  executionLocation: LocationRequest;
  command: string;
  args: string[];
  options?: SpawnOptions;
}

type FilesystemAccess = { modelId: string }[];
type LauncherId = { persistentLauncherId: string };
type DebugId = { debugSessionId: string };
type TerminalId = { terminalSessionId: string };
type SpawnedId = { spawnedCommandId: string };

export const methods = {
  PersistentLauncher: {
    createPersistentLauncher: once<{ name: string; spec: MachineSpec }>()(v.object({ persistentLauncherId: id })),
    getPersistentLaunchers: repeatable<ListOptions & { filter?: { ids?: string[]; searchName?: string } }>()(
      v.object({ persistentLaunchers: launchers, ...page }),
    ),
    getSysinfo: repeatable<LauncherId & { fromTimestamp?: number }>()(v.object({ sysinfo: v.array(sysinfo) })),
    deletePersistentLauncher: once<LauncherId>()(nothing),
  },
  Debug: {
    launchDebugSession: once<
      Events & {
        modelId: string;
        executionLocation: LocationRequest;
        options?: { terminateAfterInactiveSeconds?: number; remoteInspector?: boolean };
      }
    >()(v.object({ debugSessionId: id })),
    getDebugSessions: repeatable<{ debugSessionIds?: string[] }>()(v.object({ debugSessions: debugSessions })),
    terminateDebugSession: once<DebugId>()(nothing),
    sendToRemoteInspector: once<DebugId>()(nothing),
    subscribeToEvents: repeatable<DebugId>()(nothing),
    unsubscribeFromEvents: once<DebugId>()(nothing),
  },
  Terminal: {
    launchTerminalSession: once<
      Events & {
        modelId: string;
        executionLocation: LocationRequest;
        options?: {
          addFilesystemAccess?: FilesystemAccess;
          terminateAfterInactiveSeconds?: number;
          cols?: number;
          rows?: number;
        };
      }
    >()(v.object({ terminalSessionId: id })),
    getTerminalSessions: repeatable<{ terminalSessionIds?: string[] }>()(
      v.object({ terminalSessions: terminalSessions }),
    ),
    writeToTerminalSession: once<TerminalId>()(nothing),
    resizeTerminalSession: repeatable<TerminalId & { size: TerminalSize }>()(nothing),
    terminateTerminalSession: once<TerminalId>()(nothing),
    addFilesystemAccessForTerminalSession: repeatable<TerminalId & { modelId: string }>()(nothing),
    subscribeToEvents: repeatable<TerminalId>()(nothing),
    unsubscribeFromEvents: once<TerminalId>()(nothing),
  },
  Spawned: {
    spawnCommand: once<SpawnParams>()(v.object({ spawnedCommandId: id })),
    spawnCommandForModel: once<
      Omit<SpawnParams, 'options'> & {
        modelId: string;
        options?: SpawnOptions & { addFilesystemAccess?: FilesystemAccess };
      }
    >()(v.object({ spawnedCommandId: id })),
    getSpawnedCommands: repeatable<{ spawnedCommandIds?: string[] }>()(v.object({ spawnedCommands: spawnedCommands })),
    writeToSpawnedCommand: once<SpawnedId>()(nothing),
    terminateSpawnedCommand: once<SpawnedId>()(nothing),
    subscribeToEvents: repeatable<SpawnedId>()(nothing),
    unsubscribeFromEvents: once<SpawnedId>()(nothing),
  },
  Model: {
    getModels: repeatable<
      ListOptions & {
        filter?: { owners?: string[]; tags?: string[]; ids?: string[]; names?: string[]; searchName?: string };
      }
    >()(v.object({ models: models, ...page })),
  },
} as const;

export type Methods = typeof methods;
export type ApiName = keyof Methods;
export type MethodName<A extends ApiName> = keyof Methods[A] & string;

type Entry<A extends ApiName, M extends MethodName<A>> = Methods[A][M];
export type Params<A extends ApiName, M extends MethodName<A>> =
  Entry<A, M> extends Method<infer P, v.GenericSchema> ? P : never;
export type Result<A extends ApiName, M extends MethodName<A>> =
  Entry<A, M> extends { result: infer S } ? (S extends v.GenericSchema ? v.InferOutput<S> : never) : never;
