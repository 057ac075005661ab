import { withoutQueries } from './queries.js';

const QUERY = /^\x1b\[\?(\d+)\$p$/;
/** One whole escape sequence: CSI, OSC, another string, or a short one. */
const SEQUENCE = new RegExp(
  [
    '^\x1b\\[[\x20-\x3f]*[\x40-\x7e]',
    '^\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)',
    '^\x1b[PX^_][^\x1b]*\x1b\\\\',
    '^\x1b[\x20-\x2f]*[\x30-\x4f\x51-\x57\x59\x5a\x5c\x60-\x7e]',
  ].join('|'),
);

/**
 * A terminal that parses when it is told to, and answers mode queries when it has parsed them, as xterm does. A query
 * of ours that stands anywhere but between sequences is not recognised, and stays in `seen`.
 */
export class FakeTerminal {
  /** What was parsed, without our queries. */
  seen = '';
  /** Characters written and not parsed yet, ours not counted, and the most there ever were. */
  unparsed = 0;
  mostUnparsed = 0;
  /** What stood just before each of our queries. */
  readonly beforeQueries: string[] = [];
  private pending = '';
  private last = '';

  /** @param answer takes what the terminal types in answer to a query; absent for one that never answers */
  constructor(private readonly answer?: (text: string) => void) {}

  write(text: string): void {
    this.pending += text;
    this.unparsed += withoutQueries(text).length;
    this.mostUnparsed = Math.max(this.mostUnparsed, this.unparsed);
  }

  /** Parses at most so many characters, and whole sequences only. */
  parse(limit: number = Number.POSITIVE_INFINITY): void {
    for (let left = limit; left > 0 && this.pending !== ''; ) {
      const start = this.pending.indexOf('\x1b');
      const plain = start < 0 ? this.pending.length : start;
      const token = plain > 0 ? this.pending.slice(0, Math.min(plain, left)) : SEQUENCE.exec(this.pending)?.[0];
      if (token === undefined) return;
      this.pending = this.pending.slice(token.length);
      left -= token.length;
      this.take(token);
    }
  }

  private take(token: string): void {
    if (withoutQueries(token) === '') {
      this.beforeQueries.push(this.last);
    } else {
      this.seen += token;
      this.last = token.slice(-1);
      this.unparsed -= token.length;
    }
    const mode = QUERY.exec(token)?.[1];
    if (mode) this.answer?.(`\x1b[?${mode};0$y`);
  }
}
