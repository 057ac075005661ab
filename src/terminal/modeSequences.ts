import { PLAIN, withSgr } from './attributes.js';
import {
  ASCII,
  CURSOR,
  isOn,
  KEYPAD,
  type Modes,
  NO_MODES,
  ORIGIN,
  replaced,
  SIMPLE_MODES,
  sideOf,
  WRAP,
  withSimple,
} from './modes.js';
import type { SequenceKind } from './sequences.js';

/** What each sequence does to the modes in VS Code's terminal (xterm.js), where that is not what others do. */

const MICE = [9, 1000, 1002, 1003];
const MOUSE_FORMS = [1006, 1016];
const ALTERNATE = [47, 1047, 1049];
/** Of text, background and cursor; `ESC ] 110` and so on undo them. */
const COLOURS = [10, 11, 12];
const MAX_KITTY_STACK = 16;
const MAX_PARAMETERS = 32;
const SLOTS: Record<string, number> = { '(': 0, ')': 1, '-': 1, '*': 2, '.': 2, '+': 3 };
const SHIFTS: Record<string, number> = { n: 2, '}': 2, o: 3, '|': 3, '~': 1 };

/** @param rows of the terminal @returns `modes` themselves, where the sequence changes none of them */
export function withSequence(modes: Modes, kind: SequenceKind, body: string, rows: number): Modes {
  switch (kind) {
    case 'control':
      return withLevel(modes, body === '\x0e' ? 1 : 0);
    case 'escape':
      return withEscape(modes, body);
    case 'csi':
      return withCsi(modes, body.slice(0, -1), body.slice(-1), rows);
    case 'osc':
      return withOsc(modes, body);
  }
}

function withEscape(modes: Modes, body: string): Modes {
  switch (body) {
    case '7':
      return withSaved(modes);
    case '8':
      return withRestored(modes);
    case '=':
      return withSimple(modes, KEYPAD, true);
    case '>':
      return withSimple(modes, KEYPAD, false);
    case 'c':
      return reset(modes);
    case '%@':
    case '%G':
      return withCharset(withLevel(modes, 0), 0, ASCII);
  }
  const level = SHIFTS[body];
  if (level !== undefined) return withLevel(modes, level);
  const [, slot = '', set = ''] = /^([()*+\-.])([0AB4C5RQKYE6ZH7=])$/.exec(body) ?? [];
  const at = SLOTS[slot];
  return at === undefined ? modes : withCharset(modes, at, set);
}

function withCsi(modes: Modes, body: string, final: string, rows: number): Modes {
  const plain = isParameters(body);
  switch (final) {
    case 'h':
    case 'l':
      if (body.startsWith('?'))
        return eachOf(body.slice(1), modes, (all, mode) => withPrivate(all, mode, final === 'h'));
      return plain ? eachOf(body, modes, (all, mode) => withMode(all, mode, final === 'h')) : modes;
    case 'm': {
      const [keys, value = ''] = /^>4(?:;([\d;]*))?$/.exec(body) ?? [];
      if (keys !== undefined) return { ...modes, otherKeys: value === '0' ? '' : value };
      return plain ? { ...modes, attributes: withSgr(modes.attributes, body) } : modes;
    }
    case 'p':
      return body === '!' ? softReset(modes) : modes;
    case 'q':
      return /^\d* $/.test(body) ? { ...modes, cursorStyle: body.trim() === '0' ? '' : body.trim() || '1' } : modes;
    case 'r':
      return plain ? withMargins(modes, numbers(body), rows) : modes;
    case 's':
      return plain ? withSaved(modes) : modes;
    case 'u':
      return plain ? withRestored(modes) : withKitty(modes, body.charAt(0), numbers(body.slice(1)));
  }
  return modes;
}

function withMode(modes: Modes, mode: number, on: boolean): Modes {
  if (mode === 4) return { ...modes, insert: on };
  return mode === 20 ? { ...modes, newline: on } : modes;
}

function withPrivate(modes: Modes, mode: number, on: boolean): Modes {
  if (SIMPLE_MODES.includes(mode)) return withSimple(modes, mode, on);
  if (MICE.includes(mode)) return { ...modes, mouse: on ? mode : 0 };
  if (MOUSE_FORMS.includes(mode)) return { ...modes, mouseForm: on ? mode : 0 };
  if (mode === 2 && on) return { ...modes, charsets: { ...modes.charsets, sets: [ASCII, ASCII, ASCII, ASCII] } };
  if (mode === 1048) return on ? withSaved(modes) : withRestored(modes);
  if (!ALTERNATE.includes(mode)) return modes;
  if (on) return withAlternate(mode === 1049 ? withSaved(modes) : modes, mode);
  return mode === 1049 ? withRestored(withNormal(modes)) : withNormal(modes);
}

function withAlternate(modes: Modes, mode: number): Modes {
  const { alternate, kitty } = modes;
  const { flags, left } = kitty;
  return { ...modes, alternate: alternate || mode, kitty: { ...kitty, flags: left[1], left: [flags, left[1]] } };
}

function withNormal(modes: Modes): Modes {
  const { alternate, kitty, margins } = modes;
  const { flags, left } = kitty;
  return {
    ...modes,
    alternate: 0,
    margins: alternate === 0 ? margins : [margins[0], ''],
    kitty: { ...kitty, flags: left[0], left: [left[0], flags] },
  };
}

/** A reset leaves some things as they are, in VS Code's terminal. */
function reset(modes: Modes): Modes {
  const { newline, colours } = modes;
  return withSimple({ ...NO_MODES, newline, colours }, CURSOR, isOn(modes, CURSOR));
}

function softReset(modes: Modes): Modes {
  const { mouse, mouseForm, alternate, newline, colours, otherKeys } = modes;
  const side = sideOf(modes);
  return {
    ...NO_MODES,
    ...{ mouse, mouseForm, alternate, newline, colours, otherKeys },
    margins: replaced(modes.margins, side, ''),
    saved: replaced(modes.saved, side, { ...modes.saved[side], attributes: PLAIN }),
  };
}

function withMargins(modes: Modes, [top = 0, last = 0]: number[], rows: number): Modes {
  const first = Math.max(1, top);
  const bottom = last === 0 || last > rows ? rows : last;
  if (bottom <= first) return modes;
  const margins = first === 1 && bottom === rows ? '' : `${first};${bottom}`;
  return { ...modes, margins: replaced(modes.margins, sideOf(modes), margins) };
}

function withKitty(modes: Modes, act: string, [first = 0, second = 0]: number[]): Modes {
  const { kitty } = modes;
  const { flags, stacks } = kitty;
  const side = sideOf(modes);
  const stack = stacks[side];
  switch (act) {
    case '=': {
      const set = second === 2 ? flags | first : second === 3 ? flags & ~first : first;
      return { ...modes, kitty: { ...kitty, flags: set } };
    }
    case '>': {
      const pushed = [...stack.slice(1 - MAX_KITTY_STACK), flags];
      return { ...modes, kitty: { ...kitty, flags: first, stacks: replaced(stacks, side, pushed) } };
    }
    case '<': {
      const left = stack.slice(0, Math.max(0, stack.length - Math.max(1, first)));
      const popped = left.length === 0 ? 0 : (stack[left.length] ?? 0);
      return { ...modes, kitty: { ...kitty, flags: popped, stacks: replaced(stacks, side, left) } };
    }
  }
  return modes;
}

function withOsc(modes: Modes, content: string): Modes {
  const [, digits = '', rest = ''] = /^(\d{1,3})(?:;(.*))?$/s.exec(content) ?? [];
  const number = Number(digits);
  if (number === 8) return /;.|^;$/s.test(rest) ? { ...modes, link: rest === ';' ? '' : rest } : modes;
  if (number === 104 && rest === '') return withColours(modes, [4], false);
  if (number === 4 && /;(?!\?)/.test(rest)) return withColours(modes, [4], true);
  if (COLOURS.includes(number - 100)) return withColours(modes, [number - 100], false);
  if (!COLOURS.includes(number)) return modes;
  // Several values are of several colours, from this one on.
  const set = COLOURS.filter(each => each >= number && !['?', undefined].includes(rest.split(';', 3)[each - number]));
  return withColours(modes, set, true);
}

function withColours(modes: Modes, numbers: readonly number[], changed: boolean): Modes {
  const others = [...modes.colours].filter(each => !numbers.includes(each));
  return { ...modes, colours: new Set(changed ? [...others, ...numbers] : others) };
}

function withLevel(modes: Modes, level: number): Modes {
  return modes.charsets.level === level ? modes : { ...modes, charsets: { ...modes.charsets, level } };
}

function withCharset(modes: Modes, slot: number, set: string): Modes {
  const { sets, level } = modes.charsets;
  const next = Array.from({ length: Math.max(sets.length, slot + 1) }, (_, at) =>
    at === slot ? set : (sets[at] ?? ASCII),
  );
  return { ...modes, charsets: { sets: next, level } };
}

function withSaved(modes: Modes): Modes {
  const { charsets, attributes, saved } = modes;
  const cursor = { charsets, attributes, origin: isOn(modes, ORIGIN), wrap: isOn(modes, WRAP) };
  return { ...modes, saved: replaced(saved, sideOf(modes), cursor) };
}

function withRestored(modes: Modes): Modes {
  const { charsets, attributes, origin, wrap } = modes.saved[sideOf(modes)];
  // What was not designated when the cursor was saved stays.
  const sets = [...charsets.sets, ...modes.charsets.sets.slice(charsets.sets.length)];
  const restored = { ...modes, attributes, charsets: { sets, level: charsets.level } };
  return withSimple(withSimple(restored, ORIGIN, origin), WRAP, wrap);
}

function eachOf(body: string, modes: Modes, act: (modes: Modes, mode: number) => Modes): Modes {
  return numbers(body).reduce(act, modes);
}

function isParameters(body: string): boolean {
  return /^[\d;:]*$/.test(body);
}

function numbers(body: string): number[] {
  return isParameters(body) ? body.split(';', MAX_PARAMETERS).map(each => Number.parseInt(each, 10) || 0) : [];
}
