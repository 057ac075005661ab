import type { Clock } from '../../src/core/clock.js';

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
