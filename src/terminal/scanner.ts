/**
 * Knows where in a stream of terminal output an escape sequence begins and ends, so that nothing is ever put inside
 * one. It follows ECMA-48's shape (ESC, CSI, and strings such as OSC and DCS up to ST), not the meaning of a sequence.
 */

const BEL = 0x07;
const LF = 0x0a;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;

type Mode = 'ground' | 'escape' | 'csi' | 'string' | 'osc' | 'stringEscape';

export class Scanner {
  private mode: Mode = 'ground';

  /** Whether what was scanned so far ends between sequences. */
  get inGround(): boolean {
    return this.mode === 'ground';
  }

  /** Reads `text` on. @returns the offset just behind its last line feed that stands outside a sequence, or -1 */
  scan(text: string): number {
    let lineEnd = -1;
    let at = 0;
    while (at < text.length) {
      if (this.mode === 'ground') {
        const sequence = text.indexOf('\x1b', at);
        const end = sequence < 0 ? text.length : sequence;
        // Not `lastIndexOf`, which would search beyond `at`, again and again where lines are long.
        let feed = end - 1;
        while (feed >= at && text.charCodeAt(feed) !== LF) feed--;
        if (feed >= at) lineEnd = feed + 1;
        if (sequence < 0) break;
        this.mode = 'escape';
        at = sequence + 1;
      } else {
        const code = text.charCodeAt(at++);
        this.mode = next(this.mode, code);
        if (code === LF && this.mode === 'ground') lineEnd = at;
      }
    }
    return lineEnd;
  }
}

function next(mode: Exclude<Mode, 'ground'>, code: number): Mode {
  if (code === CAN || code === SUB) return 'ground';
  if (code === ESC) return mode === 'string' || mode === 'osc' ? 'stringEscape' : 'escape';
  switch (mode) {
    case 'escape':
      return afterEscape(code);
    case 'csi':
      // Control characters act at once and do not end the sequence; a final byte does.
      return code >= 0x40 && code <= 0x7e ? 'ground' : 'csi';
    case 'osc':
      return code === BEL ? 'ground' : 'osc';
    case 'string':
      return 'string';
    case 'stringEscape':
      // ESC \ ends the string; anything else after ESC has ended it too, and is a sequence of its own.
      return code === 0x5c ? 'ground' : afterEscape(code);
  }
}

function afterEscape(code: number): Mode {
  if (code === 0x5b) return 'csi'; // [
  if (code === 0x5d) return 'osc'; // ]
  if (code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) return 'string'; // P X ^ _
  // Intermediates and control characters: the sequence goes on.
  return code < 0x30 ? 'escape' : 'ground';
}
