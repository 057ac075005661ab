import { t } from '../core/l10n.js';
import { dimLine } from './words.js';

/** What a terminal sends for keys that type nothing, and in answer to queries. */
const SEQUENCES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[P\]][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?/g;
const ERASE = '\b \b';

/**
 * What a terminal does for a program that reads lines: shows them while they are typed, lets them be corrected, and gives
 * them whole. A command without a terminal has nobody else to do so.
 */
export class LineInput {
  private line: string[] = [];

  constructor(private readonly echo: (text: string) => void) {}

  /** @returns the lines that are complete now */
  typed(text: string): string {
    let complete = '';
    for (const character of text.replace(SEQUENCES, '')) {
      if (character === '\r' || character === '\n') {
        complete += `${this.line.join('')}\n`;
        this.line = [];
        this.echo('\r\n');
      } else if (character === '\x7f' || character === '\b') {
        if (this.line.pop() !== undefined) this.echo(ERASE);
      } else if (character === '\x15') {
        this.echo(ERASE.repeat(this.line.length));
        this.line = [];
      } else if (character === '\x04') {
        this.echo(dimLine(t('The service has no way to end a command’s input. Ctrl+C ends the command.')));
      } else if (character === '\t' || character >= ' ') {
        this.line.push(character);
        this.echo(character);
      }
    }
    return complete;
  }
}
