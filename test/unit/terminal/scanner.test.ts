import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Scanner, type Sequence } from '../../../src/terminal/scanner.js';
import { renew, write, xterm } from '../../support/cells.js';
import { legible } from '../../support/legible.js';
import { seed } from '../../support/random.js';
import { anything, sequence, text } from '../../support/terminalOutput.js';

const SEQUENCES = ['[?h', '[?l', '[h', '[l', '[?$p', '[!p', 'c', '(0'];

/** A terminal that is written to at once, and tells of the state of its parser. */
function parsing() {
  const terminal = xterm();
  const core = Reflect.get(terminal, '_core');
  let seen: string[] = [];
  for (const name of SEQUENCES) {
    const csi = name.startsWith('[');
    const [, prefix, intermediates, final = ''] = /^\[?(\??)([!$(]?)(.)$/.exec(name) ?? [];
    const id = { final, ...(prefix && { prefix }), ...(intermediates && { intermediates }) };
    if (csi)
      terminal.parser.registerCsiHandler(id, params => seen.push(`${name} ${params.filter(Number.isInteger)}`) < 0);
    else terminal.parser.registerEscHandler(id, () => seen.push(`${name} `) < 0);
  }
  return {
    reset(): void {
      renew(terminal);
      seen = [];
    },
    get seen(): string[] {
      return seen;
    },
    write: (output: string) => write(terminal, output),
    get inGround(): boolean {
      return core._inputHandler._parser.currentState === 0;
    },
  };
}

describe('Scanner', () => {
  function scan(output: string) {
    const found: Sequence[] = [];
    const scanner = new Scanner(each => found.push(each));
    scanner.scan(output);
    return { inGround: scanner.inGround, place: scanner.placeIn(output), found };
  }

  for (const output of [
    ...['\x1b', '\x1b[', '\x1b[3', '\x1b[?1;2', '\x1b(', '\x1b]', '\x1b]0;x', '\x1bP', '\x1bPq\n', '\x1b_x\x1b'],
    ...['\x1b]0;x\x1b', '\x9b', '\x9b3', '\x9d0;x', '\x90q', '\x9fx', '\x9ex', '\x98x', '\x1b\x7f', '\x1b\x7f[3\x7f'],
    ...['\x1b[3\n4', '\x1b[1?', '\x1b]0;é\n', '\x1b]0;x\x1b[', '\x1b[3é\x1b['],
  ]) {
    it(`${legible(output)} is in the middle of a sequence`, () => {
      assert.deepEqual([scan(output).inGround, scan(output).place], [false, -1]);
      assert.deepEqual([scan(`a\n${output}`).inGround, scan(`a\n${output}`).place], [false, 2]);
    });
  }

  for (const output of [
    ...['', 'text', '\x1bc', '\x1b(B', '\x1b[m', '\x1b[1;31m', '\x1b[?2026$p', '\x1b]0;a\nb\x07', '\x1b]0;x\x1b\\'],
    ...['\x1bPq#\n0\x1b\\', '\x1bXx\x1b\\', '\x1b^x\x1b\\', '\x1b_x\x07\x1b\\', '\x1b[3\x18', '\x1b]0;\x1a'],
    ...[
      '\x1b[3\x1b[m',
      '\x1b]0;x\x1b[m',
      '\x1b[3\n4m',
      '\x9bm',
      '\x9d0;x\x9c',
      '\x9fx\x9c',
      '\x90q\x9c',
      '\x9d0;x\x07',
    ],
    ...['\x1b\x7f[3\x7fm', '\x1b[3é', '\x1b]0;x\x85', '\x1b[1?2h'],
  ]) {
    it(`${legible(output)} is whole`, () => assert.ok(scan(output).inGround));
  }

  it('a place for a query is at a line’s end, else behind a control or sequence, else between characters', () => {
    for (const [output, place] of [
      ['a\nb\nc', 4],
      ['a\n\x1b]0;\n\x07b', 2],
      ['\x1b[m\n\x1b[m', 4],
      ['\n\x1b[3', 1],
      ['a\rb\x1b[mc', 6],
      ['a\x1b[', -1],
      ['ab', 1],
      ['漢字', 1],
      ['🚀🛸 x', 5],
      ['a', -1],
      // Between two sequences and within one; before what is joined, and behind what may be.
      ['a\u0301', -1],
      ['ab\u0301', 1],
      ['e\u0301e', 2],
      ['\u06001', -1],
      ['\x9d0;x\x9c', 5],
      ['👩‍💻👩‍💻', 5],
      ['🇩🇪🇫🇷', -1],
      ['กำ', -1],
      ['-\x1b[79b', 6],
      ['e\x1b[1?2h', -1],
      ['e\x1b[\x7f?25h', -1],
      ['e\x9c', -1],
      ['\x1bN', -1],
    ] as const) {
      assert.equal(scan(output).place, place, legible(output));
    }
  });

  it('finds the sequences that set something, with their parameters as the terminal reads them', () => {
    const found = (output: string) => scan(output).found.map(({ name, params, end }) => [name, params, end]);
    assert.deepEqual(found('a\x1b[?1000;1006h\x1b[31m\x1bc'), [
      ['[?h', [1000, 1006], 14],
      ['c', [], 21],
    ]);
    assert.deepEqual(found('\x9b?0002004;:5;1:2l'), [['[?l', [2004, 0, 1], 17]]);
    assert.deepEqual(found('\x1b[?10\n06\x7f$p'), [['[?$p', [1006], 11]]);
    assert.deepEqual(found(`\x1b[?${'9'.repeat(1_000)};${'1;'.repeat(1_000)}h`)[0]?.[1], [
      0x7fffffff,
      ...Array(31).fill(1),
    ]);
    assert.deepEqual(found('\x1b[1?2h\x1b[?1é2h'), []);
  });

  it(`is between sequences where the terminal is, and finds what it finds (seed ${seed})`, () => {
    const terminal = parsing();
    fc.assert(
      fc.property(fc.array(fc.array(anything, { maxLength: 10 }), { maxLength: 5 }), chunks => {
        // Of a control before the private marker, not every version of the terminal makes the same.
        fc.pre(!/\[[\x00-\x1f\x7f]+[<=>?]/.test(chunks.flat().join('')));
        const found: string[] = [];
        terminal.reset();
        const scanner = new Scanner(({ name, params }) => {
          if (SEQUENCES.includes(name)) found.push(`${name} ${params.length === 0 && name[0] === '[' ? 0 : params}`);
        });
        for (const parts of chunks) {
          const chunk = parts.join('');
          scanner.scan(chunk);
          terminal.write(chunk);
          assert.ok(!scanner.inGround || terminal.inGround, 'it does not see that a sequence goes on');
        }
        assert.deepEqual(found, terminal.seen);
      }),
      { seed, numRuns: 2_000 },
    );
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
  });
});
