import type { Clock } from '../core/clock.js';
import { memoryOf, modeChange, modesOf, undoing } from './modeChange.js';
import { ASCII, type Modes, NO_MODES, ownsScreen, SYNCHRONIZED, unreported, WRAP, withSimple } from './modes.js';
import { ModeTracker } from './modeTracker.js';
import { type OutputEnds, OutputFlow } from './output.js';
import { Return } from './return.js';
import { dimLine, skippedText } from './words.js';

/** Modes have to stay as they are for so long before they are worth being kept. */
const SETTLED_MS = 500;
const TO_THE_BOTTOM = '\x1b[999B';

export interface ScreenEnds {
  show(text: string): void;
  /** Says something elsewhere, where there is no place for it on the screen. @param matters the person has to know it */
  tell?(text: string, matters: boolean): void;
  /** The modes are others than those that were kept. */
  modesChanged?(): void;
}

/**
 * The screen, which is the session's: its programs set modes and draw. A line of our own has a place on it between
 * their lines, readable whatever they have set, and none in their drawings.
 */
export class Screen {
  readonly output: OutputFlow;
  private readonly tracker = new ModeTracker();
  /** What the session's programs had set when it was last seen. */
  private remembered: Modes;
  private returning: Return | undefined;
  private looked = NO_MODES;
  private blank = true;
  private cancel: (() => void) | undefined;

  /** @param memory of the modes of a session that ran before */
  constructor(
    private readonly clock: Clock,
    private readonly ends: ScreenEnds,
    input: Pick<OutputEnds, 'typed' | 'pause' | 'resume'>,
    memory: unknown,
  ) {
    this.remembered = modesOf(memory);
    const flow = {
      ...input,
      show: (text: string) => this.show(text),
      incoming: (text: string) => this.incoming(text),
      skipped: (bytes: number) => this.line(skippedText(bytes)),
    };
    this.output = new OutputFlow(flow, clock, this.tracker);
  }

  /** Of what its programs have set: short, and without a word of what they print. */
  get memory(): string {
    return memoryOf(this.returning?.modes ?? (this.tracker.modes === NO_MODES ? this.remembered : this.tracker.modes));
  }

  /** A line of our own, after the output that came before it. */
  notice(text: string, matters = false): void {
    this.output.after(() => {
      const { tell } = this.ends;
      if (tell && (!this.tracker.inGround || ownsScreen(this.tracker.modes))) tell(text, matters);
      else this.output.put(this.line(text));
    });
  }

  bell(): void {
    // It would end the program's string, or be taken for a part of it.
    this.output.after(() => this.tracker.inString || this.output.put('\x07'));
  }

  /** It shows nothing more of the session. @param over it cannot be come back to */
  ended(text: string, over: boolean): void {
    this.output.after(() => {
      const { modes } = this.tracker;
      this.remembered = over ? NO_MODES : (this.returning?.modes ?? modes);
      this.returning = undefined;
      // What was drawn on the normal screen stands below the cursor too.
      const drawn = ownsScreen(modes) && modes.alternate !== 1049;
      this.become(NO_MODES, undoing(modes) + (drawn ? TO_THE_BOTTOM : ''));
      this.output.put(dimLine(text));
    });
  }

  /** The session is here again. What its programs did meanwhile is not known. */
  attached(): void {
    this.output.after(() => {
      const { modes } = this.tracker;
      const former = modes === NO_MODES ? this.remembered : modes;
      this.returning = new Return(former);
      if (!ownsScreen(former)) this.come(former);
    });
  }

  /** A program that was to draw had time for it. @param silent none came @param text said where nothing is to be seen */
  settled(silent: boolean, text: string): void {
    const { returning, tracker } = this;
    const found = returning?.settled();
    if (found) {
      this.come(found);
    } else if (returning) {
      // A screen is entered, and the mouse reported, when somebody draws.
      const shown = tracker.modes.alternate > 0 ? returning.modes : outside(returning.modes);
      this.become(unreported(shown), modeChange(tracker.modes, unreported(shown)));
    }
    if (silent && this.blank && tracker.modes.alternate === 0) this.output.put(this.line(text));
  }

  dispose(): void {
    this.output.dispose();
    this.cancel?.();
  }

  /** Readable whatever programs have set, which it leaves as it is. */
  private line(text: string): string {
    const { modes } = this.tracker;
    const { attributes, link } = NO_MODES;
    const charsets = { sets: [ASCII, ...modes.charsets.sets.slice(1)], level: 0 };
    const plain = { ...modes, attributes, link, charsets, insert: false };
    const readable = withSimple(withSimple(plain, WRAP, true), SYNCHRONIZED, false);
    return modeChange(modes, readable) + dimLine(text) + modeChange(readable, modes);
  }

  /** Before this is shown. */
  private incoming(text: string): void {
    this.blank = false;
    const modes = this.returning?.found(text);
    if (modes) this.come(modes);
  }

  private show(text: string): void {
    this.ends.show(text);
    const { modes } = this.tracker;
    if (modes === this.looked) return;
    this.looked = modes;
    this.cancel ??= this.clock.after(SETTLED_MS, () => {
      this.cancel = undefined;
      this.ends.modesChanged?.();
    });
  }

  private come(modes: Modes): void {
    this.returning = undefined;
    this.become(modes, modeChange(this.tracker.modes, modes));
  }

  private become(modes: Modes, change: string): void {
    this.output.put(change);
    this.tracker.modes = modes;
  }
}

/** The same on the normal screen, of which nothing is drawn yet. */
function outside(modes: Modes): Modes {
  const { margins, charsets, attributes } = NO_MODES;
  return { ...modes, alternate: 0, margins, charsets, attributes };
}
