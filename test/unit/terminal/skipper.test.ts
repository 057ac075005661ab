import assert from 'node:assert/strict';
import { isOn, PASTE } from '../../../src/terminal/modes.js';
import { ModeTracker } from '../../../src/terminal/modeTracker.js';
import { Skipper } from '../../../src/terminal/skipper.js';

const line = (n: number) => `line ${n}\n`;
const lines = Array.from({ length: 9_000 }, (_, n) => line(n));
const flood = lines.join('');

describe('Skipper', () => {
  function skipped(...chunks: string[]) {
    const tracker = new ModeTracker();
    const skipper = new Skipper(tracker);
    const went = chunks.map(chunk => skipper.skip(chunk));
    return { text: skipper.finish(), dropped: skipper.dropped, tracker, went };
  }

  it('keeps all of what no more than fills a screen', () => {
    const { text, dropped } = skipped('half a line, ', 'and the rest\n', 'x\n'.repeat(8_000));
    assert.deepEqual([text.length, dropped], [16_026, 0]);
  });

  it('keeps the last whole lines of what is long, be it in large or small chunks', () => {
    for (const chunks of [lines, [flood]]) {
      const { text, dropped } = skipped(...chunks);
      assert.ok(text.length <= 4_096 && text.length > 4_000);
      assert.match(text, /^line \d+\n/);
      assert.ok(text.endsWith('line 8998\nline 8999\n'));
      assert.equal(dropped, flood.length - text.length);
    }
  });

  it('without a line’s end begins where a character does', () => {
    for (let shift = 0; shift < 4; shift++) {
      const { text, dropped } = skipped(`${'x'.repeat(shift)}${'🚀'.repeat(20_000)}`);
      assert.match(text, /^(🚀)+$/u);
      assert.equal(dropped, shift + 80_000 - Buffer.byteLength(text));
    }
  });

  it('knows the modes where what is left begins, however they are cut', () => {
    for (const mode of ['\x1b[?2004h', '\x9b?2004h']) {
      for (let at = 0; at <= mode.length; at++) {
        const { tracker, text } = skipped(`${flood}${mode.slice(0, at)}`, `${mode.slice(at)}${flood}`);
        assert.deepEqual([isOn(tracker.modes, PASTE), tracker.inGround, text.includes(mode)], [true, true, false]);
      }
    }
  });

  it('ends where a program begins to draw, and drops nothing of that, however it is cut', () => {
    for (const drawing of [
      '\x1b[?1049h\x1b[Hmenu',
      '\x1b[H\x1b[2Jtop',
      '\x1b[2;20rpart',
      '\x1b[?1000hmouse',
      '\x9b5;3Hx',
    ]) {
      for (let at = 0; at <= drawing.length; at++) {
        const more = 'y\n'.repeat(100);
        const { text, went, dropped } = skipped(
          flood,
          `${flood}${drawing.slice(0, at)}`,
          drawing.slice(at) + more,
          flood,
        );
        assert.ok(text.endsWith(drawing + more + flood), JSON.stringify(text.slice(0, 99)));
        assert.deepEqual(
          [went.at(-1), dropped],
          [false, 2 * flood.length + drawing.length + more.length + flood.length - text.length],
        );
      }
    }
  });

  it('leaves no rest of a sequence to be shown as text', () => {
    for (const [end, left] of [
      ['\x07$ ', '$ '],
      ['\x07\n$ ', '$ '],
      ['', ''],
    ]) {
      assert.equal(skipped(`${flood}\x1b]52;c;${'A'.repeat(100_000)}${end}`).text, left);
    }
  });
});
