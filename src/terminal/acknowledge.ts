import type { Clock } from '../core/clock.js';

/**
 * Flow control where VS Code gives none. A query of a mode that no terminal has (DECRQM) is put into the output; the
 * terminal answers it exactly when it has parsed up to there, and the answer comes back as input, from which it is taken
 * out, however late. The modes have ten digits, counted from a number by chance: what asks for one of them is ours.
 */

/** What the terminal reads of a mode's number ends at 2³¹ − 1. */
const FIRST_MODE = 1_000_000_000;
const MODES = 1_000_000_000;
/** Where so many are unanswered, there is no use in another: the next answer tells as much as will be known. */
const MAX_ASKED = 100;
const ANSWER = /\x1b\[\?(1\d{9});[0-4]\$y/g;
/** An answer's beginning, at the end of an input. */
const PART = /\x1b(?:\[(?:\?(?:1\d{0,9}(?:;(?:[0-4]\$?)?)?)?)?)?$/;
/** How long the rest of an answer is waited for, before its beginning counts as typed. Milliseconds. */
const REST_MS = 1_000;
/** …where it can be a key: Escape, or Alt and the bracket. */
const KEY_REST_MS = 50;

export class Acknowledgements {
  private readonly first: number;
  private readonly asked: { mode: number; position: number }[] = [];
  private count = 0;
  private part = '';
  private cancelPart: (() => void) | undefined;
  /** Everything up to here has been parsed, in characters since the terminal opened. */
  acknowledged = 0;
  /** Whether the terminal has ever answered. */
  answered = false;

  /** @param typed told of input that was held back as the beginning of an answer, and is none */
  constructor(
    private readonly clock: Clock,
    private readonly typed: (input: string) => void,
  ) {
    this.first = Math.floor(clock.random() * MODES);
  }

  get unanswered(): number {
    return this.asked.length;
  }

  /** Whether an answer is awaited that would acknowledge more. */
  get waiting(): boolean {
    return (this.asked.at(-1)?.position ?? 0) > this.acknowledged;
  }

  /** Whether one more may be asked. */
  get mayAsk(): boolean {
    return this.asked.length < MAX_ASKED;
  }

  /** @param position characters of output before the query @returns the query, to be put there */
  query(position: number): string {
    const mode = FIRST_MODE + ((this.first + this.count++) % MODES);
    this.asked.push({ mode, position });
    return `\x1b[?${mode}$p`;
  }

  /** Takes the answers to our queries out of the input, and nothing else. */
  takeAnswers(input: string): string {
    this.cancelPart?.();
    const all = this.part + input;
    this.part = '';
    if (this.asked.length === 0 || !all.includes('\x1b')) return all;
    const rest = all.replace(ANSWER, (answer, mode: string) => (this.take(Number(mode)) ? '' : answer));
    return this.holdPart(rest);
  }

  /** No answer came: counts all that was asked about as parsed. A late answer is still taken out of the input. */
  presume(position: number): void {
    this.acknowledged = Math.max(this.acknowledged, position);
  }

  dispose(): void {
    this.cancelPart?.();
  }

  private take(mode: number): boolean {
    const index = this.asked.findIndex(query => query.mode === mode);
    if (index < 0) return false;
    // They come in order: those before it are lost.
    for (const { position } of this.asked.splice(0, index + 1)) this.presume(position);
    this.answered = true;
    return true;
  }

  private holdPart(input: string): string {
    this.part = PART.exec(input)?.[0] ?? '';
    if (this.part === '') return input;
    this.cancelPart = this.clock.after(this.part.length > 2 ? REST_MS : KEY_REST_MS, () => {
      const { part } = this;
      this.part = '';
      this.typed(part);
    });
    return input.slice(0, -this.part.length);
  }
}
