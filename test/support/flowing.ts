import assert from 'node:assert/strict';
import { OutputFlow } from '../../src/terminal/output.js';
import { FakeClock } from './fakeClock.js';
import { FakeTerminal } from './fakeTerminal.js';

/** A terminal, and a socket that obeys. It parses when a test says so. */
export function flowing(options: { answers?: boolean } = {}) {
  const clock = new FakeClock();
  const shows: string[] = [];
  const typed: string[] = [];
  const reading = { paused: false };
  const terminal = new FakeTerminal(options.answers === false ? undefined : answer => flow.takeAnswers(answer));
  const flow: OutputFlow = new OutputFlow(
    {
      show(shown) {
        shows.push(shown);
        terminal.write(shown);
      },
      typed: text => typed.push(text),
      pause: () => {
        assert.equal(reading.paused, false, 'paused twice');
        reading.paused = true;
      },
      resume: () => {
        assert.equal(reading.paused, true, 'resumed twice');
        reading.paused = false;
      },
      skipped: bytes => `<${bytes} skipped>`,
    },
    clock,
  );
  const push = (bytes: string | Uint8Array) => flow.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  /** Parses, and lets time pass, until there is nothing left to do. */
  const drain = () => {
    for (let turn = 0; turn < 100_000 && (clock.pending > 0 || terminal.unparsed > 0); turn++) {
      terminal.parse();
      clock.advance(clock.next ?? 0);
    }
    assert.equal(clock.pending, 0);
  };
  return { clock, shows, typed, reading, terminal, flow, push, drain };
}
