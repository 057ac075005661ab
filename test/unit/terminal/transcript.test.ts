import assert from 'node:assert/strict';
import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { Transcript } from '../../../src/terminal/transcript.js';
import { realTerminal, write } from '../../support/modeProbe.js';
import { seed } from '../../support/random.js';
import { sequence, text } from '../../support/terminalOutput.js';

/** Questions that a terminal would answer by typing. */
const queries = [
  ...['\x1b[c', '\x1b[>c', '\x1b[0c', '\x1b[6n', '\x1b[?6n', '\x1b[?21007$p', '\x1b[18t', '\x1b[>q', '\x1bZ', '\x05'],
  ...['\x1b]11;?\x07', '\x1b]4;1;?\x1b\\', '\x1bP+q544e\x1b\\', '\x1bP$qm\x1b\\'],
  ...['\x9b6n', '\x1b[\n6n', '\x1b[6\x7fn', '\x9d52;c;?\x07', '\x1b]4;1;?;2;#000\x07', '\x90$qm\x9c', '\x1b[?996n'],
];
/** What would act on something else than the terminal's picture. */
const acts = [
  ...[
    '\x1b]52;c;cm0gLXJm\x07',
    '\x9d52;c;cm0gLXJm\x9c',
    '\x1b]9;hello\x07',
    '\x1b]633;E;rm\x07',
    '\x1b]1337;File=:\x07',
  ],
  ...[
    '\x1b[?1004h',
    '\x1b[?1000h',
    '\x1b[?2004h',
    '\x1b[?1h',
    '\x1b[>1u',
    '\x1b[>4;2m',
    '\x1b[8;1;1t',
    '\x1b=',
    '\x07',
  ],
  ...[
    '\x1b_Gi=1;AAAA\x1b\\',
    '\x1b^x\x1b\\',
    '\x1bXx\x1b\\',
    '\x1bP0;1|17/ab\x1b\\',
    '\x1b[999999999b',
    '\x1b[999999999S',
  ],
];

function transcriptOf(shown: string): Transcript {
  const transcript = new Transcript();
  transcript.append(shown);
  return transcript;
}

/** A terminal that was shown this, and what it did besides. */
async function shownTo(contents: string) {
  const terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 10 });
  const done: string[] = [];
  terminal.onData(answer => done.push(answer));
  terminal.onBinary(answer => done.push(answer));
  terminal.onBell(() => done.push('bell'));
  for (const command of [4, 5, 7, 9, 10, 11, 12, 52, 104, 110, 111, 112, 133, 633, 1337]) {
    terminal.parser.registerOscHandler(command, data => done.push(`${command};${data}`) > 0);
  }
  await new Promise<void>(resolve => terminal.write(contents, resolve));
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + active.cursorY);
  return { terminal, done, line: () => line?.translateToString(true) };
}

describe('a transcript', () => {
  it('is shown again without what a terminal would answer, and without what acts', async () => {
    for (const each of [...queries, ...acts]) {
      const { contents } = transcriptOf(`a${each}b`);
      const { done, line } = await shownTo(contents);
      assert.deepEqual([done, line()], [[], 'ab'], JSON.stringify(each));
    }
  });

  it('has no sequence that only comes to be by what is left out', async () => {
    for (const hidden of ['\x1b[ \x1b[6n 6n', '\x1b\x1b[6n[6n', '\x1b]52;c\x1b[6n;cm0=\x07', '\x1b[6\x9b6nn']) {
      const { done } = await shownTo(transcriptOf(hidden).contents);
      assert.deepEqual(done, [], JSON.stringify(hidden));
    }
  });

  it(`does nothing but draw, and leaves the terminal as it was, whatever was shown (SEED=${seed})`, async () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map(each => String.fromCharCode(...each));
    const introduced = fc.tuple(
      fc.constantFrom('\x1b', '\x1b[', '\x1b[?', '\x1b]', '\x1bP', '\x1b_', '\x9b', '\x9d', '\x90'),
      fc.string({ unit: fc.constantFrom(...'0123456789;:?>$ !"\x07\x1b\\\x9c\x18\nnchlmtqpr'), maxLength: 12 }),
    );
    const known = fc.constantFrom(...queries, ...acts);
    const piece = fc.oneof(
      bytes,
      introduced.map(each => each.join('')),
      known,
      sequence,
      text,
    );
    const before = { ...(await shownTo('')).terminal.modes };
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async pieces => {
        const { contents } = transcriptOf(pieces.join(''));
        const { terminal, done } = await shownTo(contents);
        assert.deepEqual([done, { ...terminal.modes }, terminal.buffer.active.type], [[], before, 'normal']);
        // It is between sequences, and knows no margins and character sets any more.
        await new Promise<void>(resolve => terminal.write(`\r${'\n'.repeat(20)}lqk`, resolve));
        const { active } = terminal.buffer;
        assert.equal(active.getLine(active.baseY + 9)?.translateToString(true), 'lqk');
        assert.equal(transcriptOf(contents).contents.startsWith(contents), true, 'what is safe stays as it is');
      }),
      { seed, numRuns: 200 },
    );
  });

  it('keeps colours, cursor shapes, titles, links, moves and what is on the screen', async () => {
    const shown =
      '\x1b[1;31mred\x1b[0m \x1b[38:2::1:2:3mx\x1b[2 q \x1b]0;title\x07 \x1b]8;id=1;https://e.example/?q\x1b\\link\x1b]8;;\x07\r\n' +
      '\x1b[?25l\x1b[?7h\x1b(0q\x1b(B\x1b[2;3H\x1b[K\x1b[4h\x1b[1;5r\x1b[2J\x1b[3A\x1bM\x1b7\x1b8\t\b\x1b[10b $ ';
    assert.ok(transcriptOf(shown).contents.startsWith(shown));
  });

  it('is bounded, and begins at a line', () => {
    const transcript = new Transcript();
    for (let line = 0; line < 50_000; line++) transcript.append(`line ${line}\r\n`);
    assert.ok(transcript.raw.length <= 256 * 1024);
    assert.match(transcript.raw, /^line \d+\r\n/);
    assert.ok(transcript.raw.endsWith('line 49999\r\n'));
  });

  it('leaves the alternate screen where it ends in it, and only there', () => {
    const editor = new Transcript();
    editor.append('$ vi\x1b[?1049hediting');
    assert.match(editor.contents, /editing\x1b\[\?1049l/);
    editor.append('\x1b[?1049l$ ');
    assert.match(editor.contents, /\$ $/);
  });

  it('leaves no margins behind, of whatever size the terminal is that shows it', async () => {
    for (const margins of ['1;24', '2;9', '1;5000']) {
      const terminal = realTerminal();
      terminal.resize(80, 40);
      await write(terminal, `${transcriptOf(`\x1b[${margins}r`).contents}\x1b[40;1Hlast\n`);
      assert.equal(terminal.buffer.active.getLine(38)?.translateToString(true), 'last');
    }
  });

  it('that is empty shows nothing', () => {
    assert.equal(new Transcript().contents, '');
    assert.equal(transcriptOf('\x1b[6n').contents, '');
  });
});
