import assert from 'node:assert/strict';
import { IdleWatch } from '../../../src/terminal/idle.js';
import { FakeClock } from '../../support/fakeClock.js';

const MINUTE = 60_000;

describe('the warning before an idle end', () => {
  let clock: FakeClock;
  let warnings: number[];
  const watch = (timeout: number | undefined) => new IdleWatch(clock, timeout, left => warnings.push(left));

  beforeEach(() => {
    clock = new FakeClock();
    warnings = [];
  });

  it('comes five minutes before, once, and anew after input', () => {
    const idle = watch(30 * 60);
    idle.phaseChanged('launching', 'live');
    clock.advance(25 * MINUTE - 1);
    assert.deepEqual(warnings, []);
    clock.advance(1);
    assert.deepEqual(warnings, [5 * MINUTE]);
    clock.advance(60 * MINUTE);
    assert.equal(warnings.length, 1);
    idle.touched();
    clock.advance(25 * MINUTE);
    assert.equal(warnings.length, 2);
  });

  it('comes at three quarters of a short time-out', () => {
    watch(60).phaseChanged('launching', 'live');
    clock.advance(45_000);
    assert.deepEqual(warnings, [15_000]);
  });

  it('is not put off by a reconnection, which is no input', () => {
    const idle = watch(30 * 60);
    idle.phaseChanged('launching', 'live');
    clock.advance(20 * MINUTE);
    idle.phaseChanged('live', 'waiting');
    idle.phaseChanged('attaching', 'live');
    clock.advance(5 * MINUTE);
    assert.equal(warnings.length, 1);
  });

  it('comes for a session that ran before from its first input here on', () => {
    const idle = watch(60);
    idle.phaseChanged('attaching', 'live');
    clock.advance(MINUTE);
    assert.deepEqual(warnings, []);
    idle.touched();
    clock.advance(45_000);
    assert.deepEqual(warnings, [15_000]);
  });

  it('comes in its time also where that is weeks away', () => {
    const minutes = 36_000;
    watch(minutes * 60).phaseChanged('launching', 'live');
    clock.advance((minutes - 5) * MINUTE - 1);
    assert.deepEqual(warnings, []);
    clock.advance(1);
    assert.deepEqual(warnings, [5 * MINUTE]);
  });

  for (const [name, ms, early] of [
    ['back an hour', -60 * MINUTE, 0],
    ['forward a day', 24 * 60 * MINUTE, 0],
    ['forward ten minutes', 10 * MINUTE, 10 * MINUTE],
  ] as const) {
    it(`comes in time when somebody sets the clock ${name}`, () => {
      watch(30 * 60).phaseChanged('launching', 'live');
      clock.advance(MINUTE);
      clock.set(ms);
      clock.advance(24 * MINUTE - early - 1);
      assert.deepEqual(warnings, []);
      clock.advance(MINUTE);
      assert.equal(warnings.length, 1);
    });
  }

  it('comes also after a sleep, with what is left, and not after the end', () => {
    watch(30 * 60).phaseChanged('launching', 'live');
    clock.advance(MINUTE / 2);
    clock.suspend(27 * MINUTE);
    clock.advance(MINUTE);
    assert.deepEqual(warnings, [2 * MINUTE]);
    const slept = watch(30 * 60);
    slept.phaseChanged('launching', 'live');
    clock.suspend(60 * MINUTE);
    clock.advance(MINUTE);
    // The connection tells that it has ended meanwhile.
    slept.phaseChanged('attaching', 'ended');
    clock.advance(60 * MINUTE);
    assert.equal(warnings.length, 1);
  });

  it('does not come after the end, for a session of unknown age, or without a time-out', () => {
    const ended = watch(60);
    ended.phaseChanged('launching', 'live');
    ended.phaseChanged('live', 'ended');
    watch(60).phaseChanged('attaching', 'live');
    watch(undefined).phaseChanged('launching', 'live');
    clock.advance(60 * MINUTE);
    assert.deepEqual(warnings, []);
  });
});
