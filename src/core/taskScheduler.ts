import { backoff, type Clock } from './clock.js';
import { hasKind } from './errors.js';
import {
  awaited,
  dueAt,
  expired,
  type Limits,
  listed,
  looked,
  type Notice,
  over,
  type Running,
  recalled,
  type Seen,
  snoozed,
  type Watch,
  watchPaid,
  watchRefund,
} from './taskWatch.js';

export interface TaskSchedulerOptions {
  clock: Clock;
  limits(): Limits;
  /** Asks the service about one task, now. Rejects with a `RemoteError`. */
  look(watch: Watch): Promise<Seen>;
  tell(notice: Notice): void;
  /** To be remembered, in place of what was of this task. */
  keep(watch: Watch): void;
  forget(id: string): void;
  /** Something is known that was not, or a minute has passed. */
  redraw(): void;
}

const MINUTE_MS = 60_000;
const RETRY_MS = 10_000;
const MAX_RETRY_MS = 120_000;

/**
 * Watches tasks by the clock: the service is asked about a task when something of it is due, and not otherwise. It looks
 * at the time of day every minute, since the timers of a machine that slept are late.
 */
export class TaskScheduler {
  private readonly watches = new Map<string, Watch>();
  /** What came of the last look at a task. */
  private readonly looks = new Map<string, { at?: number | undefined; inVain: number; notBefore: number }>();
  private readonly looking = new Set<string>();
  private cancelTimer: (() => void) | undefined;
  private disposed = false;

  constructor(
    private readonly options: TaskSchedulerOptions,
    remembered: readonly Watch[],
  ) {
    for (const watch of remembered) this.watches.set(watch.id, recalled(watch));
    this.tick();
  }

  /** Tasks that run as far as is known, the soonest end first. */
  get running(): Running[] {
    const now = this.options.clock.now();
    const all = [...this.watches.values()].flatMap(watch => (watch.phase === 'running' ? [watch] : []));
    return all.filter(({ endAt }) => endAt > now).sort((a, b) => a.endAt - b.endAt);
  }

  /** How each task that is watched is. */
  get phases(): Watch['phase'][] {
    return [...this.watches.values()].map(({ phase }) => phase);
  }

  /** A list told of these tasks. */
  list(all: readonly Seen[]): void {
    const now = this.options.clock.now();
    for (const seen of all) {
      const known = this.watches.get(seen.id);
      const watch = listed(known, seen, now);
      if (watch) this.set(watch);
      if (known?.phase === 'deploying' && seen.stage === 'over') this.lookNow(seen.id);
      else if (known?.phase === 'deploying') this.looks.set(seen.id, { at: now, inVain: 0, notBefore: 0 });
    }
    this.tick();
  }

  /** A task was paid. What is known of it already, such as that it runs, is later news. */
  paid(task: { id: string; name: string }, at: number): void {
    if (this.options.limits().deadline > 0 && !this.watches.has(task.id)) this.set(watchPaid(task, at));
    this.tick();
  }

  /** A task has ended, and money is to come back. @param from when on the service is asked about it */
  refund(task: { id: string; name: string }, from: number): void {
    this.looks.delete(task.id);
    this.set(watchRefund(task, from));
    this.tick();
  }

  /** Nothing more is to be told of a task. */
  settle(id: string): void {
    const watch = this.watches.get(id);
    if (watch) this.set(over(watch, this.options.clock.now()));
    this.tick();
  }

  snooze(id: string): void {
    const watch = this.watches.get(id);
    if (watch?.phase === 'running') this.set(snoozed(watch, this.options.clock.now()));
    this.tick();
  }

  wait(id: string): void {
    const { clock, limits } = this.options;
    const watch = this.watches.get(id);
    if (watch?.phase === 'deploying') this.set(awaited(watch, clock.now(), limits()));
    this.tick();
  }

  /** Asks about a task although nothing is due. */
  lookNow(id: string): void {
    const watch = this.watches.get(id);
    if (watch && watch.phase !== 'over' && !this.looking.has(id)) void this.lookUp(watch);
  }

  /** Does what is due, and comes back for what is due next. */
  tick(): void {
    this.cancelTimer?.();
    if (this.disposed) return;
    const { clock, redraw, forget } = this.options;
    const now = clock.now();
    const limits = this.options.limits();
    let next = MINUTE_MS - (now % MINUTE_MS);
    let live = false;
    for (const watch of [...this.watches.values()]) {
      const { id } = watch;
      if (expired(watch, now)) {
        this.watches.delete(id);
        forget(id);
        continue;
      }
      live ||= watch.phase !== 'over';
      const look = this.looks.get(id);
      const due = dueAt(watch, limits, lookedAt(look, now));
      if (due === undefined || this.looking.has(id)) continue;
      const wait = Math.max(due - now, (look?.notBefore ?? 0) - clock.elapsed());
      if (wait <= 0) void this.lookUp(watch);
      else next = Math.min(next, wait);
    }
    if (live) this.cancelTimer = clock.after(next, () => this.tick());
    redraw();
  }

  dispose(): void {
    this.disposed = true;
    this.cancelTimer?.();
  }

  private async lookUp(watch: Watch): Promise<void> {
    const { clock, limits, look, tell } = this.options;
    const { id } = watch;
    this.looking.add(id);
    const seen = await look(watch).catch((error: unknown) => (hasKind(error, 'notFound') ? 'gone' : undefined));
    this.looking.delete(id);
    const current = this.watches.get(id);
    if (this.disposed || !current) return;
    const now = clock.now();
    const inVain = this.looks.get(id)?.inVain ?? 0;
    if (seen === 'gone') this.set(over(current, now));
    // Meanwhile it may have become something else, which this look says nothing of.
    else if (seen && current.phase === watch.phase) {
      const { watch: next, notice } = looked(current, seen, now, limits());
      this.set(next);
      this.looks.set(id, { at: now, inVain: 0, notBefore: 0 });
      if (notice) tell(notice);
    }
    this.holdBack(id, now, inVain);
    this.tick();
  }

  /** What is still due after a look is asked again later, and ever later. */
  private holdBack(id: string, now: number, inVain: number): void {
    const { clock, limits } = this.options;
    const watch = this.watches.get(id);
    const at = lookedAt(this.looks.get(id), now);
    const due = watch && dueAt(watch, limits(), at);
    if (due === undefined || due > now) return;
    const notBefore = clock.elapsed() + backoff(inVain, clock.random(), RETRY_MS, MAX_RETRY_MS);
    this.looks.set(id, { at, inVain: inVain + 1, notBefore });
  }

  private set(watch: Watch): void {
    if (JSON.stringify(this.watches.get(watch.id)) === JSON.stringify(watch)) return;
    this.watches.set(watch.id, watch);
    this.options.keep(watch);
  }
}

/** The clock may have been set back since. */
function lookedAt(look: { at?: number | undefined } | undefined, now: number): number | undefined {
  return look?.at === undefined ? undefined : Math.min(look.at, now);
}
