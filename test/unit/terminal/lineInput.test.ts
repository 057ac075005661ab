import assert from 'node:assert/strict';
import { LineInput } from '../../../src/terminal/lineInput.js';
import { cellsOf, write, xterm } from '../../support/cells.js';

describe('LineInput', () => {
  function lines() {
    const echoes: string[] = [];
    const input = new LineInput(text => echoes.push(text));
    return { typed: (text: string) => input.typed(text), echoed: () => echoes.join('') };
  }

  it('shows what is typed, and gives whole lines, with the end that programs expect', () => {
    const { typed, echoed } = lines();
    assert.deepEqual([...'yes\rno'].map(typed), ['', '', '', 'yes\n', '', '']);
    assert.equal(echoed(), 'yes\r\nno');
    assert.equal(typed('\r'), 'no\n');
  });

  it('gives several lines that are pasted', () => {
    assert.equal(lines().typed('a\rb\rc'), 'a\nb\n');
  });

  it('lets a line be corrected, character by character and whole', () => {
    const { typed, echoed } = lines();
    assert.equal(typed('ab漢\x7f\x7fx\r'), 'ax\n');
    assert.equal(echoed().replaceAll('\x1b[X', '_'), 'ab漢\x1b[?45h\b_\b_\x1b[?45l\x1b[?45h\b_\x1b[?45lx\r\n');
    assert.equal(typed('wrong\x15right\r'), 'right\n');
  });

  for (const [name, text] of [
    ['wide characters', '字字'],
    ['tabs', 'a\tb\t\tc\t'],
    ['marks', 'e\u0301te\u0301 a\u0308\u0323'],
    ['emoji', '🚀👍🏽👨‍👩‍👧❤\ufe0f🇩🇪'],
    ['syllables', '한글 \u1112\u1161\u11ab กำที่ हिन्दी தமிழ்'],
    ['more than a row', 'abc'.repeat(60)],
    ['wide characters over the end of a row', `x${'字'.repeat(50)}`],
  ] as const) {
    it(`${name} are erased exactly: by characters, words, and the line`, () => {
      const terminal = xterm();
      const input = new LineInput(each => write(terminal, each));
      write(terminal, 'some output\r\nprompt> ');
      // A row that was wrapped into stays one of its own, and is empty.
      const now = () => cellsOf(terminal).replace(/^\+/gm, ' ');
      const before = now();
      input.typed(`${text}\x15`);
      assert.equal(now(), before);
      input.typed(text + '\x7f'.repeat([...new Intl.Segmenter().segment(text)].length));
      assert.equal(now(), before);
      input.typed(`${text} ${text}${'\x17'.repeat(40)}`);
      assert.equal(now(), before);
      assert.equal(input.typed('ok\r'), 'ok\n');
    });
  }

  it('erases a word', () => {
    const { typed } = lines();
    assert.equal(typed('one two  \x17three\r'), 'one three\n');
  });

  it('erases nothing that was not typed', () => {
    const { typed, echoed } = lines();
    assert.equal(typed('\x7f\x15\b'), '');
    assert.equal(echoed(), '');
  });

  it('passes over keys that type nothing, and over a terminal’s answers', () => {
    const { typed, echoed } = lines();
    assert.equal(typed('a\x1b[A\x1bOP\x1b[?1;2c\x1b]10;rgb:0/0/0\x07\x1bx\x01b\r'), 'ab\n');
    assert.equal(echoed(), 'ab\r\n');
  });

  it('says that input cannot be ended', () => {
    const { typed, echoed } = lines();
    assert.equal(typed('\x04'), '');
    assert.match(echoed(), /no way to end a command’s input/);
  });
});
