import assert from 'node:assert/strict';
import { Skipper } from '../../../src/terminal/skipper.js';

describe('Skipper', () => {
  function skipped(...chunks: string[]) {
    const skipper = new Skipper();
    for (const chunk of chunks) skipper.skip(Buffer.from(chunk));
    return skipper;
  }
  const lastLines = (skipper: Skipper) => Buffer.from(skipper.lastLines).toString();

  it('keeps all of what is short', () => {
    const skipper = skipped('half a line, ', 'and the rest\n$ ');
    assert.deepEqual([lastLines(skipper), skipper.bytes], ['half a line, and the rest\n$ ', 28]);
  });

  it('keeps the last whole lines of what is long, be it in large or small chunks', () => {
    const line = (n: number) => `line ${n}\n`;
    const lines = Array.from({ length: 3_000 }, (_, n) => line(n));
    for (const chunks of [lines, [lines.join('')], [`${lines.join('')}$ `.slice(0, -2)]]) {
      const tail = lastLines(skipped(...chunks));
      assert.ok(tail.length <= 4_096 && tail.length > 4_000);
      assert.match(tail, /^line \d+\n/);
      assert.ok(tail.endsWith('line 2998\nline 2999\n'));
    }
  });

  it('without a line’s end begins where a character does', () => {
    for (let shift = 0; shift < 4; shift++) {
      assert.match(lastLines(skipped(`${'x'.repeat(shift)}${'🚀'.repeat(5_000)}`)), /^(🚀)+$/u);
    }
  });

  it('keeps the modes that were set, in their last state, with the cursor where it is', () => {
    const skipper = skipped('\x1b[?1049h\x1b[?25l', 'x\n'.repeat(5_000), '\x1b[?25h\x1b[?1000;1006h\x1b[31m');
    assert.equal(skipper.modeChanges, '\x1b7\x1b[?1049h\x1b[?25h\x1b[?1000h\x1b[?1006h');
    assert.equal(skipped('x'.repeat(9_000)).modeChanges, '');
  });

  it('knows a mode that is cut by a chunk’s end', () => {
    const mode = '\x1b[?1049h';
    for (let at = 1; at < mode.length; at++) {
      assert.equal(skipped(`x${mode.slice(0, at)}`, `${mode.slice(at)}x`).modeChanges, `\x1b7${mode}`);
    }
    assert.equal(skipped(...mode).modeChanges, `\x1b7${mode}`);
  });

  it('keeps no hold of the chunks', () => {
    const chunk = Buffer.from('x'.repeat(10_000));
    const skipper = new Skipper();
    skipper.skip(chunk);
    chunk.fill(0);
    assert.match(lastLines(skipper), /^x+$/);
  });
});
