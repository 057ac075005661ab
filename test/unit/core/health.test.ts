import assert from 'node:assert/strict';
import { Health } from '../../../src/core/health.js';
import { FakeClock } from '../../support/fakeClock.js';

describe('Health', () => {
  function watched() {
    const clock = new FakeClock();
    const seen = { pings: 0, deadAt: undefined as number | undefined, paused: false };
    const start = clock.now();
    const health = new Health(clock, {
      ping: () => seen.pings++,
      isPaused: () => seen.paused,
      dead: () => {
        seen.deadAt = clock.now() - start;
      },
    });
    return { clock, seen, health };
  }

  it('asks a silent connection for a sign of life, and gives it up within 10 s', () => {
    const { clock, seen } = watched();
    clock.advance(3_000);
    assert.equal(seen.pings, 1);
    clock.advance(60_000);
    assert.ok(seen.deadAt !== undefined && seen.deadAt >= 8_000 && seen.deadAt <= 10_000);
    assert.equal(clock.pending, 0);
  });

  for (const [name, ms] of [
    ['back an hour', -3_600_000],
    ['forward a day', 86_400_000],
  ] as const) {
    it(`a dead connection is noticed as soon when somebody sets the clock ${name}, and a live one lives on`, () => {
      const dead = watched();
      dead.clock.advance(1_000);
      dead.clock.set(ms);
      dead.clock.advance(60_000);
      const after = (dead.seen.deadAt ?? Number.NaN) - ms;
      assert.ok(after >= 4_000 && after <= 10_000, `${after} ms`);
      const { clock, seen, health } = watched();
      for (let second = 0; second < 60; second++) {
        health.alive();
        clock.advance(1_000);
        if (second === 30) clock.set(ms);
      }
      assert.equal(seen.deadAt, undefined);
    });
  }

  it('asks at once after a sleep, in which only the time of day goes on', () => {
    const { clock, seen, health } = watched();
    clock.advance(1_000);
    health.alive();
    clock.suspend(3_600_000);
    clock.advance(500);
    assert.equal(seen.pings, 1);
    clock.advance(5_000);
    assert.notEqual(seen.deadAt, undefined);
  });

  it('a busy connection is not asked', () => {
    const { clock, seen, health } = watched();
    for (let second = 0; second < 60; second++) {
      health.alive();
      clock.advance(1_000);
    }
    assert.deepEqual([seen.pings, seen.deadAt], [0, undefined]);
  });

  it('a quiet connection that answers lives on', () => {
    const { clock, seen, health } = watched();
    let answered = 0;
    for (let ms = 0; ms < 600_000; ms += 100) {
      clock.advance(100);
      if (seen.pings > answered) health.alive();
      answered = seen.pings;
    }
    assert.equal(seen.deadAt, undefined);
    assert.ok(seen.pings < 250);
  });

  it('silence means nothing while reading is paused', () => {
    const { clock, seen } = watched();
    seen.paused = true;
    clock.advance(3_600_000);
    assert.deepEqual([seen.pings, seen.deadAt], [0, undefined]);
    seen.paused = false;
    clock.advance(10_000);
    assert.ok(seen.deadAt);
  });

  it('after a sleep asks at once, and waits only briefly', () => {
    const { clock, seen } = watched();
    clock.jump(3_600_000);
    assert.deepEqual([seen.pings, seen.deadAt], [1, undefined]);
    clock.advance(3_000);
    assert.ok(seen.deadAt);
  });

  it('after a sleep a connection that answers lives on', () => {
    const { clock, seen, health } = watched();
    clock.jump(3_600_000);
    clock.advance(1_000);
    health.alive();
    clock.advance(7_000);
    assert.equal(seen.deadAt, undefined);
  });

  it('a busy machine, which read nothing for a while, asks before it gives up', () => {
    const { clock, seen } = watched();
    clock.advance(1_500);
    clock.jump(9_000);
    assert.deepEqual([seen.pings, seen.deadAt], [1, undefined]);
  });

  it('disposed, leaves no timer', () => {
    const { clock, health } = watched();
    clock.advance(5_000);
    health.dispose();
    assert.equal(clock.pending, 0);
  });
});
