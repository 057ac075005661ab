import type { Clock } from '../core/clock.js';

/** What was shown at once within so many milliseconds, in characters; what follows is gathered… */
const BURST_MS = 4;
const BURST_LENGTH = 512;
/** …until they are over, or up to this size. */
const BATCH_LENGTH = 16_384;

/** Gathers what is to be shown: a key's echo never; a flood, and soon when it starts. */
export class Batches {
  private batch = '';
  private burst = 0;
  private cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly show: (text: string) => void,
  ) {}

  get isEmpty(): boolean {
    return this.batch === '';
  }

  add(text: string): void {
    this.batch += text;
    if (this.burst < BURST_LENGTH || this.batch.length >= BATCH_LENGTH) this.flush();
  }

  dispose(): void {
    this.cancel?.();
    this.batch = '';
  }

  private flush(): void {
    const { batch } = this;
    this.batch = '';
    this.burst += batch.length;
    this.cancel ??= this.clock.after(BURST_MS, () => {
      this.cancel = undefined;
      this.burst = 0;
      if (this.batch !== '') this.flush();
    });
    this.show(batch);
  }
}
