import assert from 'node:assert/strict';
import { LineInput } from '../../../src/terminal/lineInput.js';

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
    assert.equal(echoed(), 'ab漢\b \b\b \bx\r\n');
    assert.equal(typed('wrong\x15right\r'), 'right\n');
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
