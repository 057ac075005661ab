import assert from 'node:assert/strict';
import { memoryOf } from '../../../src/terminal/modeChange.js';
import { ModeTracker } from '../../../src/terminal/modeTracker.js';
import { probe, realTerminal, write } from '../../support/modeProbe.js';
import { opened } from '../../support/startedTerminal.js';

const PROGRAM = '\x1b[?1049h\x1b[?1h\x1b=\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[>5u';

function memory(of: string): string {
  const tracker = new ModeTracker();
  tracker.follow(of);
  return memoryOf(tracker.modes);
}

/** A terminal of a session that ran before the window was reloaded, attached again. */
async function returned(before: string) {
  const all = await opened('s1', undefined, memory(before));
  const { link, clock } = all;
  await link.answer('attach', true);
  await link.answer('resize');
  /** The program answers the first size, and time passes until it is told the second. */
  const answers = async (...chunks: string[]) => {
    for (const chunk of chunks) link.data(chunk);
    clock.advance(50);
    await link.answer('resize');
    clock.advance(1_000);
  };
  return { ...all, answers };
}

async function same(shown: string, expected: string): Promise<void> {
  const [one, other] = [realTerminal(), realTerminal()];
  await write(one, shown);
  await write(other, expected);
  assert.deepEqual(await probe(one), await probe(other));
}

describe('a terminal that is shown again', () => {
  it('has all that its program had set, before that draws', async () => {
    for (const drawing of [['\x1b[H\x1b[2Jmenu'], ['\x1b[39;49m', '\x1b[?25l', '\x1b[3;1Hmenu'], ['\x1b', '[2;1Hx']]) {
      const { answers, text } = await returned(PROGRAM);
      await answers(...drawing);
      await same(text(), PROGRAM + drawing.join(''));
    }
  });

  it('has none of what a program had set that has left a prompt', async () => {
    for (const prompt of ['\r\x1b[K\rm$ ', '\r\r\x1b[0m\x1b[27m\x1b[24m\x1b[Jm$ ']) {
      const { answers, text } = await returned(PROGRAM);
      await answers(prompt);
      assert.equal(text(), prompt);
    }
  });

  it('at a prompt has the modes of that at once', async () => {
    for (const modes of ['\x1b[?2004h', '\x1b[?1h\x1b=\x1b[?2004h']) {
      const { text } = await returned(modes);
      await same(text(), modes);
    }
  });

  it('where nothing is drawn has the keys and the mouse, says why it is empty, and has the screen when there is something on it', async () => {
    const { link, clock, text } = await returned(PROGRAM);
    clock.advance(1_000);
    await link.answer('resize');
    clock.advance(1_000);
    await same(text().replace(/\r\n.*\r\n/, ''), PROGRAM.replace('\x1b[?1049h', ''));
    assert.match(text(), /Attached\. Nothing has been shown since/);
    link.data('12:01');
    clock.advance(4);
    await same(text(), `${PROGRAM}12:01`);
  });

  it('of which nothing is known has no modes, and nothing false is said', async () => {
    for (const none of ['', '\x1b[0m']) {
      const { answers, text } = await returned(none);
      await answers('\x1b[H\x1b[2Jmenu');
      assert.equal(text(), '\x1b[H\x1b[2Jmenu');
    }
  });

  it('is not misled by what was kept, whatever that is', async () => {
    for (const kept of [42, null, { a: 1 }, 'rm -rf', '^[6n^]52;c;AAAA^\\^[5;5Hx', '^'.repeat(9_999)]) {
      const { link, clock, text } = await opened('s1', undefined, kept as string);
      await link.answer('attach', true);
      clock.advance(5_000);
      assert.equal(text(), '');
    }
  });

  it('is told another size, and its own when the program has drawn, or had time to', async () => {
    const { link, clock } = await opened('s1');
    await link.answer('attach', true);
    clock.advance(900);
    link.data('drawn before the size came');
    clock.advance(900);
    assert.deepEqual(link.asked('resize'), ['s1 120x39']);
    await link.answer('resize');
    clock.advance(400);
    for (let drawing = 0; drawing < 5; drawing++) {
      link.data('drawn');
      clock.advance(49);
    }
    assert.deepEqual(link.asked('resize'), ['s1 120x39']);
    clock.advance(1);
    assert.deepEqual(link.asked('resize'), ['s1 120x39', 's1 120x40']);
  });

  it('is told the size that its tab has by then', async () => {
    const { terminal, link, clock } = await opened('s1');
    await link.answer('attach', true);
    terminal.resize({ cols: 90, rows: 20 });
    await link.answer('resize');
    clock.advance(1_000);
    terminal.resize({ cols: 91, rows: 20 });
    assert.deepEqual(link.asked('resize'), ['s1 120x39', 's1 90x20', 's1 91x20']);
  });
});
