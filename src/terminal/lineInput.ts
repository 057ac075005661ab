import { eastAsianWidth } from 'get-east-asian-width';
import { locale, t } from '../core/l10n.js';
import { dimLine } from './words.js';

/** What a terminal sends for keys that type nothing, and in answer to queries. */
const SEQUENCES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[P\]][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?/g;
/** Back over a line's wrap, too. */
const BACK_WRAPS = '\x1b[?45h';
const BACK_STOPS = '\x1b[?45l';
/** One cell back, and empty. */
const ERASE = '\b\x1b[X';
const TAB_CELLS = 8;
/** Drawn upon the character before them: marks, joiners, vowels and finals of Hangul in parts. */
const NO_CELLS = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
const LAST_WORD = /[^ \t]*[ \t]*$/;

/**
 * What a terminal does for a program that reads lines: shows them while they are typed, lets them be corrected, and gives
 * them whole. A command without a terminal has nobody else to do so.
 */
export class LineInput {
  private line = '';

  constructor(private readonly echo: (text: string) => void) {}

  /** @returns the lines that are complete now */
  typed(text: string): string {
    let complete = '';
    for (const character of text.replace(SEQUENCES, '')) {
      if (character === '\r' || character === '\n') {
        complete += `${this.line}\n`;
        this.line = '';
        this.echo('\r\n');
      } else if (character === '\x7f' || character === '\b') {
        this.shorten([...new Intl.Segmenter(locale()).segment(this.line)].at(-1)?.index ?? 0);
      } else if (character === '\x15') {
        this.shorten(0);
      } else if (character === '\x17') {
        this.shorten(this.line.search(LAST_WORD));
      } else if (character === '\x04') {
        this.echo(dimLine(t('The service has no way to end a command’s input. Ctrl+C ends the command.')));
      } else if (character === '\t') {
        const before = cellsOf(this.line);
        this.line += character;
        // A tab's own width is the terminal's to know; that of blanks is not.
        this.echo(' '.repeat(cellsOf(this.line) - before));
      } else if (character >= ' ') {
        this.line += character;
        this.echo(character);
      }
    }
    return complete;
  }

  private shorten(length: number): void {
    const cells = cellsOf(this.line) - cellsOf(this.line.slice(0, length));
    this.line = this.line.slice(0, length);
    if (cells > 0) this.echo(BACK_WRAPS + ERASE.repeat(cells) + BACK_STOPS);
  }
}

/** As many as the terminal draws a line in: it draws each code by itself. */
function cellsOf(line: string): number {
  let cells = 0;
  for (const character of line) {
    if (character === '\t') cells += TAB_CELLS - (cells % TAB_CELLS);
    else if (!NO_CELLS.test(character)) cells += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return cells;
}
