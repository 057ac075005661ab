/** What is left of output that is dropped after an interrupt: how much it was, its last lines, and the modes it set. */

const TAIL_BYTES = 4 * 1024;
/** A private mode set or reset, such as `ESC [ ? 1049 h`, the alternate screen. */
const MODE = /\x1b\[\?([\d;]{1,40})([hl])/g;
/** The longest mode sequence, less one: it may be cut by a chunk's end. */
const CARRY = 44;

export class Skipper {
  bytes = 0;
  private tail: Uint8Array = new Uint8Array(0);
  private carry = '';
  private readonly modes = new Map<string, string>();

  skip(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.tail =
      chunk.length >= TAIL_BYTES
        ? Uint8Array.from(chunk.subarray(-TAIL_BYTES))
        : Buffer.concat([this.tail.subarray(-(TAIL_BYTES - chunk.length)), chunk]);
    // The usual flood has no modes at all; a byte search is far cheaper than turning it into text.
    if (this.carry === '' && !chunk.includes(0x1b)) return;
    const text = this.carry + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    for (const [, modes = '', set = ''] of text.matchAll(MODE)) {
      for (const mode of modes.split(';')) this.modes.set(mode, set);
    }
    const last = text.lastIndexOf('\x1b');
    this.carry = last >= 0 && text.length - last <= CARRY ? text.slice(last) : '';
  }

  /** Puts the terminal into the modes that the dropped output would have left it in. */
  get modeChanges(): string {
    const changes = [...this.modes].map(([mode, set]) => `\x1b[?${mode}${set}`).join('');
    // Leaving the alternate screen restores the cursor: outside it, to where it is.
    return changes && `\x1b7${changes}`;
  }

  /** The last whole lines that were dropped; all of a tail without a line's end. */
  get lastLines(): Uint8Array {
    if (this.bytes <= this.tail.length) return this.tail;
    let start = this.tail.indexOf(0x0a) + 1;
    // Without a line's end it begins where a character does.
    while (start < 3 && ((this.tail[start] ?? 0) & 0xc0) === 0x80) start++;
    return this.tail.subarray(start);
  }
}
