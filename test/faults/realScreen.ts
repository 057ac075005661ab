import { xterm } from '../support/cells.js';
import { Screen } from './screen.js';

const SIZE = { cols: 80, rows: 24 };
/** Of the flow control's own queries. */
const ANSWER = /^\x1b\[\?(1\d{9});[0-4]\$y$/;

/**
 * VS Code's terminal behind a tab that can be hidden, and somebody who types: what it answers and what is typed comes in the
 * order in which it comes to be, but cut anywhere.
 */
export class RealScreen extends Screen {
  /** All that is to reach the programs. */
  expected = '';
  /** Answers to the flow control. */
  ours = 0;
  /** Numbers of modes of its range that programs ask about. */
  readonly asked = new Set<string>();
  private readonly terminal = xterm(text => this.answered(text), SIZE);
  private unsent = '';
  private held = '';
  private isHidden = false;

  hide(): void {
    this.isHidden = true;
  }

  reveal(): void {
    this.isHidden = false;
    this.terminal.write(this.held);
    this.held = '';
  }

  /** To the program. @param random where it is cut */
  send(random: () => number): void {
    const { unsent } = this;
    this.unsent = '';
    for (let at = 0; at < unsent.length; ) {
      const end = at + 1 + Math.floor(random() * 60);
      this.answer(unsent.slice(at, end));
      at = end;
    }
  }

  type(text: string): void {
    this.unsent += text;
    this.expected += text;
  }

  protected override parse(text: string): void {
    if (this.isHidden) this.held += text;
    else this.terminal.write(text);
  }

  private answered(text: string): void {
    const [, mode = ''] = ANSWER.exec(text) ?? [];
    if (mode === '' || this.asked.has(mode)) this.expected += text;
    else this.ours++;
    this.unsent += text;
  }
}
