import assert from 'node:assert/strict';
import { HIGH_WATER, OutputFlow } from '../../../src/terminal/output.js';
import { FakeClock } from '../../support/fakeClock.js';
import { flowing } from '../../support/flowing.js';
import { answerTo, queriesIn, withoutQueries } from '../../support/queries.js';

const SLICE = 16_384;

describe('OutputFlow, held back', () => {
  it('a terminal that parses slowly is never far ahead of, and little is held, if the socket obeys', () => {
    const { push, reading, terminal, flow, clock, drain } = flowing();
    const chunk = Buffer.from(`${'the quick brown fox '.repeat(4)}\n`.repeat(800));
    let sent = 0;
    let mostHeld = 0;
    for (let turn = 0; sent < 100; turn++) {
      // A socket delivers what it had read already when it was paused: here, one chunk.
      if (!reading.paused) {
        push(chunk);
        sent++;
      }
      mostHeld = Math.max(mostHeld, flow.backlog);
      terminal.parse(5_000);
      clock.advance(1);
      assert.ok(turn < 100_000, 'no progress');
    }
    drain();
    assert.equal(terminal.seen.length, sent * chunk.length);
    assert.ok(terminal.mostUnparsed <= HIGH_WATER + SLICE, `${terminal.mostUnparsed} unparsed`);
    assert.ok(mostHeld <= chunk.length, `${mostHeld} held`);
    assert.equal(reading.paused, false);
  });

  it('a terminal that stops parsing gets no more', () => {
    const { push, reading, terminal, flow, clock } = flowing();
    for (let sent = 0; sent < 10; sent++) push('y\n'.repeat(10_000));
    clock.advance(4);
    assert.ok(terminal.unparsed <= HIGH_WATER + SLICE && reading.paused && flow.isPaused);
    assert.equal(flow.backlog, 200_000 - terminal.unparsed);
    clock.advance(100);
    assert.ok(terminal.unparsed <= HIGH_WATER + SLICE);
    terminal.parse();
    clock.advance(4);
    terminal.parse();
    assert.deepEqual([flow.backlog, reading.paused], [0, false]);
  });

  it('queries do not count, however many there were', () => {
    const { push, terminal } = flowing();
    for (let sent = 0; sent < 1_000; sent++) {
      push('y\n'.repeat(8_192));
      terminal.parse();
    }
    push('y\n'.repeat(HIGH_WATER));
    assert.equal(terminal.beforeQueries.length, 1_000);
    assert.ok(terminal.unparsed >= HIGH_WATER - 1_000, `only ${terminal.unparsed} are let through`);
  });

  it('goes on reading only when much of it has been parsed', () => {
    const { push, reading, terminal } = flowing();
    push('y\n'.repeat(HIGH_WATER / 2));
    assert.equal(reading.paused, true);
    terminal.parse(30_000);
    assert.equal(reading.paused, true);
    terminal.parse(40_000);
    assert.equal(reading.paused, false);
  });

  it('where no answer comes, goes on by time: slowly at first, then at a pace', () => {
    const { push, terminal, flow, clock, drain } = flowing({ answers: false });
    push('y\n'.repeat(500_000));
    const shown = () => 1_000_000 - flow.backlog;
    const first = shown();
    assert.ok(first <= HIGH_WATER + SLICE);
    clock.advance(1_999);
    assert.equal(shown(), first);
    clock.advance(2_001);
    const later = shown();
    assert.ok(later >= 3 * HIGH_WATER && later <= 3 * (HIGH_WATER + SLICE));
    clock.advance(100);
    assert.ok(shown() >= 5 * HIGH_WATER && shown() <= 5 * (HIGH_WATER + SLICE));
    drain();
    assert.equal(terminal.seen.length, 1_000_000);
  });

  it('an answer after all ends the pacing', () => {
    const { push, terminal, flow, clock } = flowing();
    push('y\n'.repeat(1_000_000));
    clock.advance(4_050);
    const paced = flow.backlog;
    terminal.parse(20_000);
    const { backlog } = flow;
    clock.advance(200);
    assert.equal(flow.backlog, backlog);
    assert.ok(backlog <= paced);
    assert.ok(backlog > 0);
  });

  it('a terminal that has answered and then is silent is shown little more, and no late answer is typed', () => {
    const { push, terminal, flow, clock, drain, typed } = flowing();
    push('y\n'.repeat(10_000));
    terminal.parse();
    assert.equal(terminal.unparsed, 0);
    for (let second = 0; second < 3_600; second++) {
      if (flow.backlog < 1_000_000) push('y\n'.repeat(100_000));
      clock.advance(1_000);
      if (second === 20) assert.ok(terminal.unparsed <= 5 * (HIGH_WATER + SLICE), `${terminal.unparsed} after 20 s`);
    }
    assert.ok(terminal.unparsed <= 66 * (HIGH_WATER + SLICE), `${terminal.unparsed} after an hour`);
    drain();
    assert.deepEqual(typed, []);
  });

  it('a sequence without end is soon shown no faster than it can be borne, whatever the terminal does', () => {
    const { push, shows, clock, flow } = flowing();
    push('\x1b]52;c;');
    let length = 0;
    for (let second = 0; second < 3_600; second++) {
      while (flow.backlog < 2_000_000) push('A'.repeat(100_000));
      clock.advance(1_000);
      for (const each of shows.splice(0)) length += each.length;
    }
    assert.ok(length > 20 * 1024 * 1024, `${length} are not enough for an image`);
    assert.ok(length < 45 * 1024 * 1024, `${length} in an hour are too much`);
  });

  it('inside a sequence longer than what may be ahead, goes on by time', () => {
    const { push, terminal, drain, shows } = flowing();
    const printed = `before\n\x1b]52;c;${'A'.repeat(5 * HIGH_WATER)}\x07after\n`;
    push(printed);
    drain();
    assert.ok(terminal.seen === printed);
    assert.ok(shows.every(each => !/A\x1b/.test(each)));
  });

  it('programs’ own queries and their answers pass', () => {
    const { push, terminal, flow } = flowing();
    push('\x1b[?2026$p\x1b[c\x1b[6n');
    terminal.parse();
    assert.equal(terminal.seen, '\x1b[?2026$p\x1b[c\x1b[6n');
    assert.equal(flow.takeAnswers('\x1b[?2026;2$y'), '\x1b[?2026;2$y');
    assert.equal(flow.takeAnswers('\x1b[?1234567890;0$y'), '\x1b[?1234567890;0$y');
  });

  it('a terminal that answers while it is being shown something neither reorders nor overflows', () => {
    let seen = '';
    const flow: OutputFlow = new OutputFlow(
      {
        show(shown) {
          for (const query of queriesIn(shown)) flow.takeAnswers(answerTo(query));
          seen += withoutQueries(shown);
        },
        typed() {},
        pause() {},
        resume() {},
        skipped: () => '',
      },
      new FakeClock(),
    );
    const printed = Array.from({ length: 300_000 }, (_, n) => `${n}\n`).join('');
    flow.push(Buffer.from(printed));
    flow.dispose();
    assert.ok(printed.startsWith(seen) && printed.length - seen.length < SLICE);
  });
});
