import type { Sequence } from './scanner.js';

/**
 * Mouse reports as a program asked for them. In their first encoding, a byte for each number, VS Code does not hand them to
 * an extension: so the terminal is told to send them as SGR (mode 1006), unseen by the program, and they are put into
 * bytes here. The terminal knows neither 1005 nor 1015, and says so to who asks: with these it sends the first, too.
 */

const TRACKING = new Set([9, 1000, 1002, 1003]);
const SGR = 1006;
const PIXELS = 1016;
const ON = '\x1b[?1006h';
const OFF = '\x1b[?1006l';
const REPORTS = /^(?:\x1b\[<\d{1,5};\d{1,5};\d{1,5}[Mm])+$/;
const REPORT = /\x1b\[<(\d+);(\d+);(\d+)([Mm])/g;
const MODE_REPORT = /\x1b\[\?1006;([0-4])\$y/g;
/** The button of a report that one was let go. */
const RELEASED = 3;
/** Programs' queries of mode 1006 that are not answered; a terminal that answers does so at once. */
const MAX_ASKED = 100;

export class MouseReports {
  private tracking = false;
  /** As the program has set it. */
  private encoding: 'bytes' | 'sgr' | 'pixels' = 'bytes';
  /** The terminal sends SGR, and the program does not know. */
  private hidden = false;
  /** Of each query of mode 1006 whether it was hidden then. */
  private readonly asked: boolean[] = [];
  private readonly encoder = new TextEncoder();

  /** The output has this. @returns what is to stand behind it */
  follow({ name, params }: Sequence): string {
    if (name === '[?h' || name === '[?l') for (const mode of params) this.set(mode, name === '[?h');
    else if (name === 'c') this.reset();
    else if (name === '[?$p' && params[0] === SGR && this.asked.length < MAX_ASKED) this.asked.push(this.hidden);
    const hide = this.tracking && this.encoding === 'bytes';
    if (hide === this.hidden) return '';
    this.hidden = hide;
    return hide ? ON : OFF;
  }

  /** @returns the input as the program expects it */
  encode(input: string): Uint8Array {
    if (this.hidden && REPORTS.test(input)) return bytesOf(input);
    return this.encoder.encode(this.asked.length > 0 ? this.withoutHidden(input) : input);
  }

  private set(mode: number, on: boolean): void {
    if (TRACKING.has(mode)) {
      this.tracking = on;
    } else if (mode === SGR || mode === PIXELS) {
      this.encoding = on ? (mode === SGR ? 'sgr' : 'pixels') : 'bytes';
      this.hidden = false;
    }
  }

  private reset(): void {
    this.tracking = this.hidden = false;
    this.encoding = 'bytes';
  }

  private withoutHidden(input: string): string {
    return input.replace(MODE_REPORT, report => (this.asked.shift() ? '\x1b[?1006;2$y' : report));
  }
}

/** As the terminal itself would encode them: those are not sent whose place is beyond what a byte can say. */
function bytesOf(reports: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, button, column, row, end] of reports.matchAll(REPORT)) {
    const code = end === 'm' ? Number(button) | RELEASED : Number(button);
    const values = [code, Number(column), Number(row)].map(value => value + 32);
    if (values.every(value => value <= 255)) bytes.push(0x1b, 0x5b, 0x4d, ...values);
  }
  return Uint8Array.from(bytes);
}
