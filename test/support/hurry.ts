import type { Clock } from '../../src/core/clock.js';

/** A minute of real time by such a clock, for machines that are busy. Milliseconds. */
export const HURRIED_PACE = { patienceMs: 1_200_000, tellPatienceMs: 1_200_000 };

/** From here on it is how long a call may take at the most, of which a busy machine needs more. Milliseconds. */
const LIMIT_MS = 15_000;

/** Real time, but twenty times as fast: what would be waited for long is over soon. */
export function hurriedClock(): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * 20,
    after(ms, act) {
      const timer = setTimeout(act, ms < LIMIT_MS ? ms / 20 : ms / 4);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  };
}
