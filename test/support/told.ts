import type { PlainText } from '../../src/core/plainText.js';

/** The same with strings in the place of plain text. */
export type Told<T> = unknown extends T
  ? T
  : T extends PlainText
    ? string
    : T extends string | number | bigint | boolean | null | undefined | ((...args: never[]) => unknown)
      ? T
      : T extends readonly (infer Item)[]
        ? Told<Item>[]
        : { [Key in keyof T]: Told<T[Key]> };

/** What a test knows to be plain. */
export function told<T>(value: Told<T>): T {
  return value as T;
}
