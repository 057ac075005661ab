/**
 * Knows where in a stream of terminal output an escape sequence begins and ends, so that nothing is ever put inside
 * one. It follows ECMA-48's shape (ESC, CSI, and strings such as OSC and DCS up to ST), not the meaning of a sequence.
 */

const BEL = 0x07;
const LF = 0x0a;
const CAN = 0x18;
const SUB = 0x1a;

type Mode = 'ground' | 'escape' | 'csi' | 'string' | 'osc';

export class Scanner {
  private mode: Mode = 'ground';

  /** Whether what was scanned so far ends between sequences. */
  get inGround(): boolean {
    return this.mode === 'ground';
  }

  /**
   * Reads `text` on. ESC begins anew in every mode, so that what came before the last one does not matter: most of a
   * flood is not looked at. @returns the offset just behind its last line feed that stands outside a sequence, or -1
   */
  scan(text: string): number {
    let mode: Mode | undefined;
    let lineEnd = -1;
    let end = text.length;
    do {
      const start = end === 0 ? -1 : text.lastIndexOf('\x1b', end - 1);
      let reached = start < 0 ? this.mode : 'escape';
      let at = start + 1;
      while (at < end && reached !== 'ground') reached = next(reached, text.charCodeAt(at++));
      mode ??= reached;
      // Not `lastIndexOf`, which would search beyond `at`, again and again where lines are long.
      let feed = end - 1;
      while (feed >= at && text.charCodeAt(feed) !== LF) feed--;
      if (feed >= at) lineEnd = feed + 1;
      end = start;
    } while (lineEnd < 0 && end >= 0);
    this.mode = mode;
    return lineEnd;
  }
}

function next(mode: Exclude<Mode, 'ground'>, code: number): Mode {
  if (code === CAN || code === SUB) return 'ground';
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
  }
}

function afterEscape(code: number): Mode {
  if (code === 0x5b) return 'csi'; // [
  if (code === 0x5d) return 'osc'; // ]
  if (code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) return 'string'; // P X ^ _
  // Intermediates and control characters: the sequence goes on.
  return code < 0x30 ? 'escape' : 'ground';
}
