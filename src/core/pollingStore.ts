import type { Page } from './backend.js';
import { backoff, type Clock } from './clock.js';
import { cancelled, type RemoteError, toRemoteError } from './errors.js';
import { Emitter } from './events.js';

export interface StoreState<T> {
  /** The last good rows; a failed refresh keeps them. */
  rows: readonly T[];
  /** Rows there are in all. */
  total: number;
  /** `off`: there is no source. `loading`: there is one, and no answer of it yet. */
  phase: 'off' | 'loading' | 'ready' | 'failed';
  /** Of the last refresh, in phase `failed`. */
  error: RemoteError | undefined;
}

export interface StoreOptions<T> {
  clock: Clock;
  /** Whether a row is about to change by itself, so that it is looked at more often. */
  inTransition(row: T): boolean;
}

export type Source<T> = (range: { offset: number; limit: number }, signal: AbortSignal) => Promise<Page<T>>;

/** Rows asked for at first: enough to fill a sidebar, and soon there. */
export const FIRST_ROWS = 20;
/** Rows that each Load More adds, and the most that one request asks for. */
export const MORE_ROWS = 100;
const POLL_MS = 15_000;
const TRANSITION_POLL_MS = 2_000;
const FAILED_POLL_MS = 10_000;
const MAX_FAILED_POLL_MS = 120_000;

/**
 * Rows of a service, kept fresh while somebody looks: one request at a time, more often while something is in
 * transition, less often while it fails, not at all while hidden. An answer to a former question is dropped.
 */
export class PollingStore<T extends { id: string }> {
  private readonly changed = new Emitter<StoreState<T>>();
  readonly onDidChange = this.changed.event;

  private current: StoreState<T> = { rows: [], total: 0, phase: 'off', error: undefined };
  private source: Source<T> | undefined;
  private wanted = FIRST_ROWS;
  private visible = false;
  private failures = 0;
  private settledAt = Number.NEGATIVE_INFINITY;
  /** A row that is shown wherever it stands among all. */
  private included: { id: string; find(signal: AbortSignal): Promise<T> } | undefined;
  private running: { done: Promise<void>; abort: AbortController; outdated: boolean } | undefined;
  private followUp: Promise<void> | undefined;
  private cancelTimer: (() => void) | undefined;

  constructor(private readonly options: StoreOptions<T>) {}

  get state(): StoreState<T> {
    return this.current;
  }

  /** Asks another account or another question from now on; `undefined` for none. The former rows go. */
  setSource(source: Source<T> | undefined): void {
    this.running?.abort.abort(cancelled());
    this.running = undefined;
    this.followUp = undefined;
    this.cancelTimer?.();
    this.source = source;
    this.wanted = FIRST_ROWS;
    this.included = undefined;
    this.failures = 0;
    this.settledAt = Number.NEGATIVE_INFINITY;
    this.set({ rows: [], total: 0, phase: source ? 'loading' : 'off', error: undefined });
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.schedule();
  }

  async loadMore(): Promise<void> {
    this.wanted = this.current.rows.length + MORE_ROWS;
    await this.refresh();
  }

  /** Shows a row whether or not it is one of those asked for, until another source is set. @param find rejects where it is gone */
  async include(id: string, find: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.included = { id, find };
    await this.refresh();
  }

  /** Asks now. What is on its way already may be older than the act that wants to be seen, so it is asked once more. */
  refresh(): Promise<void> {
    if (!this.running) return this.run();
    if (this.followUp) return this.followUp;
    const followUp: Promise<void> = this.running.done.then(() => {
      // Another source was set meanwhile, and asks its own question.
      if (this.followUp !== followUp) return;
      this.followUp = undefined;
      return this.running?.done ?? this.run();
    });
    this.followUp = followUp;
    return followUp;
  }

  /** What is known is out of date: asked anew as soon as somebody looks, which may be now. */
  invalidate(): void {
    this.settledAt = Number.NEGATIVE_INFINITY;
    if (this.running) this.running.outdated = true;
    this.schedule();
  }

  dispose(): void {
    this.setSource(undefined);
  }

  private run(): Promise<void> {
    const { source } = this;
    if (!source) return Promise.resolve();
    this.cancelTimer?.();
    const abort = new AbortController();
    const done = this.fetchAll(source, abort.signal).then(
      page => this.settle(abort, page, undefined),
      error => this.settle(abort, undefined, toRemoteError(error)),
    );
    this.running = { done, abort, outdated: false };
    return done;
  }

  private settle(abort: AbortController, page: Page<T> | undefined, error: RemoteError | undefined): void {
    if (this.running?.abort !== abort) return;
    // What was on its way may be older than what made it out of date.
    this.settledAt = this.running.outdated ? Number.NEGATIVE_INFINITY : this.options.clock.elapsed();
    this.running = undefined;
    if (page) {
      this.failures = 0;
      this.set({ ...page, phase: 'ready', error: undefined });
    } else {
      this.failures++;
      this.set({ ...this.current, phase: 'failed', error });
    }
  }

  /** As many rows as are wanted, in requests of a bounded size; rows that moved in between are shown once. */
  private async fetchAll(source: Source<T>, signal: AbortSignal): Promise<Page<T>> {
    const rows = new Map<string, T>();
    let total = 0;
    for (let offset = 0; offset < this.wanted; ) {
      const limit = Math.min(MORE_ROWS, this.wanted - offset);
      const page = await source({ offset, limit }, signal);
      signal.throwIfAborted();
      const before = rows.size;
      for (const row of page.rows) rows.set(row.id, row);
      total = page.total;
      offset += page.rows.length;
      // The service may give fewer than it was asked for at a time. Where nothing new comes, nothing more will.
      if (rows.size === before || offset >= total) break;
    }
    const { included } = this;
    if (included && !rows.has(included.id)) {
      // One that is gone is missing, as any other is; it does not fail the rest.
      const row = await included.find(signal).catch(() => undefined);
      signal.throwIfAborted();
      if (row) rows.set(row.id, row);
    }
    return { rows: [...rows.values()], total: Math.max(total, rows.size) };
  }

  private set(state: StoreState<T>): void {
    this.current = state;
    // First, so that polling goes on whatever a listener does.
    this.schedule();
    this.changed.fire(state);
  }

  private schedule(): void {
    this.cancelTimer?.();
    if (!this.visible || !this.source || this.running) return;
    const interval = this.interval();
    const wait = this.settledAt + interval - this.options.clock.elapsed();
    if (wait <= 0) void this.run();
    else this.cancelTimer = this.options.clock.after(wait, () => void this.run());
  }

  private interval(): number {
    if (this.failures > 0) {
      const wait = backoff(this.failures - 1, this.options.clock.random(), FAILED_POLL_MS, MAX_FAILED_POLL_MS);
      return Math.max(wait, this.current.error?.retryAfterMs ?? 0);
    }
    return this.current.rows.some(row => this.options.inTransition(row)) ? TRANSITION_POLL_MS : POLL_MS;
  }
}
