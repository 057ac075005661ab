/**
 * Follows a stream of terminal output as the terminal's own parser does (DEC's, as xterm.js has it): where a sequence
 * begins and ends, which modes it sets, and where something can stand that nothing before or after it notices.
 */

const BEL = 0x07;
const LF = 0x0a;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const DEL = 0x7f;
/** C1 controls; each has a form of 7 bits, ESC and a letter, but begins anew in the middle of any sequence. */
const SS2 = 0x8e;
const SS3 = 0x8f;
const DCS = 0x90;
const SOS = 0x98;
const CSI = 0x9b;
const ST = 0x9c;
const OSC = 0x9d;
const PM = 0x9e;
const APC = 0x9f;

/** `csiLate`: behind an intermediate byte. `csiBad`: it will be passed over, to its final byte. `string`: all but OSC. */
type Mode = 'ground' | 'escape' | 'escapeLate' | 'csi' | 'csiLate' | 'csiBad' | 'osc' | 'string';

/** A whole sequence that the terminal acts on, without those that only move, erase or colour. */
export interface Sequence {
  /** Its bytes without parameters, such as `[?h`, `[!p` and `c`. */
  readonly name: string;
  /** Of those of 32, as many as the terminal reads. */
  readonly params: readonly number[];
  /** Where in the text it ends. */
  readonly end: number;
}

const MAX_PARAMS = 32;
const MAX_VALUE = 0x7fffffff;
/** Intermediate bytes that are told apart. */
const MAX_NAME = 8;
const STARTS = /[\x1b\x80-\x9f]/g;
const OSC_ENDS = /[\x07\x18\x1a\x1b\x80-\x9f]/g;
const STRING_ENDS = /[\x18\x1a\x1b\x80-\x9f]/g;

export class Scanner {
  private mode: Mode = 'ground';
  private name = '';
  private params: number[] = [];
  /** The digits are those of a sub-parameter, which no mode has. */
  private inSub = false;
  /** A control stands within the sequence: not every version of the terminal takes it for the same. */
  private odd = false;
  /** Of what was scanned last: behind its last line feed, and behind the last control or sequence of any kind. */
  private lineEnd = -1;
  private fresh = -1;
  /** The last text between them. */
  private run = { start: 0, end: 0 };

  /** @param found told of every sequence, in order, while it is scanned */
  constructor(private readonly found: (sequence: Sequence) => void = () => {}) {}

  /** Whether what was scanned so far ends between sequences. */
  get inGround(): boolean {
    return this.mode === 'ground';
  }

  /** Reads `text` on. */
  scan(text: string): void {
    this.lineEnd = this.fresh = -1;
    this.run = { start: 0, end: 0 };
    for (let at = 0; at < text.length; ) at = this.mode === 'ground' ? this.plain(text, at) : this.next(text, at);
  }

  /**
   * Where in the text that was scanned last a query can be put: nothing that stands before it is joined with, or
   * repeated by, what follows. At a line's end where there is one, else behind a control or a sequence, else between two
   * characters that are never joined. @returns -1 where there is no such place
   */
  placeIn(text: string): number {
    if (this.lineEnd >= 0) return this.lineEnd;
    if (this.fresh >= 0) return this.fresh;
    for (let at = this.run.end - 1; at > this.run.start; at--) {
      if (isBetweenCharacters(text, at)) return at;
    }
    return -1;
  }

  /** Text up to where a sequence may begin. */
  private plain(text: string, start: number): number {
    const end = search(STARTS, text, start);
    // From its end, since most output is lines.
    for (let at = end - 1; at >= start; at--) {
      const code = text.charCodeAt(at);
      if (code >= 0x20) continue;
      this.fresh = Math.max(this.fresh, at + 1);
      if (code !== LF) continue;
      this.lineEnd = at + 1;
      break;
    }
    this.run = { start, end };
    return end === text.length ? end : this.next(text, end);
  }

  /** One code of a sequence. @returns the offset behind it */
  private next(text: string, at: number): number {
    const code = text.charCodeAt(at);
    const end = at + 1;
    if (code === ESC) this.begin('escape', '');
    else if (code >= 0x80 && code < 0xa0) this.control(code, end);
    else if (code === CAN || code === SUB || (code === BEL && this.mode === 'osc')) this.over(end);
    else if (this.mode === 'osc') return search(OSC_ENDS, text, end);
    else if (this.mode === 'string') return search(STRING_ENDS, text, end);
    else if (code >= 0x20 && code !== DEL) this.inSequence(code, end);
    // Controls act at once, and the sequence goes on.
    else this.odd = true;
    return end;
  }

  private control(code: number, end: number): void {
    if (code === CSI) this.begin('csi', '[');
    else if (code === OSC) this.begin('osc', '');
    else if (code === DCS || code === SOS || code === PM || code === APC) this.begin('string', '');
    // What follows a single shift is drawn in another way. Not every string's end parts what stands around it.
    else if (code === SS2 || code === SS3 || (code === ST && this.mode !== 'osc')) this.mode = 'ground';
    else this.over(end);
  }

  private inSequence(code: number, end: number): void {
    // Characters have no place in a sequence, which is given up; those to be passed over anyway go on.
    if (code >= 0xa0 && this.mode !== 'csiBad') this.mode = 'ground';
    else if (this.mode === 'escape' || this.mode === 'escapeLate') this.inEscape(code, end);
    else this.inCsi(code, end);
  }

  private inEscape(code: number, end: number): void {
    const letter = String.fromCharCode(code);
    if (code < 0x30) this.collect('escapeLate', letter);
    else if (this.mode === 'escapeLate') this.dispatch(letter, end);
    else if (letter === '[') this.begin('csi', '[');
    else if (letter === ']') this.begin('osc', '');
    else if ('PX^_'.includes(letter)) this.begin('string', '');
    else if (letter === 'N' || letter === 'O') this.mode = 'ground';
    else this.dispatch(letter, end);
  }

  private inCsi(code: number, end: number): void {
    if (code >= 0x40) {
      if (this.mode === 'csiBad') this.mode = 'ground';
      else this.dispatch(String.fromCharCode(code), end);
    } else if (this.mode === 'csiBad') {
      return;
    } else if (code < 0x30) {
      this.collect('csiLate', String.fromCharCode(code));
    } else if (this.mode === 'csiLate') {
      this.mode = 'csiBad';
    } else if (code >= 0x3c) {
      if (this.name === '[' && this.params.length === 0) this.name += String.fromCharCode(code);
      else this.mode = 'csiBad';
    } else {
      this.parameter(code);
    }
  }

  private parameter(code: number): void {
    const { params } = this;
    if (params.length === 0) params.push(0);
    if (code === 0x3b) {
      this.inSub = false;
      params.push(0);
    } else if (code === 0x3a) {
      this.inSub = true;
    } else if (!this.inSub && params.length <= MAX_PARAMS) {
      const last = params.length - 1;
      params[last] = Math.min(MAX_VALUE, (params[last] ?? 0) * 10 + code - 0x30);
    }
    // One more than is read stands for all the rest.
    params.length = Math.min(params.length, MAX_PARAMS + 1);
  }

  private begin(mode: Mode, name: string): void {
    this.mode = mode;
    this.name = name;
    if (this.params.length > 0) this.params = [];
    this.inSub = this.odd = false;
  }

  private collect(mode: Mode, letter: string): void {
    this.mode = mode;
    if (this.name.length < MAX_NAME) this.name += letter;
  }

  private dispatch(letter: string, end: number): void {
    const { name } = this;
    this.over(end);
    if (name === '[' && letter !== 'h' && letter !== 'l') return;
    this.found({ name: name + letter, params: this.params.slice(0, MAX_PARAMS), end });
  }

  private over(end: number): void {
    this.mode = 'ground';
    if (!this.odd) this.fresh = end;
  }
}

/** @returns the offset of the first match from there on, or the end */
function search(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** Characters that take a place of their own whatever stands before them, but for `LEADING`. */
const BASES = [
  [0x20, 0x7e],
  [0xa1, 0xac],
  [0xae, 0x2ff],
  [0x370, 0x482],
  [0x48a, 0x52f],
  // Consonants of Thai; kana, Han, and whole syllables of Hangul.
  [0xe01, 0xe30],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  // Frames, blocks and Braille, of which plots and progress bars are made.
  [0x2500, 0x259f],
  [0x2800, 0x28ff],
  // Emoji but for flags and skin tones.
  [0x1f300, 0x1f3fa],
  [0x1f400, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
] as const;

/** Joined with what follows: number signs and the like (Unicode's “Prepend”), leading jamo, the joiner. */
const LEADING = [
  [0x600, 0x605],
  [0x6dd, 0x6dd],
  [0x70f, 0x70f],
  [0x890, 0x891],
  [0x8e2, 0x8e2],
  [0xd4e, 0xd4e],
  [0x1100, 0x115f],
  [0x200d, 0x200d],
  [0xa960, 0xa97f],
  [0x11000, 0x11fff],
] as const;

function isIn(ranges: readonly (readonly [number, number])[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}

/** Of text between sequences. */
function isBetweenCharacters(text: string, at: number): boolean {
  const after = text.codePointAt(at) ?? 0;
  // Inside a pair of surrogates, this is its second half, which is no base.
  if (!isIn(BASES, after)) return false;
  const unit = text.charCodeAt(at - 1);
  return !isIn(LEADING, unit >= 0xdc00 && unit < 0xe000 ? (text.codePointAt(at - 2) ?? 0) : unit);
}
