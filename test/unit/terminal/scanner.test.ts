import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Scanner } from '../../../src/terminal/scanner.js';
import { seed } from '../../support/random.js';
import { sequence, text } from '../../support/terminalOutput.js';

describe('Scanner', () => {
  /** Where it stands after all of `output`, and where the last line's end outside a sequence is. */
  function scan(output: string) {
    const scanner = new Scanner();
    return { lineEnd: scanner.scan(output), inGround: scanner.inGround };
  }

  const open = [
    '\x1b',
    '\x1b[',
    '\x1b[3',
    '\x1b[?1;2',
    '\x1b(',
    '\x1b]',
    '\x1b]0;x',
    '\x1bP',
    '\x1bPq\n',
    '\x1b_x\x1b',
    '\x1b]0;x\x1b',
  ];
  for (const output of open) {
    it(`${JSON.stringify(output)} is in the middle of a sequence`, () => {
      assert.deepEqual(scan(output), { lineEnd: -1, inGround: false });
      assert.deepEqual(scan(`a\n${output}`), { lineEnd: 2, inGround: false });
    });
  }

  const whole = [
    '',
    'text',
    '\x1bc',
    '\x1b(B',
    '\x1b[m',
    '\x1b[1;31m',
    '\x1b[?2026$p',
    '\x1b]0;a\nb\x07',
    '\x1b]0;x\x1b\\',
    '\x1bPq#\n0\x1b\\',
    '\x1bXx\x1b\\',
    '\x1b^x\x1b\\',
    '\x1b_x\x07\x1b\\',
    '\x1b[3\x18',
    '\x1b]0;\x1a',
    '\x1b[3\x1b[m',
    '\x1b]0;x\x1b[m',
    '\x1b[3\n4m',
  ];
  for (const output of whole) {
    it(`${JSON.stringify(output)} is whole`, () => assert.deepEqual(scan(output), { lineEnd: -1, inGround: true }));
  }

  it('finds the last line’s end that stands outside a sequence', () => {
    assert.equal(scan('a\nb\nc').lineEnd, 4);
    assert.equal(scan('a\n\x1b]0;\n\x07b').lineEnd, 2);
    assert.equal(scan('\x1b[m\n\x1b[m').lineEnd, 4);
    assert.equal(scan('\n').lineEnd, 1);
    assert.equal(scan('\x1b]0;\x18\n').lineEnd, 6);
  });

  it(`is in the ground after whole sequences, however they are cut, and nowhere inside one (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(sequence, text), { maxLength: 20 }), sequence, fc.nat(), (before, last, cut) => {
        const scanner = new Scanner();
        const output = before.join('');
        const at = cut % (output.length + 1);
        scanner.scan(output.slice(0, at));
        scanner.scan(output.slice(at));
        assert.ok(scanner.inGround);
        const inside = 1 + (cut % (last.length - 1));
        scanner.scan(last.slice(0, inside));
        assert.equal(scanner.inGround, false);
        scanner.scan(last.slice(inside));
        assert.ok(scanner.inGround);
      }),
      { seed, numRuns: 1_000 },
    );
  }).timeout(30_000);
});
