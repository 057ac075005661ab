import type { Clock } from '../core/clock.js';

/** The warning comes this long before the end, or at three quarters of a short time-out. Milliseconds. */
const LEAD_MS = 5 * 60_000;

/** Says in time that a session is about to be ended for want of input. */
export class IdleWatch {
  private cancel: (() => void) | undefined;

  /**
   * @param timeoutMs without input, the service ends the session after this long
   * @param warn told how many milliseconds are left; once, until there is input again
   */
  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    private readonly warn: (leftMs: number) => void,
  ) {
    this.touched();
  }

  /** There was input. */
  touched(): void {
    this.cancel?.();
    const lead = Math.min(LEAD_MS, this.timeoutMs / 4);
    this.cancel = this.clock.after(this.timeoutMs - lead, () => this.warn(lead));
  }

  dispose(): void {
    this.cancel?.();
  }
}
