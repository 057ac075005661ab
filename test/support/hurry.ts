import type { Clock } from '../../src/core/clock.js';

/** A minute of real time by such a clock, for machines that are busy. Milliseconds. */
export const HURRIED_PACE = { patienceMs: 1_200_000, tellPatienceMs: 1_200_000 };

/** Real time, but twenty times as fast: what would be waited for long is over soon. */
export function hurriedClock(): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * 20,
    after(ms, act) {
      const timer = setTimeout(act, ms / 20);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  };
}
