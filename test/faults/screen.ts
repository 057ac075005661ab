import { answerTo, queriesIn, withoutQueries } from '../support/queries.js';

/** A line of the terminal's own. */
const NOTICE = /\r\n\x1b\[0;2m([^\x1b]*)\x1b\[0m\r\n/;
/** Any control sequence, and the returns of which a shell's line editing sends more than one. */
const SEQUENCE = /\x1b\[[\d;?]*[ -/]*[@-~]|\r/g;
/** Kept of what was shown and not looked at. */
const KEPT = 64 * 1024;

/** Stands in for VS Code's terminal: answers the flow control's queries, and remembers what was shown last. */
export class Screen {
  /** The text that was shown, without sequences and returns, and not yet taken. */
  rest = '';
  /** What the terminal said of itself, in order. */
  readonly notices: string[] = [];
  bells = 0;
  private unread = '';

  constructor(
    protected readonly answer: (input: string) => void,
    private readonly shown: () => void,
  ) {}

  show(text: string): void {
    this.bells += text.split('\x07').length - 1;
    this.rest = (this.rest + text).replace(SEQUENCE, '').slice(-KEPT);
    this.readNotices(text);
    this.shown();
    this.parse(text);
  }

  protected parse(text: string): void {
    // Later, as the answers of a terminal in another process come.
    for (const query of queriesIn(text)) setImmediate(() => this.answer(answerTo(query)));
  }

  /** What was shown up to the end of the first match, which is then forgotten. */
  take(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.rest);
    if (!match) return undefined;
    const end = match.index + match[0].length;
    const text = this.rest.slice(0, end);
    this.rest = this.rest.slice(end);
    return text;
  }

  private readNotices(text: string): void {
    this.unread += withoutQueries(text);
    for (let match = NOTICE.exec(this.unread); match; match = NOTICE.exec(this.unread)) {
      this.notices.push(match[1] ?? '');
      this.unread = this.unread.slice(match.index + match[0].length);
    }
    // A notice is a few hundred characters long.
    this.unread = this.unread.slice(-1000);
  }
}
