import assert from 'node:assert/strict';
import fc from 'fast-check';
import { indentedJson, memberText, parseExactly, pythonJson } from '../../../src/swan/rawJson.js';
import pythonsOwn from '../../data/python-json.json';

describe('JSON as it was written', () => {
  it('is written again as Python’s json.dumps writes it', () => {
    const cases = [
      ['{"b":1,"a":[1,2.0,1e-07,null,true],"":{}}', '{"b": 1, "a": [1, 2.0, 1e-07, null, true], "": {}}'],
      [' { "a" : "x, y: z" } ', '{"a": "x, y: z"}'],
      ['{"2":1,"1":2}', '{"2": 1, "1": 2}'],
      ['"é\\u00e9\\ud83d\\ude00\\/\\n\u007f"', '"\\u00e9\\u00e9\\ud83d\\ude00/\\n\\u007f"'],
      ['123456789012345678901234567890', '123456789012345678901234567890'],
    ];
    for (const [json = '', expected] of cases) assert.equal(pythonJson(json), expected);
  });

  it('agrees with what Python 3.11 has written', () => {
    for (const [json = '', written] of pythonsOwn) assert.equal(pythonJson(json), written);
    assert.ok(pythonsOwn.length > 100);
  });

  it('gives the text of a member, by its path', () => {
    const json = '{"data":{"list":[{"info":1}],"info":{"x":[1,{"info":2}],"y":"a,b"},"z":3},"info":4}';
    assert.equal(memberText(json, ['data', 'info']), '{"x":[1,{"info":2}],"y":"a,b"}');
    assert.equal(memberText(json, ['data', 'z']), '3');
    assert.equal(memberText(json, ['info']), '4');
    assert.equal(memberText(json, ['data', 'nothing']), undefined);
    assert.equal(memberText(json, ['info', 'x']), undefined);
    assert.equal(memberText('{"a":1,"a":2}', ['a']), '2');
    assert.equal(memberText('{"a":"{\\"b\\":1}"}', ['a', 'b']), undefined);
  });

  it('gives each member’s text, as parsing does its value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), record => {
        const json = JSON.stringify(record);
        for (const [key, value] of Object.entries(JSON.parse(json))) {
          assert.deepEqual(JSON.parse(memberText(json, [key]) ?? 'null'), value);
        }
      }),
    );
  });

  it('keeps every digit of a number that a floating point one would lose', () => {
    const numbers = ['0.0008333333333333334', '-1234567890123456789', '1234567890123456.5E-7', `0.${'1'.repeat(400)}`];
    for (const number of numbers) {
      const json = `{"a":[${number}, {"b" :${number}}],"${number}":"${number} \\"${number}","c":1.5}`;
      const expected = { a: [number, { b: number }], [number]: `${number} "${number}`, c: 1.5 };
      assert.deepEqual(parseExactly(json), expected);
      assert.equal(parseExactly(number), number);
    }
    for (const json of ['', '{"a":01}', '1234567890123456789,', '{"a":1234567890123456789']) {
      assert.throws(() => parseExactly(json), SyntaxError);
    }
  });

  it('is parsed as ever but for that', () => {
    const strings = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(strings, value =>
        assert.deepEqual(parseExactly(JSON.stringify(value)), JSON.parse(JSON.stringify(value))),
      ),
    );
  });

  it('is read in time, however long its texts are', () => {
    for (const text of ['\\'.repeat(4_000_000), '"'.repeat(4_000_000), '1'.repeat(8_000_000)]) {
      const json = JSON.stringify({ text, number: 1 });
      assert.deepEqual(parseExactly(json), { text, number: 1 });
      assert.equal(memberText(json, ['number']), '1');
    }
  });

  it('is indented without anything that hides', () => {
    assert.equal(indentedJson('{"a":"x\\u202ey\u200bz"}'), '{\n  "a": "x\\u202ey\\u200bz"\n}');
  });
});
