import { RemoteError } from '../../src/core/errors.js';
import { TaskScheduler } from '../../src/core/taskScheduler.js';
import type { Limits, Notice, Seen, Watch } from '../../src/core/taskWatch.js';
import { FakeClock, settled } from './fakeClock.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A service with one task, and a person who is told things. */
export class SchedulerWorld {
  readonly clock = new FakeClock();
  readonly told: { after: number; notice: Notice }[] = [];
  readonly memory = new Map<string, Watch>();
  readonly limits: Limits = { warning: 30 * MINUTE, deadline: 15 * MINUTE };
  readonly start = this.clock.now();
  task: Seen | RemoteError = this.seen('running', 2 * HOUR);
  looks = 0;
  scheduler = this.open();

  /** @param left until its end, from the beginning of the test on */
  seen(stage: Seen['stage'], left?: number, more: Partial<Seen> = {}): Seen {
    const endAt = left === undefined ? undefined : this.start + left;
    return { id: 't1', name: 'mine', stage, failed: false, words: stage, endAt, pricePerHour: 5n, ...more };
  }

  open(): TaskScheduler {
    return new TaskScheduler(
      {
        clock: this.clock,
        limits: () => this.limits,
        look: async () => {
          this.looks++;
          if (this.task instanceof RemoteError) throw this.task;
          return this.task;
        },
        tell: notice => this.told.push({ after: this.clock.now() - this.start, notice }),
        // As VS Code keeps it: as JSON.
        keep: watch => this.memory.set(watch.id, JSON.parse(JSON.stringify(watch))),
        forget: id => this.memory.delete(id),
        redraw: () => undefined,
      },
      [...this.memory.values()],
    );
  }

  /** The window is reloaded. */
  async reload(): Promise<void> {
    this.scheduler.dispose();
    this.scheduler = this.open();
    await settled();
  }

  /** A list tells of the task as it is. */
  list(): void {
    if (!(this.task instanceof RemoteError)) this.scheduler.list([this.task]);
  }

  /** The machine sleeps, and wakes. */
  async sleep(ms: number): Promise<void> {
    this.clock.jump(ms);
    await settled();
  }

  /** What was told since the last time, and when. */
  get news(): [type: Notice['type'], minutes: number][] {
    return this.told.splice(0).map(({ notice, after }) => [notice.type, after / MINUTE]);
  }
}
