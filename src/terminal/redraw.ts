import type { Clock } from '../core/clock.js';
import type { RemoteError } from '../core/errors.js';
import type { TerminalSize } from '../core/resources.js';

/** Output that follows the first size has ended when none came for so long… */
const LULL_MS = 50;
/** …and where none comes, it is waited for so long. */
const GAP_MS = 1_000;
/** So long after the second size nothing more is to be expected. */
const SILENCE_MS = 1_000;

export interface RedrawEnds {
  resize(size: TerminalSize, done: () => void, failed: (error: RemoteError) => void): void;
  /** @param silent nothing has come since it began */
  settled(silent: boolean): void;
}

/**
 * Makes a program draw itself anew: it does so when its size changes. It is told another size and then its own, with a
 * gap in which it has drawn: told both at once, it finds the size that it knows, and draws nothing.
 */
export class Redraw {
  private size: TerminalSize | undefined;
  private cancel: (() => void) | undefined;
  /** Whether output would be that of the first size. */
  private inGap = false;
  private silent = true;

  constructor(
    private readonly clock: Clock,
    private readonly ends: RedrawEnds,
  ) {}

  start(size: TerminalSize): void {
    this.stop();
    this.size = size;
    this.silent = true;
    const rows = size.rows > 1 ? size.rows - 1 : 2;
    const answered = () => {
      if (this.size === undefined) return;
      this.inGap = true;
      this.wait(GAP_MS, () => this.second());
    };
    this.ends.resize({ ...size, rows }, answered, answered);
  }

  /** @returns whether it will be told to the program, as its own size */
  resized(size: TerminalSize): boolean {
    if (this.size === undefined) return false;
    this.size = size;
    return true;
  }

  /** The program printed something. */
  output(): void {
    this.silent = false;
    if (this.inGap) this.wait(LULL_MS, () => this.second());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = this.size = undefined;
    this.inGap = false;
  }

  private second(): void {
    const { size } = this;
    this.stop();
    if (size === undefined) return;
    const answered = () => this.wait(SILENCE_MS, () => this.ends.settled(this.silent));
    this.ends.resize(size, answered, answered);
  }

  private wait(ms: number, act: () => void): void {
    this.cancel?.();
    this.cancel = this.clock.after(ms, () => {
      this.cancel = undefined;
      act();
    });
  }
}
