import type { Clock } from '../../src/core/clock.js';

/** A minute of real time by a hurried clock, for machines that are busy. Milliseconds. */
export const HURRIED_PACE = { patienceMs: 1_200_000, tellPatienceMs: 1_200_000 };

const HURRY = 20;
const TICK_MS = 10;
/** From here on it is how long a call may take at the most, of which a busy machine needs more. Milliseconds. */
const LIMIT_MS = 15_000;
const LIMIT_TIMES = 5;

/** Twenty times as fast as real time: what would be waited for long is over soon. */
export function hurriedClock(): Clock {
  return tickingClock(HURRY);
}

/** As fast as real time, where the machine is not busy. */
export function patientClock(): Clock {
  return { ...tickingClock(1), now: Date.now };
}

/**
 * Goes on by ticks of this process, so that one which does not get to run, and could not hear an answer, has not waited for
 * it meanwhile.
 */
function tickingClock(times: number): Clock {
  let now = Date.now();
  const waiting = new Set<{ at: number; act: () => void }>();
  let ticking: NodeJS.Timeout | undefined;
  const stopIfIdle = () => {
    if (waiting.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
  const tick = () => {
    now += TICK_MS * times;
    const due = [...waiting].filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
    for (const each of due) if (waiting.delete(each)) each.act();
    stopIfIdle();
  };
  return {
    now: () => now,
    elapsed: () => now,
    after(ms, act) {
      const each = { at: now + (times > 1 && ms >= LIMIT_MS ? ms * LIMIT_TIMES : ms), act };
      waiting.add(each);
      ticking ??= setInterval(tick, TICK_MS);
      return () => {
        waiting.delete(each);
        stopIfIdle();
      };
    },
    random: Math.random,
  };
}
