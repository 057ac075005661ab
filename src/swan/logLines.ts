/** Lines of a stranger's log: of bounded length, without controls. */

const MAX_LINE = 10_000;
/** Of these a repetition is recognised. */
const MAX_REMEMBERED = 50_000;

/** A message holds whole lines; the last one's end may be left out. */
export function linesOf(message: string): string[] {
  const lines = message.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map(shown);
}

function shown(line: string): string {
  const plain = line
    .slice(0, MAX_LINE)
    // Colours first, whose parameters would be left as text.
    .replace(/\u001b\[[0-9;:?]*[ -/]*[@-~]/g, '')
    .replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  return line.length > MAX_LINE ? `${plain}…` : plain;
}

/** Tells a log that starts again from its beginning from one that goes on. */
export class Replay {
  private readonly known: number[] = [];
  /** How many of the known lines came again since the restart; -1 once it is known to go on. */
  private repeated = -1;
  private held: string[] = [];

  restart(): void {
    this.repeated = this.known.length === 0 ? -1 : 0;
    this.held = [];
  }

  /** Those of the lines that were not given before. */
  pass(lines: string[]): string[] {
    const fresh: string[] = [];
    for (const line of lines) {
      if (this.repeated >= 0 && hash(line) === this.known[this.repeated]) {
        this.held.push(line);
        this.repeated++;
        if (this.repeated === this.known.length) this.goOn();
        continue;
      }
      // What looked like the beginning was not.
      if (this.repeated >= 0) fresh.push(...this.goOn());
      fresh.push(line);
    }
    for (const line of fresh) if (this.known.length < MAX_REMEMBERED) this.known.push(hash(line));
    return fresh;
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
