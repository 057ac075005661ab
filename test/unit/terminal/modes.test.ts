import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryOf, modeChange, modesOf, undoing } from '../../../src/terminal/modeChange.js';
import { NO_MODES } from '../../../src/terminal/modes.js';
import { ModeTracker } from '../../../src/terminal/modeTracker.js';
import { modalOutput, probe, realTerminal, sgr, write } from '../../support/modeProbe.js';
import { seed } from '../../support/random.js';

const RUNS = { seed, numRuns: Number(process.env.RUNS ?? 50) };
const ROWS = 10;

function tracked(...pieces: string[]): ModeTracker {
  const tracker = new ModeTracker();
  tracker.resized(ROWS);
  for (const piece of pieces) tracker.follow(piece);
  return tracker;
}

/** In pieces that are cut anywhere. */
function cut(output: string, places: readonly number[]): string[] {
  const ends = [...places.map(place => place % (output.length + 1)), output.length].sort((a, b) => a - b);
  return ends.map((end, at) => output.slice(ends[at - 1] ?? 0, end));
}

describe('ModeTracker, beside VS Code’s own terminal', () => {
  it(`puts a new terminal into the modes of another, however output was cut (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(modalOutput, fc.array(fc.nat(), { maxLength: 10 }), async (output, places) => {
        const [one, other] = [realTerminal(), realTerminal()];
        const { modes } = tracked(...cut(output, places), '\x18');
        await write(one, `${output}\x18`);
        await write(other, modeChange(NO_MODES, modes, ROWS));
        assert.deepEqual(await probe(other), await probe(one));
        for (const terminal of [one, other]) await write(terminal, '\x1b[<u');
        assert.deepEqual(await probe(other), await probe(one));
      }),
      RUNS,
    );
  });

  it(`puts a terminal back into what a new one has (seed ${seed})`, async () => {
    const fresh = await probe(realTerminal());
    await fc.assert(
      fc.asyncProperty(modalOutput, async output => {
        const terminal = realTerminal();
        await write(terminal, `${output}\x18`);
        await write(terminal, undoing(tracked(output, '\x18').modes));
        assert.deepEqual(await probe(terminal), fresh);
      }),
      RUNS,
    );
  });

  it(`makes up for output that was left out (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(modalOutput, modalOutput, async (shown, left) => {
        const [whole, short] = [realTerminal(), realTerminal()];
        const tracker = tracked(shown, '\x18');
        const before = tracker.modes;
        tracker.follow(`${left}\x18`);
        await write(whole, `${shown}\x18${left}\x18`);
        await write(short, `${shown}\x18${modeChange(before, tracker.modes, ROWS)}`);
        assert.deepEqual(await probe(short), await probe(whole));
      }),
      RUNS,
    );
  });

  it(`knows how text looks, in all the ways there are to say it (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(sgr, sgr, async (first, second) => {
        const [one, other] = [realTerminal(), realTerminal()];
        await write(one, first + second);
        await write(other, modeChange(NO_MODES, tracked(first, second).modes));
        assert.deepEqual(await probe(other), await probe(one));
      }),
      RUNS,
    );
  });

  it(`keeps in memory what lasts, and nothing else (seed ${seed})`, () => {
    fc.assert(
      fc.property(modalOutput, output => {
        const { modes } = tracked(output, '\x18');
        const memory = memoryOf(modes);
        assert.match(memory, /^[\x20-\x7e\x0e\x0f]{0,400}$/);
        assert.equal(memoryOf(modesOf(memory)), memory);
      }),
      RUNS,
    );
  });
});
