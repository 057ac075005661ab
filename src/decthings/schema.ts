import * as v from 'valibot';
import { briefJson } from '../core/briefJson.js';
import { exactText, plain, plainText } from '../core/plainText.js';
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
  Unreadable,
} from '../core/resources.js';

/**
 * The records of the wire, checked and normalised once: beyond this file, types are true. A field that may be absent
 * may also be null. Unknown enum values and unknown kinds of location are kept as they are; unknown fields are dropped.
 */

/** An id is sent back, so that it is taken as it is, or not at all. */
const id = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.check(value => exactText(value) !== undefined),
  v.transform(value => plainText(value)),
);
/** A stranger's text, made plain. */
const text = v.pipe(
  v.string(),
  v.transform(value => plainText(value)),
);
/** What a `Date` can hold. */
const time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
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
  gpus: maybe(v.object({ model: text, count: v.number() })),
}) satisfies v.GenericSchema<unknown, MachineSpec>;

const location = v.object({
  type: text,
  persistentLauncherId: maybe(id),
  spec: maybe(spec),
}) satisfies v.GenericSchema<unknown, Location>;

export const launcher = v.object({
  id,
  name: text,
  createdAt: maybe(time),
  spec,
  state: v.object({ type: text, previous: maybe(text) }),
  running: v.nullish(v.array(v.object({ id, type: text })), []),
}) satisfies v.GenericSchema<unknown, Launcher>;

export const debugSession = v.object({
  id,
  startedAt: time,
  modelId: id,
  parameterDefinitions: v.nullish(v.record(v.string(), v.unknown()), {}),
  trainingSessions: v.nullish(v.array(v.object({ id, createdAt: time, state: text })), []),
  executionLocation: location,
}) satisfies v.GenericSchema<unknown, DebugSession>;

export const terminalSession = v.object({
  id,
  startedAt: time,
  modelId: id,
  executionLocation: location,
}) satisfies v.GenericSchema<unknown, TerminalSession>;

export const spawnedCommand = v.object({
  id,
  startedAt: maybe(time),
  modelId: maybe(id),
  executionLocation: maybe(location),
}) satisfies v.GenericSchema<unknown, SpawnedCommand>;

export const model = v.object({
  id,
  name: text,
  description: maybe(text),
  createdAt: maybe(time),
}) satisfies v.GenericSchema<unknown, Model>;

export const sysinfo = v.object({
  timestamp: time,
  cpus: v.number(),
  memory: v.number(),
  disk: maybe(v.number()),
}) satisfies v.GenericSchema<unknown, SysinfoSample>;

export const exitReason = v.object({
  code: text,
  exitCode: maybe(v.number()),
  signal: maybe(v.pipe(v.union([v.string(), v.number()]), v.transform(String), text)),
  oom: maybe(v.boolean()),
  exceptionDetails: maybe(v.pipe(v.unknown(), v.transform(asText), text)),
}) satisfies v.GenericSchema<unknown, ExitReason>;

/** Of one answer; more would be no list that anybody reads. */
const MAX_RECORDS = 10_000;

/**
 * All records of a list in their places: one that cannot be read is `blank` but for its id and what is wrong with it, so
 * that it is seen, counted and can be ended.
 */
export function records<S extends v.GenericSchema>(
  schema: S,
  blank: Omit<v.InferOutput<S> & object, 'id'>,
): v.GenericSchema<unknown, (v.InferOutput<S> & Unreadable)[]> {
  const read = (item: unknown, index: number) => {
    const parsed = v.safeParse(schema, item, { abortEarly: true });
    return parsed.success ? parsed.output : { ...blank, ...remains(item, index, v.getDotPath(parsed.issues[0])) };
  };
  return v.pipe(
    v.array(v.unknown()),
    v.transform(items => items.slice(0, MAX_RECORDS).map(read)),
    v.metadata({ each: schema }),
  ) as v.GenericSchema<unknown, (v.InferOutput<S> & Unreadable)[]>;
}

function remains(item: unknown, index: number, field: string | null) {
  const own = v.safeParse(v.object({ id }), item);
  return {
    id: own.success ? own.output.id : plain`unreadable-${index + 1}`,
    unreadable: { field: plainText(field ?? '', 100), named: own.success },
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : briefJson(value);
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const page = { total: count, offset: count, limit: count };
export { id };
