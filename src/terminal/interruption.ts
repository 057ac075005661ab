import type { Clock } from '../core/clock.js';
import type { ModeTracker } from './modeTracker.js';
import { Skipper } from './skipper.js';

/** After an interrupt, the flood is over when nothing came for this long… */
const LULL_MS = 50;
/** …or this, while the interrupt itself is still on its way to the service. */
const EARLY_LULL_MS = 500;
/** The flood goes on in spite of the interrupt: it is shown again. */
const MAX_MS = 10_000;

/** Drops output after Ctrl+C or Ctrl+\, like a tty's own queue, until it lulls. */
export class Interruption {
  private skipper: Skipper | undefined;
  private lull = LULL_MS;
  private cancelLull: (() => void) | undefined;
  private cancelMax: (() => void) | undefined;

  /** @param over told what is left of the output, and how many bytes were dropped before it */
  constructor(
    private readonly clock: Clock,
    private readonly tracker: ModeTracker,
    private readonly over: (text: string, dropped: number) => void,
  ) {}

  get isOn(): boolean {
    return this.skipper !== undefined;
  }

  begin(): void {
    this.skipper = new Skipper(this.tracker);
    this.lull = EARLY_LULL_MS;
    this.limit();
  }

  take(text: string): void {
    if (!this.skipper?.skip(text)) this.end();
    else this.awaitLull();
  }

  /** The service has the interrupt: of what it had queued before, nothing comes after this. */
  arrived(): void {
    if (!this.skipper) return;
    this.lull = LULL_MS;
    this.limit();
  }

  end(): void {
    const { skipper } = this;
    if (!skipper) return;
    this.dispose();
    const text = skipper.finish();
    this.over(text, skipper.dropped);
  }

  dispose(): void {
    this.skipper = undefined;
    this.cancelLull?.();
    this.cancelMax?.();
  }

  private awaitLull(): void {
    this.cancelLull?.();
    this.cancelLull = this.clock.after(this.lull, () => this.end());
  }

  private limit(): void {
    this.cancelMax?.();
    this.cancelMax = this.clock.after(MAX_MS, () => this.end());
    this.awaitLull();
  }
}
