import type { Clock } from '../../src/core/clock.js';

const MAX_MS = 2 ** 31 - 1;

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  private time = 1_000_000;
  /** How far somebody, or a sleep, has moved the time of day from it. */
  private moved = 0;
  private timers: { at: number; act: () => void }[] = [];
  /** What `random` gives. */
  chance = 0.5;

  now = (): number => this.time + this.moved;
  elapsed = (): number => this.time;
  random = (): number => this.chance;

  after = (ms: number, act: () => void): (() => void) => {
    // As Node's timers do.
    const timer = { at: this.time + (ms > MAX_MS ? 1 : ms), act };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter(each => each !== timer);
    };
  };

  /** Timers that are still to fire. */
  get pending(): number {
    return this.timers.length;
  }

  /** Milliseconds until the next timer. */
  get next(): number | undefined {
    return this.earliest && this.earliest.at - this.time;
  }

  /** Lets time pass; the timers of that span fire in order, those that they start included. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let timer = this.earliest; timer && timer.at <= end; timer = this.earliest) this.fire(timer);
    this.time = end;
  }

  /** The same, with promises settled after each timer, as on a real clock. */
  async run(ms: number): Promise<void> {
    await settled();
    const end = this.time + ms;
    for (let timer = this.earliest; timer && timer.at <= end; timer = this.earliest) {
      this.fire(timer);
      await settled();
    }
    this.time = end;
  }

  /** The machine sleeps: time has passed, and timers fire late. */
  jump(ms: number): void {
    this.time += ms;
    this.advance(0);
  }

  /** The same, where all but the time of day stands still, as on Linux. */
  suspend(ms: number): void {
    this.moved += ms;
  }

  /** Somebody sets the time of day, on or back. */
  set(ms: number): void {
    this.moved += ms;
  }

  private get earliest() {
    return this.timers.reduce<(typeof this.timers)[number] | undefined>(
      (first, timer) => (first && first.at <= timer.at ? first : timer),
      undefined,
    );
  }

  private fire(timer: { at: number; act: () => void }): void {
    this.timers = this.timers.filter(each => each !== timer);
    this.time = Math.max(this.time, timer.at);
    timer.act();
  }
}

/** All that promises have to do has been done. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
