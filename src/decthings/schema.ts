import * as v from 'valibot';
import { briefJson } from '../core/briefJson.js';
import type {
  DebugSession,
  ExitReason,
  Launcher,
  Location,
  MachineSpec,
  Model,
  SpawnedCommand,
  SysinfoSample,
  TerminalSession,
} from '../core/resources.js';

/**
 * The records of the wire, checked and normalised once: beyond this file, types are true. A field that may be absent
 * may also be null. Unknown enum values and unknown kinds of location are kept as they are; unknown fields are dropped.
 */

const id = v.pipe(v.string(), v.nonEmpty());
/** Absent, null or present: afterwards absent or present. */
const maybe = <T extends v.GenericSchema>(schema: T) =>
  v.optional(v.pipe(v.nullable(schema), v.transform(orUndefined)));

function orUndefined<T>(value: T): Exclude<T, null> | undefined {
  return (value ?? undefined) as Exclude<T, null> | undefined;
}

const spec = v.object({
  cpus: v.number(),
  memoryMebibytes: v.number(),
  diskMebibytes: maybe(v.number()),
  swapMebibytes: maybe(v.number()),
  gpus: maybe(v.object({ model: v.string(), count: v.number() })),
}) satisfies v.GenericSchema<unknown, MachineSpec>;

const location = v.object({
  type: v.string(),
  persistentLauncherId: maybe(v.string()),
  spec: maybe(spec),
}) satisfies v.GenericSchema<unknown, Location>;

export const launcher = v.object({
  id,
  name: v.string(),
  createdAt: maybe(v.number()),
  spec,
  state: v.object({ type: v.string(), previous: maybe(v.string()) }),
  running: v.nullish(v.array(v.object({ id, type: v.string() })), []),
}) satisfies v.GenericSchema<unknown, Launcher>;

export const debugSession = v.object({
  id,
  startedAt: v.number(),
  modelId: v.string(),
  parameterDefinitions: v.nullish(v.record(v.string(), v.unknown()), {}),
  trainingSessions: v.nullish(v.array(v.object({ id, createdAt: v.number(), state: v.string() })), []),
  executionLocation: location,
}) satisfies v.GenericSchema<unknown, DebugSession>;

export const terminalSession = v.object({
  id,
  startedAt: v.number(),
  modelId: v.string(),
  executionLocation: location,
}) satisfies v.GenericSchema<unknown, TerminalSession>;

export const spawnedCommand = v.object({
  id,
  startedAt: maybe(v.number()),
  modelId: maybe(v.string()),
  executionLocation: maybe(location),
}) satisfies v.GenericSchema<unknown, SpawnedCommand>;

export const model = v.object({
  id,
  name: v.string(),
  description: maybe(v.string()),
  createdAt: maybe(v.number()),
}) satisfies v.GenericSchema<unknown, Model>;

export const sysinfo = v.object({
  timestamp: v.number(),
  cpus: v.number(),
  memory: v.number(),
  disk: maybe(v.number()),
}) satisfies v.GenericSchema<unknown, SysinfoSample>;

export const exitReason = v.object({
  code: v.string(),
  exitCode: maybe(v.number()),
  signal: maybe(v.pipe(v.union([v.string(), v.number()]), v.transform(String))),
  oom: maybe(v.boolean()),
  exceptionDetails: maybe(v.pipe(v.unknown(), v.transform(asText))),
}) satisfies v.GenericSchema<unknown, ExitReason>;

function asText(value: unknown): string {
  return typeof value === 'string' ? value : briefJson(value);
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const page = { total: count, offset: count, limit: count };
export { id };
