import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endKey } from '../../../src/terminal/endKeys.js';
import { WholeCharacters, wholeSize } from '../../../src/terminal/whole.js';
import { seed } from '../../support/random.js';
import { live } from '../../support/startedTerminal.js';

describe('what is typed', () => {
  it(`in halves of characters is joined (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat()), (text, places) => {
        const whole = new WholeCharacters();
        const ends = [...places.map(place => place % (text.length + 1)), text.length].sort((a, b) => a - b);
        const joined = ends.map((end, at) => whole.join(text.slice(ends[at - 1] ?? 0, end)));
        assert.equal(Buffer.concat(joined.map(each => Buffer.from(each))).toString(), Buffer.from(text).toString());
      }),
      { seed },
    );
  });

  it('in halves is sent whole, with the terminal’s own answers between', async () => {
    const { terminal, link } = await live();
    terminal.input('a\ud83d');
    terminal.input('');
    terminal.input('\ude80b');
    terminal.input('\ud83d');
    terminal.input('c');
    assert.deepEqual(link.asked('write').join(''), 's1 as1 🚀bs1 \ufffdc');
  });

  it('as a size that no terminal has is sent on by nobody', async () => {
    const { terminal, link } = await live();
    for (const [cols, rows] of [
      [0, 0],
      [Number.NaN, 24],
      [80, Number.NaN],
      [-1, 24],
      [80, -3],
      [0.5, 24],
      [1e9, 24],
      [80, Number.POSITIVE_INFINITY],
    ] as const) {
      terminal.resize({ cols, rows });
      assert.equal(wholeSize({ cols, rows }), undefined);
    }
    assert.deepEqual(link.asked('resize'), []);
    terminal.resize({ cols: 80.7, rows: 24.2 });
    assert.deepEqual(link.asked('resize'), ['s1 80x24']);
  });

  it('after the end is Enter, another key or no key, in every keyboard protocol', () => {
    const keys = {
      enter: [
        '\r',
        '\x1b[13u',
        '\x1b[13;2u',
        '\x1b[13;1:1u',
        '\x1b[13;;13u',
        '\x1b[57414u',
        '\x1b[27;5;13~',
        '\x1bOM',
        '\x1b[13;28;13;1;0;1_',
      ],
      other: ['q', '\rls\r', '\x1b[113u', '\x1b[113;1:2u', '\x1b[27u', '\x1b[81;16;113;1;0;1_', '\x1b[27;6;113~'],
      none: [
        '\x1b[?1;2c',
        '\x1b[I',
        '\x1b[O',
        '\x1b[<0;1;1M',
        '\x1b[13;1:3u',
        '\x1b[57441;2u',
        '\x1b[13;28;13;0;0;1_',
        '\x1b[16;42;0;1;16;1_',
        '\x1b[38;72;0;1;256;1_',
        '\x1b[A',
        '\x1b[5;1R',
        '\x1b[200~ls\x1b[201~',
      ],
    };
    for (const [kind, all] of Object.entries(keys)) {
      for (const key of all) assert.equal(endKey(Buffer.from(key)) ?? 'none', kind, JSON.stringify(key));
    }
  });

  it('as Enter after the end starts anew, in every keyboard protocol', async () => {
    for (const enter of ['\r', '\x1b[13u', '\x1b[13;28;13;1;0;1_']) {
      const { terminal, link, clock, phases } = await live();
      link.handlers.exit('s1', { code: 'process_exit', exitCode: 0 });
      clock.advance(1_000);
      terminal.input(enter);
      assert.equal(phases.at(-1), 'connecting', JSON.stringify(enter));
    }
  });
});
