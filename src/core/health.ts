import type { Clock } from './clock.js';

/** How often to look, milliseconds. */
const TICK_MS = 1_500;
/** Silence after which the other end is asked for a sign of life. */
const ASK_AFTER_MS = 3_000;
/** Silence after which the connection counts as dead, though nobody closed it. */
const DEAD_AFTER_MS = 8_000;
/** After a late tick the connection has this long to answer. */
const AFTER_LATE_MS = 3_000;
/** A tick after longer than this means that the machine slept, or was too busy to read what came. */
const LATE_MS = 2 * TICK_MS;

/** Notices a connection that is dead without having been closed: no bytes come, or the machine slept. */
export class Health {
  private aliveAt: number;
  private tickedAt: number;
  /** By the time of day, which goes on in a machine's sleep. Where somebody sets it on, the other end is asked once in vain. */
  private tickedOn: number;
  private deadline = DEAD_AFTER_MS;
  private cancel: () => void;

  /** @param isPaused while reading is paused nothing can come, and silence means nothing */
  constructor(
    private readonly clock: Clock,
    private readonly link: { ping(): void; isPaused(): boolean; dead(): void },
  ) {
    this.aliveAt = this.tickedAt = clock.elapsed();
    this.tickedOn = clock.now();
    this.cancel = clock.after(TICK_MS, () => this.tick());
  }

  alive(): void {
    this.aliveAt = this.clock.elapsed();
    this.deadline = DEAD_AFTER_MS;
  }

  dispose(): void {
    this.cancel();
  }

  private tick(): void {
    const now = this.clock.elapsed();
    const late = Math.max(now - this.tickedAt, this.clock.now() - this.tickedOn) > LATE_MS;
    this.tickedAt = now;
    this.tickedOn = this.clock.now();
    this.cancel = this.clock.after(TICK_MS, () => this.tick());
    if (this.link.isPaused()) {
      this.aliveAt = now;
    } else if (late) {
      this.aliveAt = now;
      this.deadline = AFTER_LATE_MS;
      this.link.ping();
    } else if (now - this.aliveAt >= this.deadline) {
      this.dispose();
      this.link.dead();
    } else if (now - this.aliveAt >= ASK_AFTER_MS) {
      this.link.ping();
    }
  }
}
