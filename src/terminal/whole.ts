import type { TerminalSize } from '../core/resources.js';

/** No screen has more rows or columns. */
const MAX_SIDE = 5_000;

/** @returns undefined for what is no terminal's size, as of one that is hidden or not laid out */
export function wholeSize({ cols, rows }: TerminalSize): TerminalSize | undefined {
  const size = { cols: Math.floor(cols), rows: Math.floor(rows) };
  const fits = Object.values(size).every(side => side >= 1 && side <= MAX_SIDE);
  return fits ? size : undefined;
}

/** Joins characters of two UTF-16 units that come as two inputs: each half alone is none. */
export class WholeCharacters {
  private half = '';

  /** @returns what is whole of it */
  join(text: string): string {
    if (text === '') return '';
    const all = this.half + text;
    const last = all.charCodeAt(all.length - 1);
    this.half = last >= 0xd800 && last < 0xdc00 ? all.slice(-1) : '';
    return this.half === '' ? all : all.slice(0, -1);
  }
}
