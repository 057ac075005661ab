import assert from 'node:assert/strict';
import { memoryOf } from '../../../src/terminal/modeChange.js';
import { type Modes, ownsScreen } from '../../../src/terminal/modes.js';
import { ModeTracker } from '../../../src/terminal/modeTracker.js';
import { probe, realTerminal, write } from '../../support/modeProbe.js';
import { live, opened } from '../../support/startedTerminal.js';

/** What line editors draw when the size changes: bash, zsh, zsh with two lines, fish, Node.js. */
const PROMPTS = [
  '\r\x1b[K\rm$ ',
  '\r\r\x1b[0m\x1b[27m\x1b[24m\x1b[Jm$ ',
  '\r\r\x1b[A\x1b[0m\x1b[27m\x1b[24m\x1b[J~/work\r\nm$ ab',
  '\x1b]0;~\x07\x1b[30m\x1b(B\x1b[m\r\x1b[92mme\x1b(B\x1b[m# \x1b[91mab\x1b[38;5;240mbr \x1b[30m\x1b(B\x1b[m\x1b[K\r\x1b[6C',
  '\x1b[1G\x1b[0J> ab\x1b[5G\x1b[90mort\x1b[39m\x1b[5G',
];
/** What would have a terminal type what nobody has typed, or keys say what no shell understands. */
const REPORTING = [
  '\x1b[?1003h\x1b[?1006h',
  '\x1b[?9h',
  '\x1b[?1004h',
  '\x1b[?2031h',
  '\x1b[>5u',
  '\x1b[?9001h',
  '\x1b[>4;2m',
];
const PROGRAM = '\x1b[?1049h\x1b[?1h\x1b=\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[>5u';

function tracked(output: string): Modes {
  const tracker = new ModeTracker();
  tracker.follow(output);
  return tracker.modes;
}

/** A terminal of a session that ran before the window was reloaded, attached again. */
async function returned(before: string) {
  const all = await opened('s1', undefined, memoryOf(tracked(before)));
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
  /** Time passes, and it does not answer. */
  const silence = async () => {
    clock.advance(1_000);
    await link.answer('resize');
    clock.advance(1_000);
  };
  return { ...all, answers, silence };
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

  it('has none of what a program had set that has left a prompt, whichever shell draws that', async () => {
    for (const program of [PROGRAM, ...REPORTING.filter(each => ownsScreen(tracked(each)))]) {
      for (const prompt of PROMPTS) {
        const { answers, text } = await returned(program);
        await answers(prompt);
        await same(text(), prompt);
      }
    }
  });

  it('has nothing of a program that has left a shell which draws nothing', async () => {
    for (const program of [PROGRAM, '\x1b[?1003h', '\x1b[?1000h\x1b[?1004h\x1b[>5u']) {
      const { link, clock, silence, text } = await returned(program);
      await silence();
      const kept = program === PROGRAM ? '\x1b[?1h\x1b=\x1b[?25l\x1b[?1006h' : '';
      await same(text(), kept);
      const print = (echo: string) => {
        link.data(echo);
        clock.advance(4);
      };
      print('l');
      await same(text(), kept);
      print('s\r\nfile\r\n$ ');
      await same(text(), '');
      // Another program has modes of its own alone.
      print('vi\r\n\x1b[?1049h\x1b[H\x1b[2J~');
      await same(text(), '\x1b[?1049h');
    }
  });

  it('at a prompt has the modes of that at once', async () => {
    for (const modes of ['\x1b[?2004h', '\x1b[?1h\x1b=\x1b[?2004h']) {
      const { text } = await returned(modes);
      await same(text(), modes);
    }
  });

  it('where nothing is drawn says why it is empty, and has the screen, keys and mouse when a program draws on it', async () => {
    const { link, clock, silence, text } = await returned(PROGRAM);
    await silence();
    await same(text(), '\x1b[?1h\x1b=\x1b[?25l\x1b[?1006h');
    assert.match(text(), /Attached\. Nothing has been shown since/);
    link.data('\x1b[1;75H12:01');
    clock.advance(4);
    await same(text(), `${PROGRAM}\x1b[1;75H12:01`);
  });

  it('is still there after a drop, and reports nothing until its program draws', async () => {
    const { terminals, link, clock, text } = await live();
    link.data(PROGRAM);
    await link.drop();
    clock.advance(500);
    const next = await terminals.open();
    await next.answer('attach', true);
    for (const ms of [1_000, 1_000]) {
      await next.answer('resize');
      clock.advance(ms);
    }
    await same(text(), PROGRAM.replace('\x1b[?1002h', '').replace('\x1b[>5u', ''));
    next.data('\x1b[1;75H12:01');
    clock.advance(4);
    await same(text(), `${PROGRAM}\x1b[1;75H12:01`);
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
