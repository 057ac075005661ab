import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputFlow } from '../../../src/terminal/output.js';
import { Scanner } from '../../../src/terminal/scanner.js';
import { cellsOf, renew, write, xterm } from '../../support/cells.js';
import { FakeClock } from '../../support/fakeClock.js';
import { legible } from '../../support/legible.js';
import { queriesIn } from '../../support/queries.js';
import { seed } from '../../support/random.js';
import { anything } from '../../support/terminalOutput.js';

const QUERY = '\x1b[?1234567890$p';
const ANSWER = '\x1b[?1234567890;0$y';

describe('a query in the output', () => {
  it(`is seen by nothing: each cell is as without it, and it is answered (seed ${seed})`, () => {
    let asked = 0;
    let answers: string[] = [];
    const plain = xterm();
    const queried = xterm(answer => answers.push(answer));
    fc.assert(
      fc.property(fc.array(fc.array(anything, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), chunks => {
        answers = [];
        renew(plain);
        renew(queried);
        const scanner = new Scanner();
        let count = 0;
        for (const parts of chunks) {
          const chunk = parts.join('');
          scanner.scan(chunk);
          const at = scanner.placeIn(chunk);
          if (at >= 0) count++;
          write(queried, at < 0 ? chunk : chunk.slice(0, at) + QUERY + chunk.slice(at));
          write(plain, chunk);
        }
        assert.equal(cellsOf(queried), cellsOf(plain));
        assert.equal(answers.filter(each => each === ANSWER).length, count);
        asked += count;
      }),
      { seed, numRuns: 1_000 },
    );
    assert.ok(asked > 2_000, `${asked} queries prove little`);
  });

  /** The output as the flow shows it to a terminal that parses it at once. */
  function through(output: string) {
    const clock = new FakeClock();
    let queries = 0;
    const seen = xterm(answer => flow.takeAnswers(answer));
    const flow: OutputFlow = new OutputFlow(
      {
        show(shown) {
          queries += queriesIn(shown).length;
          write(seen, shown);
        },
        typed: text => assert.fail(`typed ${text}`),
        pause() {},
        resume() {},
        skipped: () => '',
      },
      clock,
    );
    flow.push(Buffer.from(output));
    while (clock.pending > 0) clock.advance(clock.next ?? 0);
    return { cells: cellsOf(seen), queries };
  }

  function without(output: string): string {
    const plain = xterm();
    write(plain, output);
    return cellsOf(plain);
  }

  for (const [name, unit, asks = true] of [
    ['letters', 'the quick brown fox '],
    ['letters without spaces', 'x'],
    ['Han and kana', '漢字かな交じり文、'],
    ['syllables of Hangul', '한글'],
    ['Thai', 'ภาษาไทยน้ำที่เก้ากำลังดี'],
    ['Hindi', 'क्षत्रिय हिन्दी भाषा '],
    ['Tamil and Arabic', 'தமிழ் நிகழ் العَرَبِيَّة '],
    ['emoji', '🚀🎉'],
    ['families and skins', '👨‍👩‍👧‍👦👍🏽'],
    ['marks', 'e\u0301a\u0308\u0323'],
    ['marks between letters', 'une e\u0301te\u0301 '],
    ['flags', '🇩🇪🇫🇷', false],
    ['one character with many marks', '\u0301', false],
    ['syllables in parts', '\u1112\u1161\u11ab', false],
    ['repetition', '-\x1b[79b'],
    ['a bar drawn anew', '\r\x1b[K[####    ] 50 %'],
    ['a spinner', '|\b/\b-\b'],
    ['colours', '\x1b[31mx\x1b[0m'],
    ['colours by C1', '\x9b31mx\x9bm'],
    ['titles by C1', '\x9d0;title\x9cx'],
    ['DEL within', 'e\x1b[\x7f1m\u0301', false],
  ] as const) {
    it(`nor in ${name} without line ends`, () => {
      const output = unit.repeat(120_000 / unit.length);
      const { cells, queries } = through(output);
      assert.ok(cells === without(output), 'a cell differs');
      assert.equal(queries > 2, asks, `${queries} queries`);
    });
  }

  for (const start of [
    '\x1b]52;c;',
    '\x9d52;c;',
    '\x1bPq',
    '\x90q',
    '\x1b_',
    '\x9f',
    '\x1b^',
    '\x9e',
    '\x1bX',
    '\x98',
  ]) {
    it(`nor inside a megabyte behind ${legible(start)}`, () => {
      const output = `before ${start}${'A'.repeat(1_000_000)}\x9cafter`;
      assert.ok(through(output).cells === without(output));
    });
  }
});
