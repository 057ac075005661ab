import assert from 'node:assert/strict';
import { OutputFlow } from '../../../src/terminal/output.js';
import { FakeClock } from '../../support/fakeClock.js';
import { flowing } from '../../support/flowing.js';
import { withoutQueries } from '../../support/queries.js';

const line = (n: number) => `line ${n}\n`;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => line(from + n)).join('');

/** A terminal that never parses anything, with a flood before it that is held back. */
function flooded() {
  const clock = new FakeClock();
  const reading: string[] = [];
  let shown = '';
  const flow = new OutputFlow(
    {
      show: text => {
        shown += withoutQueries(text);
      },
      typed() {},
      pause: () => reading.push('pause'),
      resume: () => reading.push('resume'),
      skipped: bytes => `<${bytes} skipped>\n`,
    },
    clock,
  );
  const flood = lines(0, 50_000);
  const push = (text: string) => flow.push(Buffer.from(text));
  push(flood);
  const before = shown.length;
  /** What was shown after the interrupt. */
  const since = () => shown.slice(before);
  return { clock, reading, flow, push, flood, before, since };
}

describe('OutputFlow, interrupted', () => {
  it('drops what is held and what still comes, then shows how much it was, and the last lines', () => {
    const { clock, reading, flow, push, flood, before, since } = flooded();
    flow.interrupt();
    assert.deepEqual([flow.backlog, reading], [0, ['pause', 'resume']]);
    push(lines(50_000, 60_000));
    flow.interruptArrived();
    push('^C\n$ ');
    assert.equal(since(), '');
    clock.advance(49);
    assert.equal(since(), '');
    clock.advance(1);
    const [, bytes, tail] = /^<(\d+) skipped>\n(.*)$/s.exec(since()) ?? [];
    assert.match(tail ?? '', /^line \d+\n.*line 59999\n\^C\n\$ $/s);
    const all = flood.length + lines(50_000, 60_000).length + '^C\n$ '.length;
    assert.equal(before + Number(bytes) + (tail ?? '').length, all);
    push('ls');
    clock.advance(2_000);
    assert.ok(since().endsWith('$ ls'));
  });

  it('without a backlog does nothing', () => {
    const clock = new FakeClock();
    let shown = '';
    const show = (text: string) => {
      shown += text;
    };
    const flow = new OutputFlow({ show, typed() {}, pause() {}, resume() {}, skipped: () => 'skipped' }, clock);
    flow.push(Buffer.from('$ '));
    flow.interrupt();
    flow.interruptArrived();
    flow.push(Buffer.from('^C'));
    clock.advance(60_000);
    assert.equal(shown, '$ ^C');
  });

  it('also does so in a moment when the terminal has caught up', () => {
    const { push, terminal, flow, clock } = flowing();
    push(lines(0, 15_000));
    terminal.parse();
    clock.advance(900);
    terminal.parse();
    assert.deepEqual([flow.isPaused, terminal.unparsed], [false, 0]);
    const { length } = terminal.seen;
    flow.interrupt();
    push(lines(15_000, 30_000));
    clock.advance(500);
    terminal.parse();
    assert.match(terminal.seen.slice(length), /^<\d+ skipped>line/);
    clock.advance(1_000);
    flow.interrupt();
    push('at once');
    terminal.parse();
    assert.ok(terminal.seen.endsWith('at once'));
  });

  it('waits longer for what lies on the way, until the service has the interrupt', () => {
    const { clock, flow, push, since } = flooded();
    flow.interrupt();
    clock.advance(499);
    assert.equal(since(), '');
    push('late\n');
    clock.advance(499);
    assert.equal(since(), '');
    clock.advance(1);
    assert.match(since(), /skipped>\n.*late\n$/s);
  });

  it('a flood that goes on in spite of it is shown again', () => {
    const { clock, flow, push, since } = flooded();
    flow.interrupt();
    flow.interruptArrived();
    let ms = 0;
    for (; since() === '' && ms < 60_000; ms += 10) {
      push('y\n');
      clock.advance(10);
    }
    assert.equal(ms, 10_000);
  });

  it('a second interrupt meanwhile is one with the first', () => {
    const { clock, flow, since } = flooded();
    flow.interrupt();
    flow.interruptArrived();
    flow.interrupt();
    flow.interruptArrived();
    clock.advance(60_000);
    assert.equal(since().match(/skipped/g)?.length, 1);
  });

  it('sets the modes that what was dropped would have set', () => {
    const { clock, flow, push, since } = flooded();
    flow.interrupt();
    push(`\x1b[?2004h\x1b[31;1m\x1b[?1h${lines(0, 6_000)}\x1b[?1l`);
    clock.advance(500);
    assert.match(since(), /^\x1b\[\?1h\x1b\[\?2004h\x1b\[0;31;1m<\d+ skipped>\n.*\x1b\[\?1l$/s);
  });

  it('drops nothing of what a program draws, be it on the screen already, held or still to come', () => {
    const drawing = '\x1b[?1049h\x1b[Hmenu';
    const held = flooded();
    held.push(drawing);
    held.flow.interrupt();
    held.push(`${lines(0, 9_000)}quit`);
    held.clock.advance(4);
    assert.match(held.since(), /^<\d+ skipped>\n/);
    for (let turns = 0; turns < 50; turns++) held.clock.advance(2_000);
    assert.ok(held.since().endsWith(`${drawing}${lines(0, 9_000)}quit`));

    const coming = flooded();
    coming.flow.interrupt();
    coming.push(`${drawing}${lines(0, 9_000)}`);
    coming.push('quit');
    for (let turns = 0; turns < 50; turns++) coming.clock.advance(2_000);
    assert.ok(coming.since().endsWith(`${drawing}${lines(0, 9_000)}quit`));

    for (const shown of [drawing, '\x1b[H\x1b[2Jtop', '\x1b[?25l', '\x1b[1;10r', '\x1b[?1h\x1b=']) {
      const { push, flow, terminal, drain } = flowing();
      push(shown);
      const more = `${shown}${'x'.repeat(300_000)}`;
      push(more);
      flow.interrupt();
      flow.interruptArrived();
      push('last');
      drain();
      assert.ok(terminal.seen.endsWith(`${more}last`), JSON.stringify(shown));
    }
  });

  it('drops no more than is worth it, and says nothing then', () => {
    const { push, terminal, flow, clock } = flowing();
    push(lines(0, 15_000));
    terminal.parse();
    clock.advance(900);
    terminal.parse();
    const { length } = terminal.seen;
    flow.interrupt();
    push(`${lines(0, 1_000)}$ `);
    clock.advance(500);
    terminal.parse();
    assert.equal(terminal.seen.slice(length), `${lines(0, 1_000)}$ `);
  });

  it('drops no notice', () => {
    const { clock, flow, since } = flooded();
    flow.notice('<notice>');
    flow.interrupt();
    clock.advance(2_500);
    assert.match(since(), /skipped>\n.*<notice>$/s);
  });

  it('ends with a notice, which stands after the last lines', () => {
    const { push, terminal, flow, clock } = flowing();
    push(lines(0, 50_000));
    flow.interrupt();
    terminal.parse();
    push('last\n');
    flow.notice('<notice>');
    clock.advance(4);
    terminal.parse();
    assert.match(terminal.seen.slice(-20), /\nlast\n<notice>$/);
  });

  it('ends, with half characters and sequences, when the connection does', () => {
    const { flow, push, since, clock } = flooded();
    flow.interrupt();
    push('\x1b[3');
    flow.cut();
    flow.notice('<lost>');
    clock.advance(2_000);
    assert.match(since().slice(-20), /\n\x1b\[3\x18<lost>$/);
  });

  it('what was shown of a sequence before it is ended', () => {
    const clock = new FakeClock();
    let shown = '';
    const show = (text: string) => {
      shown += withoutQueries(text);
    };
    const flow = new OutputFlow({ show, typed() {}, pause() {}, resume() {}, skipped: () => '<skipped>' }, clock);
    flow.push(Buffer.from(`\x1b]52;c;${'A'.repeat(300_000)}`));
    flow.interrupt();
    flow.push(Buffer.from(`\x07\n$ `));
    clock.advance(500);
    assert.match(shown.slice(-20), /A\x18<skipped>\$ $/);
  });
});
