import type { Clock } from '../core/clock.js';
import type { TerminalSize } from '../core/resources.js';
import type { Connection } from './connection.js';
import type { Effect } from './state.js';

/** Output that follows the first size has ended when none came for so long… */
const LULL_MS = 50;
/** …and where none comes, it is waited for so long. */
const GAP_MS = 1_000;
/** So long after the second size nothing more is to be expected. */
const SILENCE_MS = 1_000;

type Resize = Extract<Effect, { type: 'resize' }>;

/**
 * Tells a session its size. To have a program draw itself anew, which it does when its size changes, it tells another
 * one before, with a gap in which the program draws: told both at once, it would find the size that it knows, and draw
 * nothing.
 */
export class Redraw {
  private wanted: Resize | undefined;
  private cancel: (() => void) | undefined;
  /** Whether output would be that of the first size. */
  private inGap = false;
  private silent = true;

  /** @param settled told when a program has had time to draw, and whether nothing came */
  constructor(
    private readonly clock: Clock,
    private readonly connection: Pick<Connection, 'ask'>,
    private readonly settled: (silent: boolean) => void,
  ) {}

  tell(resize: Resize): void {
    if (resize.redraw) this.start(resize);
    else if (this.wanted) this.wanted = resize;
    else this.send(resize, resize.size);
  }

  /** The program printed something. */
  output(): void {
    this.silent = false;
    if (this.inGap) this.wait(LULL_MS, () => this.finish());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = this.wanted = undefined;
    this.inGap = false;
  }

  private start(resize: Resize): void {
    this.stop();
    this.wanted = resize;
    this.silent = true;
    const { cols, rows } = resize.size;
    this.send(resize, { cols, rows: rows > 1 ? rows - 1 : 2 }, () => {
      this.inGap = true;
      this.wait(GAP_MS, () => this.finish());
    });
  }

  private finish(): void {
    const { wanted } = this;
    this.stop();
    if (wanted) this.send(wanted, wanted.size, () => this.wait(SILENCE_MS, () => this.settled(this.silent)));
  }

  /** Its failure the person need not hear of: where it matters, the connection's end follows. */
  private send({ sessionId }: Resize, size: TerminalSize, done = () => {}): void {
    this.connection.ask(link => link.resize(sessionId, size), done, done);
  }

  private wait(ms: number, act: () => void): void {
    this.cancel?.();
    this.cancel = this.clock.after(ms, () => {
      this.cancel = undefined;
      act();
    });
  }
}
