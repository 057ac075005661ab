import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoff, sleep, systemClock } from '../../../src/core/clock.js';
import { RemoteError } from '../../../src/core/errors.js';
import { rejection } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';
import { seed } from '../../support/random.js';

describe('clock', () => {
  it(`backs off exponentially, with jitter over the upper half, up to a limit (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const wait = backoff(attempt, random, 300, 5_000);
        const ceiling = Math.min(5_000, 300 * 2 ** attempt);
        assert.ok(wait >= ceiling / 2 && wait < ceiling);
      }),
      { seed },
    );
  });

  it('a sleep ends when its time has come, or by cancelling', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    let awake = false;
    const asleep = sleep(clock, 100, abort.signal).then(() => {
      awake = true;
    });
    await clock.run(99);
    assert.equal(awake, false);
    await clock.run(1);
    await asleep;
    const disturbed = rejection(sleep(clock, 100, abort.signal), 'cancelled');
    abort.abort();
    await disturbed;
    await rejection(sleep(clock, 100, abort.signal), 'cancelled');
    const reason = new RemoteError('network', 'lost');
    assert.equal(await rejection(sleep(clock, 100, AbortSignal.abort(reason)), 'network'), reason);
    assert.equal(clock.pending, 0);
  });

  it('the system’s own tells the time, and can be called off', async () => {
    const before = Date.now();
    const called = await new Promise(resolve => {
      const cancel = systemClock.after(0, () => resolve('cancelled one'));
      cancel();
      systemClock.after(0, () => resolve('other'));
    });
    assert.equal(called, 'other');
    assert.ok(systemClock.now() >= before && systemClock.random() < 1);
  });
});
