import * as v from 'valibot';
import type { LocationRequest } from '../core/resources.js';
import { nonEmpty, plainName } from './registry.js';

const positive = v.pipe(v.number(), v.gtValue(0), v.finite());
const amount = v.pipe(v.number(), v.minValue(0), v.finite());

/** A machine, in the service's own terms. */
export const machine = v.object({
  cpus: positive,
  memoryMebibytes: positive,
  diskMebibytes: v.optional(amount),
  swapMebibytes: v.optional(amount),
  gpus: v.optional(v.object({ model: plainName, count: positive })),
});

/** Where to run: a launcher's id, or a temporary machine. */
export const place = { launcherId: v.optional(nonEmpty), machine: v.optional(machine) };

/** Seconds without input. */
export const idleTimeout = v.optional(v.pipe(v.number(), v.integer(), v.minValue(60)));

export function toLocation(args: {
  launcherId?: string | undefined;
  machine?: v.InferOutput<typeof machine> | undefined;
}): LocationRequest | undefined {
  if (args.launcherId !== undefined) return { type: 'persistentLauncher', persistentLauncherId: args.launcherId };
  return args.machine && { type: 'temporaryLauncher', spec: args.machine };
}
