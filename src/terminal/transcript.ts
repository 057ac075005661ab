import { undoing } from './modeChange.js';
import { ModeTracker } from './modeTracker.js';

/** Characters kept of one terminal: a few thousand lines. */
const MAX_LENGTH = 256 * 1024;

/** Whatever a terminal takes for more than text: sequences, in their forms of 7 and 8 bits, whole or not, and controls. */
const SEQUENCES = new RegExp(
  [
    // CSI, with the controls that a terminal carries out within.
    String.raw`(?:\x1b\[|\x9b)[\x00-\x17\x19\x1c-\x3f\x7f]*[@-~]?`,
    // OSC
    String.raw`(?:\x1b\]|\x9d)[^\x07\x18\x1a\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?`,
    // DCS, SOS, PM and APC
    String.raw`(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x18\x1a\x1b\x9c]*(?:\x1b\\|\x9c)?`,
    String.raw`\x1b[ -/]*[0-~]?`,
    String.raw`[\x00-\x1f\x7f-\x9f]`,
  ].join('|'),
  'g',
);

/** Those of them that only draw. Others ask, and the answer is as if typed; or act: on the clipboard, the mouse, the window. */
const DRAWS = new RegExp(
  `^(?:${[
    String.raw`[\b\t\n\v\f\r\x0e\x0f]`,
    // Cursor, tab and line moves, character sets.
    String.raw`\x1b[78DEHMc]|\x1b[()*+][0AB]`,
    // Cursor and erase moves, scrolling; a repetition that is not long.
    String.raw`\x1b\[(?:\d{0,4};)?\d{0,4}[@A-MPSTXZ\`adefgrsu]|\x1b\[\?\d?[JK]|\x1b\[\d{0,3}b`,
    // Attributes, the cursor's shape, a soft reset.
    String.raw`\x1b\[[\d;:]{0,99}m|\x1b\[\d? q|\x1b\[!p`,
    // Modes: insertion; origin, line wrap, visible cursor, alternate screen.
    String.raw`\x1b\[4[hl]|\x1b\[\?(?:6|7|25|47|1047|1048|1049)[hl]`,
    // Titles and hyperlinks.
    String.raw`\x1b\](?:[012]|8;[^;]{0,99});[^\x00-\x1f\x7f-\x9f]{0,2048}(?:\x07|\x1b\\)`,
  ].join('|')})$`,
);

/** The size of the terminal that will show it is not known: margins of any may be some in it. */
const ROWS = 9_999;

/** What was seen in one terminal, bounded, to be shown again after a reload. */
export class Transcript {
  /** @param text what was kept before */
  constructor(private text = '') {}

  append(text: string): void {
    this.text += text;
    // Cut rarely, and then to half of what may be kept, so that the cost is spread over much output.
    if (this.text.length > MAX_LENGTH) this.text = fromLineStart(this.text.slice(-MAX_LENGTH / 2));
  }

  /** Safe to be shown again: it draws and does nothing else, and leaves the terminal as it found it. */
  get contents(): string {
    const shown = this.text.replace(SEQUENCES, each => (DRAWS.test(each) ? each : ''));
    const tracker = new ModeTracker();
    tracker.resized(ROWS);
    tracker.follow(shown);
    return shown + undoing(tracker.modes);
  }

  get raw(): string {
    return this.text;
  }
}

function fromLineStart(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}
