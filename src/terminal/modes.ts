import { type Attributes, PLAIN } from './attributes.js';

/** What programs have set in a terminal, as a value; `modeSequences.ts` has what each sequence does to it. */
export interface Modes {
  /** Private modes (`ESC [ ? 1 h`) that are not as in a new terminal. */
  readonly changed: ReadonlySet<number>;
  readonly insert: boolean;
  readonly newline: boolean;
  /** Which mouse events are reported, and in which form: a private mode, 0 for none. */
  readonly mouse: number;
  readonly mouseForm: number;
  /** The private mode by which the alternate screen was entered, 0 outside it. */
  readonly alternate: number;
  /** Top and bottom row, where not all rows scroll. */
  readonly margins: Sides<string>;
  readonly saved: Sides<SavedCursor>;
  readonly kitty: KittyKeys;
  readonly otherKeys: string;
  readonly cursorStyle: string;
  readonly charsets: Charsets;
  readonly attributes: Attributes;
  /** Parameters and address of the hyperlink that text belongs to. */
  readonly link: string;
  /** Colours that were changed, by the numbers of the OSC sequences that do so. */
  readonly colours: ReadonlySet<number>;
}

/** Of the normal screen and of the alternate one. */
export type Sides<T> = readonly [normal: T, alternate: T];

export interface Charsets {
  /** What was designated as G0 to G3, by final characters; ASCII where nothing was. */
  readonly sets: readonly string[];
  /** Which of them is in use. */
  readonly level: number;
}

/** The kitty keyboard protocol's flags, and where programs have put former ones. */
export interface KittyKeys {
  readonly flags: number;
  /** Those of the screens when they were last left. */
  readonly left: Sides<number>;
  readonly stacks: Sides<readonly number[]>;
}

export interface SavedCursor {
  readonly charsets: Charsets;
  readonly attributes: Attributes;
  readonly origin: boolean;
  readonly wrap: boolean;
}

export const CURSOR_KEYS = 1;
export const ORIGIN = 6;
export const WRAP = 7;
export const CURSOR = 25;
export const KEYPAD = 66;
export const PASTE = 2004;
export const SYNCHRONIZED = 2026;
/** Focus, colour scheme, win32 keys. */
const REPORTED = [1004, 2031, 9001];
/** Whether each is on is all there is to know: of these, and reverse wrap, focus, colour scheme, win32 keys. */
export const SIMPLE_MODES = [CURSOR_KEYS, ORIGIN, WRAP, CURSOR, 45, KEYPAD, 1004, PASTE, SYNCHRONIZED, 2031, 9001];
const ON_AT_FIRST = [WRAP, CURSOR];

export const ASCII = 'B';
const CHARSETS: Charsets = { sets: [], level: 0 };
const SAVED: SavedCursor = { charsets: CHARSETS, attributes: PLAIN, origin: false, wrap: true };

/** Those of a new terminal. */
export const NO_MODES: Modes = {
  changed: new Set(),
  insert: false,
  newline: false,
  mouse: 0,
  mouseForm: 0,
  alternate: 0,
  margins: ['', ''],
  saved: [SAVED, SAVED],
  kitty: { flags: 0, left: [0, 0], stacks: [[], []] },
  otherKeys: '',
  cursorStyle: '',
  charsets: CHARSETS,
  attributes: PLAIN,
  link: '',
  colours: new Set(),
};

/** Whether a simple mode is on. */
export function isOn({ changed }: Modes, mode: number): boolean {
  return changed.has(mode) !== ON_AT_FIRST.includes(mode);
}

export function withSimple(modes: Modes, mode: number, on: boolean): Modes {
  if (isOn(modes, mode) === on) return modes;
  const changed = new Set(modes.changed);
  if (!changed.delete(mode)) changed.add(mode);
  return { ...modes, changed };
}

/** The screen that is shown. */
export function sideOf({ alternate }: Modes): 0 | 1 {
  return alternate === 0 ? 0 : 1;
}

export function replaced<T>([normal, alternate]: Sides<T>, side: 0 | 1, value: T): Sides<T> {
  return side === 0 ? [value, alternate] : [normal, value];
}

/**
 * Whether a program has the screen for itself, so that a line of anybody else would stand in its cells. A shell's line
 * editor may also want application keys, but then brackets pastes.
 */
export function ownsScreen(modes: Modes): boolean {
  const keys = isOn(modes, CURSOR_KEYS) || isOn(modes, KEYPAD);
  const drawing = modes.mouse > 0 || !isOn(modes, CURSOR) || isOn(modes, ORIGIN) || modes.margins[0] !== '';
  return modes.alternate > 0 || drawing || (keys && !isOn(modes, PASTE));
}

/** Without what makes the terminal type by itself, or keys say what only that program understands. */
export function unreported(modes: Modes): Modes {
  const { mouse, kitty, otherKeys } = NO_MODES;
  return REPORTED.reduce((all, mode) => withSimple(all, mode, false), { ...modes, mouse, kitty, otherKeys });
}

export function reports({ mouse, kitty, otherKeys, changed }: Modes): boolean {
  return mouse > 0 || kitty !== NO_MODES.kitty || otherKeys !== '' || REPORTED.some(mode => changed.has(mode));
}
