import assert from 'node:assert/strict';
import { probe, realTerminal, write } from '../../support/modeProbe.js';
import { live, reattached } from '../../support/startedTerminal.js';

const ENDED = /Ended with exit code 0/;

/** The row of a terminal that holds this. */
function rowOf(terminal: ReturnType<typeof realTerminal>, part: RegExp): string | undefined {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
  return rows.find(row => part.test(row));
}

describe('what a terminal says of itself', () => {
  for (const [name, drawing] of [
    ['the alternate screen', '\x1b[?1049h\x1b[Hmenu'],
    ['margins', '\x1b[2;20r\x1b[Hpart'],
    ['the mouse', '\x1b[?1002h'],
    ['no cursor', '\x1b[?25l\x1b[H\x1b[Jtop'],
    ['a pager’s keys', '\x1b[?1h\x1b=line\r\n:'],
  ] as const) {
    it(`is not written into the cells of a program with ${name}, but said elsewhere`, async () => {
      const all = await live();
      const { link, clock, text, told, terminal } = all;
      link.data(drawing);
      clock.advance(4);
      terminal.input('x');
      await link.drop();
      clock.advance(500);
      await reattached(all);
      clock.advance(4);
      // The mouse is reported in a form that can be carried, unseen.
      assert.equal(text().replace('\x1b[?1006h', ''), drawing);
      assert.deepEqual(
        told.map(([said, matters]) => [said.slice(0, 15), matters]),
        [
          ['Connection lost', true],
          ['Reconnected. Ou', false],
        ],
      );
    });
  }

  it('is readable whatever is set, and leaves it as it is', async () => {
    for (const set of [
      '\x1b(0',
      '\x1b)0\x0e',
      '\x1b[8;7m',
      '\x1b[4h',
      '\x1b[?7l',
      '\x1b]8;;https://e.example\x1b\\',
      '\x1b[?2026h',
      '\x1bn\x1b*0',
    ]) {
      const all = await live();
      all.link.data(`ab${set}`);
      await all.link.drop();
      const [one, other] = [realTerminal({ scrollback: 50 }), realTerminal({ scrollback: 50 })];
      await write(one, all.text());
      assert.match(rowOf(one, /Conn/) ?? '', /^Connection lost\. Reconnecting…$/, JSON.stringify(set));
      await write(other, set);
      assert.deepEqual(await probe(one), await probe(other), JSON.stringify(set));
    }
  });

  it('in the middle of a sequence is said elsewhere, and rings no bell there', async () => {
    const { link, terminal, told, text, clock } = await live();
    link.data('\x1b]0;half of a tit');
    terminal.keepAlive();
    await link.refuse('write', Object.assign(new Error('busy'), { kind: 'busy' }) as never);
    clock.advance(4);
    assert.equal(text(), '\x1b]0;half of a tit');
    assert.equal(told.length, 1);
  });

  it('at the end stands on the normal screen, with everything undone that programs had set', async () => {
    for (const set of [
      '\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[>15u',
      '\x1b(0',
      '\x1b[2;9r\x1b[?6h',
      '\x1b[?9001h\x1b[?25l\x1b[?1h',
      '\x1b[=31u',
      '\x1b[41;8m\x1b[4h',
      '\x1b]8;;x:y\x1b\\\x1b[?47h',
    ]) {
      const { link, text } = await live();
      link.data(`history\r\n${set}`);
      link.handlers.exit('s1', { code: 'process_exit', exitCode: 0 });
      const [one, other] = [realTerminal({ scrollback: 50 }), realTerminal({ scrollback: 50 })];
      await write(one, text());
      assert.match(rowOf(one, ENDED) ?? '', /^Ended with exit code 0\./, JSON.stringify(set));
      assert.equal(rowOf(one, /history/), 'history');
      assert.deepEqual(await probe(one), await probe(other), JSON.stringify(set));
    }
  });

  it('at the end undoes nothing where nothing was set', async () => {
    const { link, text } = await live();
    link.data('$ exit\r\n');
    link.handlers.exit('s1', { code: 'process_exit', exitCode: 0 });
    assert.match(text(), /^\$ exit\r\n\r\n\x1b\[0;2mEnded/);
  });
});
