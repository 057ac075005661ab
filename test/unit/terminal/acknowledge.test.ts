import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Acknowledgements } from '../../../src/terminal/acknowledge.js';
import { FakeClock } from '../../support/fakeClock.js';
import { answerTo } from '../../support/queries.js';
import { seed } from '../../support/random.js';

describe('Acknowledgements', () => {
  function asking() {
    const clock = new FakeClock();
    const late: string[] = [];
    const acks = new Acknowledgements(clock, text => late.push(text));
    return { clock, late, acks };
  }

  it('an answer acknowledges what came before its query, and is no input', () => {
    const { acks } = asking();
    const [first, second] = [acks.query(100), acks.query(200)];
    assert.ok(first !== second && acks.waiting && !acks.answered);
    assert.equal(acks.takeAnswers(answerTo(first)), '');
    assert.deepEqual([acks.acknowledged, acks.waiting, acks.answered], [100, true, true]);
    assert.equal(acks.takeAnswers(`ls${answerTo(second)}\r`), 'ls\r');
    assert.deepEqual([acks.acknowledged, acks.waiting, acks.unanswered], [200, false, 0]);
  });

  it('a later answer stands for the earlier ones that got lost', () => {
    const { acks } = asking();
    acks.query(100);
    assert.equal(acks.takeAnswers(answerTo(acks.query(200))), '');
    assert.equal(acks.acknowledged, 200);
  });

  it('programs’ own queries are answered to them, whatever mode they ask for', () => {
    const { acks } = asking();
    acks.query(100);
    for (const mode of [4, 1049, 2026, 21_000, 21_127, 21_999, 210_000, 999_999_999, 2_147_483_647]) {
      const answer = `\x1b[?${mode};0$y`;
      assert.equal(acks.takeAnswers(answer), answer);
    }
    assert.equal(acks.takeAnswers('\x1b[?1;2c\x1b[4;2$y'), '\x1b[?1;2c\x1b[4;2$y');
    assert.equal(acks.acknowledged, 0);
  });

  it('two terminals ask for other modes, and one for no mode twice', () => {
    const { clock, acks } = asking();
    clock.chance = 0.999_999_999;
    const other = new Acknowledgements(clock, () => {});
    const queries = [acks, other].flatMap(each => Array.from({ length: 100 }, (_, at) => each.query(at)));
    assert.equal(new Set(queries).size, 200);
    for (const query of queries) assert.match(query, /^\x1b\[\?1\d{9}\$p$/);
  });

  it('what is presumed counts, and a late answer to it is still no input', () => {
    const { acks } = asking();
    const query = acks.query(100);
    acks.presume(150);
    assert.deepEqual([acks.acknowledged, acks.waiting], [150, false]);
    assert.deepEqual([acks.takeAnswers(answerTo(query)), acks.acknowledged], ['', 150]);
  });

  it('asks no more where no answer comes, so that every answer is known, however late', () => {
    const { acks } = asking();
    const queries: string[] = [];
    for (let position = 1; position < 5_000; position++) if (acks.mayAsk) queries.push(acks.query(position));
    assert.equal(queries.length, 100);
    assert.equal(acks.takeAnswers(`a${queries.map(answerTo).join('b')}c`), `a${'b'.repeat(99)}c`);
    assert.deepEqual([acks.acknowledged, acks.mayAsk], [100, true]);
  });

  it(`takes out each answer and no other byte, however the input is cut (seed ${seed})`, () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x1b[A',
        '\x1b[?1;2c',
        '\x1b[?21127;0$y',
        '\x1b[?1049;1$y',
        '\x1b[?1',
        '\x1b[?12',
      ),
    );
    const parts = fc.array(
      fc.oneof(
        piece.map(text => ({ text })),
        fc.constant('answer' as const),
      ),
    );
    fc.assert(
      fc.property(parts, fc.array(fc.nat(), { maxLength: 20 }), (of, places) => {
        const { acks, late, clock } = asking();
        let input = '';
        let others = '';
        for (const part of of) {
          input += part === 'answer' ? answerTo(acks.query(input.length)) : part.text;
          others += part === 'answer' ? '' : part.text;
        }
        const cuts = [0, ...places.map(place => place % (input.length + 1)), input.length].toSorted((a, b) => a - b);
        let typed = cuts.slice(1).reduce((sum, end, at) => sum + acks.takeAnswers(input.slice(cuts[at], end)), '');
        clock.advance(1_000);
        typed += late.join('');
        assert.equal(typed, others);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it('a key that an answer begins with is held back for a moment only, and only where one is awaited', () => {
    const { acks, late, clock } = asking();
    assert.equal(acks.takeAnswers('\x1b'), '\x1b');
    const query = acks.query(100);
    assert.equal(acks.takeAnswers('a\x1b'), 'a');
    clock.advance(49);
    assert.deepEqual(late, []);
    clock.advance(1);
    assert.deepEqual(late, ['\x1b']);
    assert.equal(acks.takeAnswers('\x1b'), '');
    assert.equal(acks.takeAnswers('j'), '\x1bj');
    assert.equal(acks.takeAnswers(answerTo(query)), '');
    assert.equal(clock.pending, 0);
    assert.equal(acks.takeAnswers('\x1b'), '\x1b');
  });
});
