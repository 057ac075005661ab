/** Characters kept of one terminal: a few thousand lines. */
const MAX_LENGTH = 256 * 1024;
/**
 * Questions that a terminal answers as if typed: device attributes, status and cursor reports, mode and setting queries,
 * colour queries, window reports. Shown again, they would type their answers into a shell that asked nothing.
 */
const QUERIES =
  /\x1b\[[?>=]?[\d;]*[cn]|\x1b\[\??[\d;]*\$p|\x1b\[>?[\d;]*q|\x1b\[(?:1[1345689]|2[01])(?:;\d+)*t|\x1bP[+$]q[^\x1b]*\x1b\\|\x1b\]\d+(?:;[^\x07\x1b]*)?;\?(?:\x07|\x1b\\)|\x1bZ|\x05/g;

const ENTER_ALTERNATE = '\x1b[?1049h';
const LEAVE_ALTERNATE = '\x1b[?1049l';
/** Mouse reports and bracketed paste off, cursor visible, attributes off. */
const PLAIN_MODES = '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[0m';

/** What was seen in one terminal, bounded, to be shown again after a reload. */
export class Transcript {
  /** @param text what was kept before */
  constructor(private text = '') {}

  append(text: string): void {
    this.text += text;
    // Cut rarely, and then to half of what may be kept, so that the cost is spread over much output.
    if (this.text.length > MAX_LENGTH) this.text = fromLineStart(this.text.slice(-MAX_LENGTH / 2));
  }

  /** Safe to be shown again: it leaves the terminal as it found it, and asks it nothing. */
  get contents(): string {
    const shown = this.text.replace(QUERIES, '');
    if (shown === '') return '';
    // Leaving the alternate screen moves the cursor, so it is left only where it was entered.
    const alternate = shown.lastIndexOf(ENTER_ALTERNATE) > shown.lastIndexOf(LEAVE_ALTERNATE);
    return `${shown}\x18${alternate ? LEAVE_ALTERNATE : ''}${PLAIN_MODES}`;
  }

  get raw(): string {
    return this.text;
  }
}

function fromLineStart(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}
