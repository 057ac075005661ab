import { PlainOutput } from '../core/plainOutput.js';

/** What a provider sends now and then, so that the connection is not taken for dead. */
const KEEPALIVE = 'ping';
/** Of these lines a repetition is recognised by what they say, of those beyond by their number. */
const MAX_REMEMBERED = 1_000_000;

export function isKeepalive(message: string): boolean {
  return message === KEEPALIVE;
}

/** A message holds whole lines; the last one's end may be left out. @param output where a sequence began, if one did */
export function linesOf(message: string, output: PlainOutput = new PlainOutput()): string[] {
  return message === '' || message.endsWith('\n') ? output.write(message) : output.write(`${message}\n`);
}

/** Tells a log that starts again from its beginning from one that goes on. */
export class Replay {
  private readonly known: number[] = [];
  /** Lines that were given after the known ones. */
  private beyond = 0;
  /** How many of these are still to come again. */
  private skipped = 0;
  /** How many of the known lines came again since the restart; -1 once it is known to go on. */
  private repeated = -1;
  private held: string[] = [];

  restart(): void {
    this.repeated = this.known.length === 0 ? -1 : 0;
    this.held = [];
    this.skipped = 0;
  }

  /** Those of the lines that were not given before. */
  pass(lines: string[]): string[] {
    const fresh: string[] = [];
    for (const line of lines) {
      if (this.repeated >= 0 && hash(line) === this.known[this.repeated]) {
        this.held.push(line);
        this.repeated++;
        if (this.repeated === this.known.length) {
          this.goOn();
          this.skipped = this.beyond;
        }
      } else if (this.skipped > 0) this.skipped--;
      else {
        if (this.repeated >= 0) fresh.push(...this.differs());
        fresh.push(line);
      }
    }
    for (const line of fresh) {
      if (this.known.length < MAX_REMEMBERED) this.known.push(hash(line));
      else this.beyond++;
    }
    return fresh;
  }

  /** What looked like the beginning was not; but a last line that was not written to its end says more by now. */
  private differs(): string[] {
    const last = this.repeated > 0 && this.repeated === this.known.length - 1;
    const held = this.goOn();
    if (!last) return held;
    this.known.pop();
    return [];
  }

  private goOn(): string[] {
    const { held } = this;
    this.repeated = -1;
    this.held = [];
    return held;
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
