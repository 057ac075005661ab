import type { Clock } from '../core/clock.js';
import type { Phase } from './state.js';

/** The warning comes this long before the end, or at three quarters of a short time-out. Milliseconds. */
const LEAD_MS = 5 * 60_000;
/** How often it is looked at: a timer stands still while the machine sleeps, and has an upper bound. */
const TICK_MS = 60_000;

/** Says in time that a session is about to be ended for want of input. */
export class IdleWatch {
  private cancel: (() => void) | undefined;

  /**
   * @param timeout seconds without input after which the service ends the session, where that is known
   * @param warn told how many milliseconds are left; once, until there is input again
   */
  constructor(
    private readonly clock: Clock,
    private readonly timeout: number | undefined,
    private readonly warn: (leftMs: number) => void,
  ) {}

  /** When the last input was is known from the session's start on; of one that ran before, from the first input here. */
  phaseChanged(before: Phase, phase: Phase): void {
    const started = before === 'launching' && phase === 'live';
    const over = phase === 'ended' || phase === 'closed';
    if (!started && !over) return;
    this.cancel?.();
    if (started) this.touched();
  }

  /** There was input. */
  touched(): void {
    this.cancel?.();
    if (this.timeout === undefined) return;
    const timeoutMs = this.timeout * 1000;
    const ends = { elapsed: this.clock.elapsed() + timeoutMs, now: this.clock.now() + timeoutMs };
    this.watch(ends, Math.min(LEAD_MS, timeoutMs / 4));
  }

  private watch(ends: { elapsed: number; now: number }, lead: number): void {
    const left = this.left(ends);
    if (left > lead) this.cancel = this.clock.after(Math.min(TICK_MS, left - lead), () => this.watch(ends, lead));
    // After a long sleep it has ended already, which the connection tells.
    else if (left > 0) this.warn(left);
  }

  /**
   * What was slept through counts for the service, and only the time of day tells of it. Set on or back by somebody, it
   * makes the warning come too early at the most: it can say that less is left, not that nothing is.
   */
  private left(ends: { elapsed: number; now: number }): number {
    const left = ends.elapsed - this.clock.elapsed();
    const byDay = ends.now - this.clock.now();
    return byDay > 0 ? Math.min(left, byDay) : left;
  }
}
