import { type Modes, NO_MODES } from './modes.js';
import { Sequences } from './sequences.js';

const DRAWS = /^(?:[\d;]*[Hfd]|[23]J|\?(?:47|1047|1049)[hl])$/;
const MOVES = /^\d*[ABEF]$/;
const PRINTABLE = /[^\x00-\x20\x7f]/;

/**
 * What has become of the program that had the screen when its session was last seen. Told that its size is another, it
 * draws, by addresses, and has all that it had set. One that has ended has left a line editor, which draws its one line:
 * its mouse reports and screen are not to outlive it.
 */
export class Return {
  /** There was time to draw in vain: what comes now is no answer. */
  silent = false;
  private text = '';
  private drawn = false;
  private lines = false;
  private printed = false;
  private readonly sequences: Sequences;

  /** @param modes that it had set */
  constructor(readonly modes: Modes) {
    this.sequences = new Sequences({
      text: (from, to, whole) => this.look(whole.slice(from, to)),
      sequence: (kind, body) => {
        this.drawn ||= kind === 'csi' && DRAWS.test(body);
        this.lines ||= kind === 'csi' && MOVES.test(body);
        return false;
      },
    });
  }

  /** @returns the modes that it has, as soon as that can be told */
  found(text: string): Modes | undefined {
    if (this.silent) return this.modes;
    this.text ||= text.slice(0, 1);
    this.sequences.read(text);
    if (this.drawn) return this.modes;
    if (!this.printed) return undefined;
    return this.text === '\r' && !this.lines ? NO_MODES : this.modes;
  }

  private look(text: string): void {
    this.lines ||= text.includes('\n');
    this.printed ||= PRINTABLE.test(text);
  }
}
