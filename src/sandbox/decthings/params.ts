import * as v from 'valibot';
import { fault, invalid } from './errors.js';

/** What the methods take, as far as they share it. Fields that the service does not know are ignored. */

export const id = v.pipe(v.string(), v.nonEmpty());
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const mebibytes = v.pipe(v.number(), v.integer(), v.minValue(1));

/** As on the wire, where `gpus` is one object. */
export const spec = v.object({
  cpus: positive,
  memoryMebibytes: mebibytes,
  diskMebibytes: v.optional(mebibytes),
  swapMebibytes: v.optional(mebibytes),
  gpus: v.optional(
    v.object({
      model: v.pipe(v.string(), v.nonEmpty()),
      count: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  ),
});
export type Spec = v.InferOutput<typeof spec>;

export const location = v.variant('type', [
  v.object({ type: v.literal('persistentLauncher'), persistentLauncherId: id }),
  v.object({ type: v.literal('temporaryLauncher'), spec }),
]);
export type LocationParams = v.InferOutput<typeof location>;

export const seconds = positive;
export const filesystemAccess = v.optional(v.array(v.object({ modelId: id })), []);
export const subscribeToEvents = v.optional(v.boolean(), true);
export const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff));

export const listing = {
  offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)), 20),
  sort: v.optional(v.picklist(['createdAt', 'name']), 'createdAt'),
  sortDirection: v.optional(v.picklist(['asc', 'desc']), 'asc'),
};

/** @throws ApiError `invalid_parameter`, naming the first parameter that is wrong */
export function parse<S extends v.GenericSchema>(schema: S, params: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, params, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalid(v.getDotPath(issue) ?? 'params', issue.message);
}

const LARGEST = { cpus: 128, memoryMebibytes: 1024 * 1024, diskMebibytes: 16 * 1024 * 1024, gpus: 8 };

/** @throws ApiError `quota_exceeded` for a machine larger than the account may have */
export function checkQuota(wanted: Spec): void {
  const { cpus, memoryMebibytes, diskMebibytes = 0, gpus } = wanted;
  const fits =
    cpus <= LARGEST.cpus &&
    memoryMebibytes <= LARGEST.memoryMebibytes &&
    diskMebibytes <= LARGEST.diskMebibytes &&
    (gpus?.count ?? 0) <= LARGEST.gpus;
  if (!fits) throw fault('quota_exceeded');
}

/** @throws ApiError unless exactly one blob came with the call */
export function oneBlob(blobs: readonly Uint8Array[]): Uint8Array {
  const [blob] = blobs;
  if (blob === undefined || blobs.length > 1) throw invalid('data', `Expected one blob, got ${blobs.length}.`);
  return blob;
}
