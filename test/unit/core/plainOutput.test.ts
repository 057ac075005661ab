import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppendedOutput, PlainOutput } from '../../../src/core/plainOutput.js';

function linesOf(...chunks: string[]): string[] {
  const output = new PlainOutput();
  return [...chunks.flatMap(chunk => output.write(chunk)), ...output.end()];
}

const ESC = '\u001b';
const cases: [what: string, output: string, lines: string[]][] = [
  ['colours', `${ESC}[1;38:2::1:2:3mred${ESC}[0m`, ['red']],
  ['character sets', `${ESC}(Ba${ESC})0b${ESC}%Gc${ESC}#8d`, ['abcd']],
  ['line drawing', `${ESC}(0lqk${ESC}(B`, ['┌─┐']],
  ['titles', `${ESC}]0;title\u0007a${ESC}]8;;https://x.example${ESC}\\b`, ['ab']],
  ['a title without an end', `${ESC}]0;title\nnext\n`, ['', 'next']],
  [
    'device strings, with lines in them',
    `${ESC}Pq#1\n#2${ESC}\\a${ESC}_x${ESC}\\b${ESC}^y${ESC}\\c${ESC}Xz${ESC}\\d`,
    ['abcd'],
  ],
  ['controls of 8 bits', 'a\u009b31mb\u009d0;t\u009cc\u0090x\u009cd\u0085e', ['abcd', 'e']],
  ['modes and questions', `${ESC}[?25l${ESC}[>4;1m${ESC}[!p${ESC}=${ESC}>${ESC}7${ESC}8a`, ['a']],
  ['a sequence that is given up', `${ESC}[12\u0018a${ESC}[1${ESC}[2mb`, ['ab']],
  ['controls within a sequence', `ab${ESC}[\r1mc`, ['cb']],
  ['a line overwritten', '10%\r20%\r100%\n', ['100%']],
  ['a shorter state over a longer one', 'downloading\rdone\n', ['doneloading']],
  ['one that was erased first', `downloading\r${ESC}[Kdone\n`, ['done']],
  ['one that was erased wholly', `downloading${ESC}[2K\rdone\n`, ['done']],
  ['line ends of Windows', 'a\r\nb\r\n', ['a', 'b']],
  ['backspaces', 'ab\b\bcd\bx\n', ['cx']],
  ['tabs', 'a\tb\n', ['a       b']],
  ['columns', `a${ESC}[5Gb${ESC}[2Dc${ESC}[3Cd\n`, ['a  cb  d']],
  ['empty lines', '\n\n', ['', '']],
  ['what turns text round', 'a\u202eb\u2066c\u061cd\u00ade\u200bf', ['abcdef']],
  ['line ends of Unicode', 'a\u2028b\u2029c', ['a b c']],
  ['letters with marks, and emoji', 'e\u0301 👩‍👧 ❤️ 字', ['e\u0301 👩‍👧 ❤️ 字']],
  ['the marks of a letter without end', `e${'\u0301'.repeat(1_000)}`, [`e${'\u0301'.repeat(31)}`]],
];

describe('output of a program, as plain text', () => {
  for (const [what, output, lines] of cases) {
    it(`has no sequences, and each line in its last state: ${what}`, () => assert.deepEqual(linesOf(output), lines));

    it(`is the same wherever it is cut: ${what}`, () => {
      assert.deepEqual(linesOf(...output), lines);
      const all = [...output];
      for (let at = 1; at < all.length; at++) {
        assert.deepEqual(linesOf(all.slice(0, at).join(''), all.slice(at).join('')), lines, `cut at ${at}`);
      }
    });
  }

  it('has no control in it, whatever came, and is the same however it is cut', () => {
    const part = fc.oneof(
      fc.constantFrom(
        ESC,
        '[',
        ']',
        '(',
        '0',
        'B',
        ';',
        '\r',
        '\b',
        '\t',
        '\n',
        '\u0007',
        '\\',
        'K',
        'P',
        '\u009b',
        '\u009d',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), parts => {
        const lines = linesOf(...parts);
        assert.deepEqual(linesOf(...parts.flatMap(each => [...each])), lines);
        for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
      }),
      { numRuns: 500 },
    );
  });

  it('is one line for a bar of 5,000 states', () => {
    const bar = Array.from({ length: 5_000 }, (_, number) => `${number} of 5000 ${'#'.repeat(number / 100)}`);
    assert.deepEqual(linesOf(`${bar.join('\r')}\n`), [bar.at(-1)]);
  });

  it('is bounded, and shows that it was cut', () => {
    const [line = ''] = linesOf('x'.repeat(1_000_000));
    assert.equal(line.length, 10_001);
    assert.equal(linesOf(`${ESC}[999999999Cx`)[0]?.length, 1);
    assert.equal(linesOf(`${ESC}P${'t'.repeat(2_000_000)}`, '\nafter').at(-1), 'after');
  });
});

describe('output where nothing can be taken back', () => {
  function added(...chunks: string[]): string {
    const output = new AppendedOutput();
    return [...chunks.map(chunk => output.write(chunk)), output.end()].join('');
  }

  it('comes at once, as far as it is not overwritten', () => {
    const output = new AppendedOutput();
    assert.equal(output.write('Name: '), 'Name: ');
    assert.equal(output.write('x\nnext'), 'x\nnext');
    assert.equal(output.end(), '\n');
  });

  it('has a bar in its first and its last state', () => {
    const bar = Array.from({ length: 5_000 }, (_, number) => `\r${number}%`);
    assert.equal(added(...bar, '\nready\n'), '0%\n4999%\nready\n');
    assert.equal(added(`${bar.join('')}\nready\n`), '4999%\nready\n');
  });

  it('loses no sequence that is cut between two chunks', () => {
    assert.equal(added('a\u001b', '[3', '1mb\u001b]0;ti', 'tle\u001b', '\\c\u001b(', 'Bd\n'), 'abcd\n');
  });
});
