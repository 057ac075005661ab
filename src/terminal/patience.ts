import type { Clock } from '../core/clock.js';
import type { Acknowledgements } from './acknowledge.js';

/** A terminal that does not answer is presumed to have parsed what it was shown, after so long. Milliseconds. */
const PRESUME_MS = 2_000;
/** One that has answered before is busy, or its window is hidden: each time in a row, it has twice as long. */
const MAX_PRESUME_MS = 60_000;
/** One that never has may be of a kind that never does: after so many times, it is shown more at a pace. */
const PATIENCE = 2;
const PACE_MS = 50;
/** Inside one long sequence there is no place for a query: so often in a row, what is shown is paced; then it crawls. */
const BLIND_TIMES = 300;

/** How long an answer of the terminal is waited for. */
export class Patience {
  private missed = 0;
  private blind = 0;
  private dueAt = Number.POSITIVE_INFINITY;
  private timer: { at: number; cancel(): void } | undefined;

  /** @param over it was waited for long enough */
  constructor(
    private readonly clock: Clock,
    private readonly acks: Acknowledgements,
    private readonly over: () => void,
  ) {}

  get isWaiting(): boolean {
    return this.dueAt < Number.POSITIVE_INFINITY;
  }

  answered(): void {
    this.missed = this.blind = 0;
  }

  /** There is something to wait for, from now on. */
  start(): void {
    const { ms } = this;
    this.dueAt = this.clock.elapsed() + ms;
    // In a flood this is put off thousands of times a second, so that a timer that would fire sooner is left to.
    if (this.timer && this.timer.at <= this.dueAt) return;
    this.timer?.cancel();
    this.startTimer(ms);
  }

  stop(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  dispose(): void {
    this.timer?.cancel();
  }

  private get ms(): number {
    const { missed, blind, acks } = this;
    if (acks.unanswered === 0) return blind < BLIND_TIMES ? PACE_MS : growing(blind - BLIND_TIMES);
    if (acks.answered) return growing(missed);
    return missed < PATIENCE ? PRESUME_MS : PACE_MS;
  }

  private startTimer(ms: number): void {
    const cancel = this.clock.after(ms, () => {
      this.timer = undefined;
      const left = this.dueAt - this.clock.elapsed();
      if (left <= 0) this.end();
      else if (this.isWaiting) this.startTimer(left);
    });
    this.timer = { at: this.clock.elapsed() + ms, cancel };
  }

  private end(): void {
    this.stop();
    if (this.acks.unanswered > 0) this.missed++;
    else this.blind++;
    this.over();
  }
}

function growing(times: number): number {
  return Math.min(MAX_PRESUME_MS, PRESUME_MS * 2 ** times);
}
