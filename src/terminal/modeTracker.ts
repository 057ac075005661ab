import { withSequence } from './modeSequences.js';
import { type Modes, NO_MODES, ownsScreen } from './modes.js';
import { type SequenceHandler, type SequenceKind, Sequences } from './sequences.js';

const DEFAULT_ROWS = 24;
/** The cursor is put in its place, or the screen is taken: what stands there then is no text that scrolls away. */
const ADDRESSES = /^\d*(?:;\d*)?[Hfdr]$/;
const TAKES = /^\?(?:[\d;]*;)?(?:9|47|100[0-3]|104[79])(?:;[\d;]*)?h$/;

/** Follows output, cut anywhere, and knows what its programs have set and whether they draw. */
export class ModeTracker {
  modes: Modes = NO_MODES;
  private readonly sequences: Sequences;
  private rows = DEFAULT_ROWS;
  /** After so many more lines nothing is in sight any more of what was drawn. */
  private drawnRows = 0;
  private stopping = false;

  constructor(from?: Modes) {
    if (from) this.modes = from;
    const handler: SequenceHandler = {
      text: (from, to, whole) => this.text(from, to, whole),
      sequence: (kind, body, start) => this.sequence(kind, body, start),
    };
    this.sequences = new Sequences(handler);
  }

  /** Whether what was followed so far ends between sequences. */
  get inGround(): boolean {
    return this.sequences.inGround;
  }

  get inString(): boolean {
    return this.sequences.inString;
  }

  /** Whether there is a drawing on the screen, of which no part can be left out. */
  get isDrawn(): boolean {
    return this.drawnRows > 0 || ownsScreen(this.modes);
  }

  follow(text: string): void {
    this.sequences.read(text);
  }

  /** Follows as far as nothing is drawn. @returns how far that is */
  followText(text: string): number {
    this.stopping = true;
    const length = this.sequences.read(text);
    this.stopping = false;
    return length;
  }

  /** A terminal of another size has no margins. */
  resized(rows: number): void {
    if (rows === this.rows) return;
    this.rows = rows;
    this.modes = { ...this.modes, margins: NO_MODES.margins };
  }

  private sequence(kind: SequenceKind, body: string, start: number): boolean {
    if (kind === 'csi' && (ADDRESSES.test(body) || TAKES.test(body))) {
      if (this.stopping && start >= 0) return true;
      this.drawnRows = this.rows;
    }
    this.modes = withSequence(this.modes, kind, body, this.rows);
    return false;
  }

  private text(from: number, to: number, whole: string): void {
    for (let at = from; this.drawnRows > 0; this.drawnRows--) {
      at = whole.indexOf('\n', at) + 1;
      if (at === 0 || at > to) return;
    }
  }
}
