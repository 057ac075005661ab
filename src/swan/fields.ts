import * as v from 'valibot';
import { flooredUnits } from '../core/money.js';
import { exactText, type PlainText, plainText } from '../core/plainText.js';

/**
 * Fields of the wire's records. Any of them can be null, absent or of another type in any answer: then it is undefined,
 * since a task with a strange comment is still a task. What hides in a function is said in metadata, so that all fields
 * can be walked.
 */

const MAX_ITEMS = 1_000;

/** A field read by `read`, which is given null where there is none. */
export const field = <T>(read: (value: unknown) => T) => v.optional(v.pipe(v.unknown(), v.transform(read)), null);

/** A stranger's text, made plain. */
export const text = (maxLength?: number) =>
  field((value): PlainText | undefined => {
    const shown = typeof value === 'string' || typeof value === 'number' ? plainText(String(value), maxLength) : '';
    return shown === '' ? undefined : shown;
  });

const matching = (pattern: RegExp) =>
  field(value => (typeof value === 'string' && pattern.test(value) ? exactText(value) : undefined));

export const uuid = matching(/^[\w-]{1,100}$/);
export const address = matching(/^0x[0-9a-fA-F]{40}$/);
export const signature = matching(/^0x[0-9a-fA-F]{1,400}$/);
export const txHash = matching(/^0x[0-9a-fA-F]{64}$/);

/** SWAN as a decimal number or string, in wei, rounded down as the contract does. */
export const amount = field(value =>
  typeof value === 'string' || typeof value === 'number' ? flooredUnits(String(value).trim()) : undefined,
);

export const count = field(toCount);

function toCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Unix seconds, as milliseconds that a `Date` can hold. */
export const time = field(value => {
  const long = typeof value === 'string' && /^\d{1,16}\.\d{1,30}$/.test(value);
  const seconds = typeof value === 'number' || long ? Math.floor(Number(value)) : toCount(value);
  return seconds !== undefined && seconds > 0 && seconds <= 8.64e12 ? seconds * 1000 : undefined;
});

/** A flag, written as a boolean or as 0 or 1. */
export const flag = field(value =>
  value === true || value === 1 ? true : value === false || value === 0 ? false : undefined,
);

/** A record whose fields are all of this file, so that whatever comes can be read. */
export const nested = <S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    field(value => v.parse(schema, asRecord(value))),
    v.metadata({ of: schema }),
  );

/** All items in their places, with nothing for those that cannot be read. */
export const places = <S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    field((value): (v.InferOutput<S> | undefined)[] => {
      if (!Array.isArray(value)) return [];
      return value.slice(0, MAX_ITEMS).map(item => {
        const parsed = v.safeParse(schema, item);
        return parsed.success ? parsed.output : undefined;
      });
    }),
    v.metadata({ each: schema }),
  );

/** Those items that can be read. */
export const list = <S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    places(schema),
    v.transform(items => items.filter(item => item !== undefined)),
  );

export const texts = list(
  v.pipe(
    v.string(),
    v.transform(item => plainText(item)),
  ),
);

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
