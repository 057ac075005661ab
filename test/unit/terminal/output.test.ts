import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flowing } from '../../support/flowing.js';
import { withoutQueries } from '../../support/queries.js';
import { seed } from '../../support/random.js';
import { sequence, text } from '../../support/terminalOutput.js';

const SLICE = 16_384;

/** Cuts `bytes` at these places, wherever they fall. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map(place => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

describe('OutputFlow', () => {
  const output = fc
    .array(fc.tuple(fc.oneof(text, sequence), fc.constantFrom(1, 1, 3, 200, 3_000)), { maxLength: 15 })
    .map(pieces => pieces.map(([piece, times]) => piece.repeat(times)).join(''));

  it(`shows the same text however it is cut, with queries between sequences only (seed ${seed})`, () => {
    let queries = 0;
    fc.assert(
      fc.property(output, fc.array(fc.nat(), { maxLength: 30 }), (printed, places) => {
        const { push, drain, terminal, flow } = flowing();
        for (const chunk of cutAt(Buffer.from(printed), places)) {
          push(chunk);
          terminal.parse();
        }
        drain();
        assert.ok(terminal.seen.replace(/\x1b\[\?1006[hl]/g, '') === printed, 'what is seen is not what was printed');
        assert.equal(flow.backlog, 0);
        queries += terminal.beforeQueries.length;
      }),
      { seed, numRuns: 300 },
    );
    assert.ok(queries > 100, 'hardly a query was put in');
  });

  it(`puts queries after line ends where there are any (seed ${seed})`, () => {
    const line = fc.oneof(text, sequence).map(of => `${of.replaceAll('\n', '')}\n`);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (lines, places) => {
          const { push, drain, terminal } = flowing();
          const printed = lines.join('').repeat(20_000 / lines.length);
          for (const chunk of cutAt(Buffer.from(printed), places)) push(chunk);
          drain();
          assert.ok(terminal.seen.replace(/\x1b\[\?1006[hl]/g, '') === printed);
          assert.ok(terminal.beforeQueries.length > 0 && terminal.beforeQueries.every(before => before === '\n'));
        },
      ),
      { seed, numRuns: 50 },
    );
  });

  it('a character cut anywhere arrives whole, as soon as it is whole', () => {
    for (const character of ['ø', '漢', '🚀']) {
      const bytes = Buffer.from(character);
      for (let at = 1; at < bytes.length; at++) {
        const { push, shows } = flowing();
        push(bytes.subarray(0, at));
        assert.deepEqual(shows, []);
        push(bytes.subarray(at));
        assert.deepEqual(shows, [character]);
      }
    }
  });

  it('bytes that are no UTF-8 are shown as such, and a mark at the start is kept', () => {
    const { push, shows } = flowing();
    push(Buffer.from([0x61, 0xff, 0x62]));
    push('\ufeffx');
    assert.deepEqual(shows, ['a\ufffdb', '\ufeffx']);
  });

  it('little output is shown at once, much is gathered', () => {
    const { push, shows, clock } = flowing();
    for (let key = 0; key < 20; key++) push('echo');
    assert.equal(shows.length, 20);
    push('x'.repeat(600));
    assert.equal(shows.length, 21);
    for (let piece = 0; piece < 10; piece++) push('more');
    assert.equal(shows.length, 21);
    clock.advance(4);
    assert.equal(shows.at(-1), 'more'.repeat(10));
    clock.advance(4);
    push('first again');
    assert.equal(shows.at(-1), 'first again');
  });

  it('a batch that is large does not wait', () => {
    const { push, shows } = flowing();
    push('x'.repeat(50_000));
    assert.equal(withoutQueries(shows.join('')).length, 3 * SLICE);
  });

  it('notices stand after the output that came before them', () => {
    const { push, flow, drain, terminal } = flowing();
    push('y\n'.repeat(100_000));
    flow.notice('<notice>');
    push('after');
    drain();
    assert.ok(terminal.seen.endsWith('y\n<notice>after'));
  });

  it('a cut ends half characters and half sequences, and what comes next stands by itself', () => {
    for (const half of [Buffer.from('🚀').subarray(0, 2), Buffer.from('')]) {
      const { push, flow, shows } = flowing();
      push(Buffer.concat([Buffer.from('a'), half]));
      flow.cut();
      push('b');
      assert.equal(shows.join(''), 'ab');
    }
    for (const half of ['\x1b', '\x1b[3', '\x1b]0;title', '\x1bPq']) {
      const { push, flow, shows } = flowing();
      push(half);
      flow.cut();
      push('b');
      assert.equal(shows.join(''), `${half}\x18b`);
    }
  });

  it('a cut comes after what is still held', () => {
    const { push, flow, terminal, drain, reading } = flowing();
    push(`${'y\n'.repeat(100_000)}\x1b[3`);
    assert.equal(reading.paused, true);
    reading.paused = false;
    flow.cut();
    flow.notice('<lost>');
    drain();
    assert.ok(terminal.seen.endsWith('y\n') || terminal.seen.endsWith('\x1b[3\x18<lost>'));
    assert.equal(flow.isPaused, false);
  });

  it('disposed, leaves no timer, whatever it was at', () => {
    const states: ((flow: ReturnType<typeof flowing>) => void)[] = [
      ({ push }) => push('x'),
      ({ push }) => push('y\n'.repeat(100_000)),
      ({ push, flow }) => {
        push('y\n'.repeat(100_000));
        flow.interrupt();
        push('more');
      },
    ];
    for (const bring of states) {
      const it = flowing();
      bring(it);
      assert.ok(it.clock.pending > 0);
      it.flow.dispose();
      assert.equal(it.clock.pending, 0);
    }
  });
});
