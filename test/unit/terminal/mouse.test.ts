import assert from 'node:assert/strict';
import type { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { OutputFlow } from '../../../src/terminal/output.js';
import { renew, write, xterm } from '../../support/cells.js';
import { FakeClock } from '../../support/fakeClock.js';
import { seed } from '../../support/random.js';
import { live } from '../../support/startedTerminal.js';

const MODES = [9, 1000, 1002, 1003, 1005, 1006, 1015, 1016];

/** What a terminal answers to queries of all mouse modes. */
function ask(terminal: Terminal, answers: string[]): string {
  answers.length = 0;
  write(terminal, MODES.map(mode => `\x1b[?${mode}$p`).join(''));
  return answers.splice(0).join('');
}

describe('MouseReports', () => {
  function following() {
    const answers: string[] = [];
    const clock = new FakeClock();
    const seen = xterm(answer => answers.push(answer));
    const ends = { typed() {}, pause() {}, resume() {}, skipped: () => '' };
    const flow = new OutputFlow({ ...ends, show: shown => write(seen, shown) }, clock);
    const print = (output: string) => {
      flow.push(Buffer.from(output));
      clock.advance(4);
    };
    return { answers, seen, flow, print };
  }

  const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

  for (const mode of [9, 1000, 1002, 1003]) {
    for (const encoding of ['', '\x1b[?1005h', '\x1b[?1015h', '\x1b[?1006h\x1b[?1006l']) {
      it(`come in bytes in mode ${mode}${encoding && ` with ${encoding.slice(2)}`}, as in a terminal of VS Code`, () => {
        const { flow, print, seen, answers } = following();
        print(`${encoding}\x1b[?${mode}h`);
        assert.match(ask(seen, answers), /1006;1\$y/);
        assert.equal(latin1(flow.mouse.encode('\x1b[<0;1;1M')), '\x1b[M !!');
        assert.equal(latin1(flow.mouse.encode('\x1b[<2;95;200m')), '\x1b[M#\x7f\xe8');
        assert.equal(latin1(flow.mouse.encode('\x1b[<65;223;10M\x1b[<35;3;4M')), '\x1b[Ma\xff*\x1b[MC#$');
        assert.equal(latin1(flow.mouse.encode('\x1b[<0;224;1M')), '');
        assert.equal(latin1(flow.mouse.encode('text')), 'text');
        print(`\x1b[?${mode}l`);
        assert.match(ask(seen, answers), /1006;2\$y/);
        assert.equal(latin1(flow.mouse.encode('\x1b[<0;1;1M')), '\x1b[<0;1;1M');
      });
    }
  }

  for (const own of ['\x1b[?1000;1006h', '\x1b[?1006h\x1b[?1003h', '\x1b[?1002h\x1b[?1016h']) {
    it(`come as the program itself asks for them: ${own.replaceAll('\x1b', ' ESC ')}`, () => {
      const { flow, print } = following();
      print(own);
      assert.equal(latin1(flow.mouse.encode('\x1b[<0;1;1M')), '\x1b[<0;1;1M');
    });
  }

  it(`every mode is answered for as without them, whatever was set (seed ${seed})`, () => {
    const act = fc.oneof(
      fc
        .tuple(fc.subarray([...MODES, 25], { minLength: 1 }), fc.constantFrom('h', 'l', 'h'))
        .map(([modes, end]) => `\x1b[?${modes.join(';')}${end}`),
      fc.constantFrom('\x1bc', '\x1b[!p', 'text\r\n', '\x1b[?1006$p', '\x9b?1000h', '\x9b?1006$p'),
    );
    const { seen, print, flow, answers } = following();
    const plainAnswers: string[] = [];
    const plain = xterm(answer => plainAnswers.push(answer));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), acts => {
        renew(plain);
        print('\x18\x1bc');
        answers.length = plainAnswers.length = 0;
        const output = acts.join('') + MODES.map(mode => `\x1b[?${mode}$p`).join('');
        for (const code of output) print(code);
        write(plain, output);
        const told = answers.map(answer => latin1(flow.mouse.encode(flow.takeAnswers(answer)))).join('');
        assert.equal(told, plainAnswers.join(''));
        // The terminal itself sends SGR, where it tracks and would otherwise send bytes.
        const last = ask(plain, plainAnswers);
        const hidden = ask(seen, answers);
        assert.equal(hidden, isBytes(last) ? last.replace('1006;2$y', '1006;1$y') : last);
      }),
      { seed, numRuns: 500 },
    );
  }).timeout(30_000);

  it('reach the session as bytes, and are no interrupt', async () => {
    const { link, terminal } = await live();
    const sent: Uint8Array[] = [];
    const { write: original } = link.link;
    Object.assign(link.link, {
      write: (id: string, bytes: Uint8Array) => {
        sent.push(bytes);
        return original(id, bytes);
      },
    });
    link.data('\x1b[?1000h');
    terminal.input('\x1b[<0;200;100M');
    assert.deepEqual([...(sent[0] ?? [])], [0x1b, 0x5b, 0x4d, 32, 232, 132]);
  });
});

function isBytes(answers: string): boolean {
  return /(?:\?9|\?100[023]);1/.test(answers) && answers.includes('?1006;2') && answers.includes('?1016;2');
}
