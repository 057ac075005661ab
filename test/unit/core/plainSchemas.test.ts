import assert from 'node:assert/strict';
import * as v from 'valibot';
import type { PlainText } from '../../../src/core/plainText.js';
import { type Methods, methods } from '../../../src/decthings/methods.js';
import * as decthings from '../../../src/decthings/schema.js';
import * as swan from '../../../src/swan/schema.js';
import { assertPlain, hostileTexts } from '../../support/hostile.js';

/** The fields of a type that are strings without being plain: of no answer there is one. */
type Raw<T> = unknown extends T
  ? never
  : T extends PlainText
    ? never
    : T extends string
      ? string extends T
        ? 'raw'
        : never
      : T extends number | bigint | boolean | null | undefined
        ? never
        : T extends readonly (infer Item)[]
          ? Raw<Item>
          : string extends keyof T
            ? Raw<T[string]>
            : { [Key in keyof T]-?: Raw<T[Key]> }[keyof T];
type Output<S> = S extends v.GenericSchema
  ? v.InferOutput<S>
  : S extends (...args: never[]) => v.GenericSchema
    ? v.InferOutput<ReturnType<S>>
    : never;
type None<T extends never> = T;
type OfMethods = { [A in keyof Methods]: { [M in keyof Methods[A]]: Output<Methods[A][M][keyof Methods[A][M]]> } };
type OfModule<M> = { [K in keyof M]: Output<M[K]> };
/** Whoever adds a raw field to a record is told by the compiler. */
const raw: None<Raw<OfMethods> | Raw<OfModule<typeof swan>> | Raw<OfModule<Omit<typeof decthings, 'records'>>>>[] = [];

type Leaf = () => unknown;

/** A value of the schema's form, whose texts and fields of no type are made by `leaf`. */
function specimen(schema: unknown, leaf: Leaf): unknown {
  const { type, entries, wrapped, item, options, key, value } = Object(schema);
  const known = metadataOf(schema);
  if (known.of) return specimen(known.of, leaf);
  if (known.each) return [specimen(known.each, leaf)];
  if (entries) {
    return Object.fromEntries(Object.entries(entries).map(([name, each]) => [name, specimen(each, leaf)]));
  }
  if (wrapped) return specimen(wrapped, leaf);
  if (item) return [specimen(item, leaf)];
  if (options) return specimen(options[0], leaf);
  if (key) return { [String(specimen(key, () => 'use'))]: specimen(value, () => 1) };
  if (type === 'number') return 1;
  if (type === 'boolean') return true;
  assert.ok(type === 'string' || type === 'unknown', `a schema that cannot be walked: ${type}`);
  return leaf();
}

function metadataOf(schema: unknown): { of?: unknown; each?: unknown } {
  const { pipe = [], metadata, wrapped } = Object(schema);
  const inner = [...pipe.slice(pipe[0] === schema ? 1 : 0), wrapped].filter(each => each && each !== schema);
  return Object.assign({}, ...inner.map(metadataOf), metadata);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const schemas: [string, v.GenericSchema][] = [
  ...Object.entries(methods).flatMap(([api, group]) =>
    Object.entries(group).map(([name, { result }]): [string, v.GenericSchema] => [`${api}.${name}`, result]),
  ),
  ...[...Object.entries(decthings), ...Object.entries(swan)].flatMap(([name, each]): [string, v.GenericSchema][] => {
    if (typeof each === 'function') return name === 'hardware' ? [[name, swan.hardware('dynamic')]] : [];
    return 'kind' in each ? [[name, each]] : [];
  }),
];

describe('what services answer', () => {
  const hostile = hostileTexts();

  for (const [name, schema] of schemas) {
    it(`${name}: is plain in every field, whatever stands there`, () => {
      let fields = 0;
      specimen(schema, () => {
        fields++;
        return '1';
      });
      for (let field = 0; field < fields; field++) {
        for (const text of hostile) {
          let at = 0;
          const parsed = v.safeParse(
            schema,
            specimen(schema, () => (at++ === field ? text : '1')),
          );
          // A field that cannot be read fails its own record alone.
          if (!parsed.success) assert.ok(!/^get|List|Page/.test(name.split('.').at(-1) ?? ''), name);
          else for (const each of textsOf(parsed.output)) assertPlain(each, `${name}, field ${field}`);
        }
      }
    });
  }

  it('is found whole: every record has texts', () => {
    assert.deepEqual(raw, []);
    const walked = schemas.map(([name, schema]) => {
      let fields = 0;
      specimen(schema, () => fields++);
      return [name, fields] as const;
    });
    assert.ok(walked.length > 40, String(walked.length));
    for (const name of [
      'deployment',
      'order',
      'taskPage',
      'hardware',
      'images',
      'PersistentLauncher.getPersistentLaunchers',
    ]) {
      assert.ok((walked.find(each => each[0] === name)?.[1] ?? 0) > 1, name);
    }
  });
});
