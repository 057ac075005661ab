import { type Modes, NO_MODES, reports } from './modes.js';
import { Sequences } from './sequences.js';

const DRAWS = /^(?:[\d;]*[Hfd]|[23]J|\?(?:47|1047|1049)[hl])$/;
const MOVES = /^\d*[ABEF]$/;
const PRINTABLE = /[^\x00-\x20\x7f]/;

/**
 * What has become of the program that had the screen when its session was last seen. Told that its size is another, it
 * draws, by addresses, and has all that it had set. One that has ended has left a line editor, which draws its one line,
 * or a shell without one, which says nothing: its mouse reports and screen are not to outlive it.
 */
export class Return {
  /** There was time to draw in vain: what comes now is no answer, and a line is that of a shell. */
  private silent = false;
  private text = '';
  private drawn = false;
  private lines = false;
  private printed = false;
  private over = false;
  private readonly sequences: Sequences;

  /** @param modes that it had set */
  constructor(readonly modes: Modes) {
    this.sequences = new Sequences({
      text: (from, to, whole) => this.look(whole.slice(from, to)),
      sequence: (kind, body) => {
        this.drawn ||= !this.over && kind === 'csi' && DRAWS.test(body);
        this.lines ||= kind === 'csi' && MOVES.test(body);
        return false;
      },
    });
  }

  /** @returns the modes that it has, as soon as that can be told */
  found(text: string): Modes | undefined {
    this.text ||= text.slice(0, 1);
    this.sequences.read(text);
    if (this.drawn) return this.modes;
    if (this.over) return NO_MODES;
    return this.printed && !this.harms ? this.likely : undefined;
  }

  /** There was time to draw. @returns the modes that it has, unless there was nothing to tell them by */
  settled(): Modes | undefined {
    this.silent = !this.printed;
    if (this.silent) return this.harms ? undefined : this.modes;
    return this.harms ? NO_MODES : this.likely;
  }

  /** A shell would be taken from the screen, or sent what nobody typed: for that, only a drawing is proof enough. */
  private get harms(): boolean {
    return this.modes.alternate > 0 || reports(this.modes);
  }

  private get likely(): Modes {
    return this.text === '\r' && !this.lines ? NO_MODES : this.modes;
  }

  private look(text: string): void {
    const line = text.includes('\n');
    this.over ||= line && this.silent && !this.drawn;
    this.lines ||= line;
    this.printed ||= PRINTABLE.test(text);
  }
}
