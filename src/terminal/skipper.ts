import type { ModeTracker } from './modeTracker.js';

/** As much as a large screen holds, in characters, is not worth being left out. */
const KEPT = 16 * 1024;
/** What is shown of more. */
const TAIL = 4 * 1024;

/**
 * What is left of output that is dropped after an interrupt: its last lines, or all of it where it is short. Only text
 * that would scroll away is dropped: not what a program draws on the screen.
 */
export class Skipper {
  /** Bytes that were dropped. */
  dropped = 0;
  private text = '';

  /** @param tracker knows the modes where the terminal is; in the end, where the text that is left begins */
  constructor(private readonly tracker: ModeTracker) {}

  /** @returns false where a program begins to draw: from there on, nothing is to be dropped */
  skip(text: string): boolean {
    this.text += text;
    return this.text.length <= 2 * KEPT || this.drop(placeBefore(this.text, this.text.length - KEPT));
  }

  /** What is to be shown of it. */
  finish(): string {
    const { length } = this.text;
    if (length > KEPT || (this.dropped > 0 && length > TAIL)) this.drop(lineStart(this.text, length - TAIL));
    // The rest of a sequence would be shown as text.
    while (this.dropped > 0 && !this.tracker.inGround && this.text !== '') this.drop(1);
    return this.text;
  }

  private drop(to: number): boolean {
    const length = this.tracker.followText(this.text.slice(0, to));
    this.dropped += Buffer.byteLength(this.text.slice(0, length));
    this.text = this.text.slice(length);
    return length === to;
  }
}

/** Where a line or a sequence begins, or a character at least. @param limit the last place */
function placeBefore(text: string, limit: number): number {
  const line = text.lastIndexOf('\n', limit - 1) + 1;
  const sequence = Math.max(text.lastIndexOf('\x1b', limit), text.lastIndexOf('\x9b', limit));
  return line || (sequence > 0 ? sequence : characterAt(text, limit));
}

/** @returns where the next line begins; without one, where the next character does */
function lineStart(text: string, from: number): number {
  return text.indexOf('\n', from) + 1 || characterAt(text, from);
}

/** Not the middle of a surrogate pair. */
function characterAt(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at + 1 : at;
}
