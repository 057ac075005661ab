/**
 * Finds escape sequences and shifts in a stream of terminal output that is cut anywhere. It ends and begins them where
 * VS Code's terminal does, in their forms of 7 and of 8 bits.
 */
export interface SequenceHandler {
  /** Text and controls between sequences. */
  text(from: number, to: number, whole: string): void;
  /**
   * @param body what stands behind the introducer: `?25h` of a CSI, `(0` of an escape, the content of an OSC, or the
   * control itself
   * @param start where it begins; negative if that was in an earlier piece
   * @returns whether to stop before it, where it begins in this piece
   */
  sequence(kind: SequenceKind, body: string, start: number): boolean;
}

export type SequenceKind = 'control' | 'escape' | 'csi' | 'osc';
type State = 'ground' | 'escape' | 'csi' | 'ignored' | 'osc' | 'string' | 'sos';

const ESC = 0x1b;
const INTRODUCER = /[\x0e\x0f\x1b\x80-\x9f]/g;
const STRING_END = {
  osc: /[\x07\x18\x1a\x1b\x80-\x9f]/g,
  string: /[\x18\x1a\x1b\x80-\x9f]/g,
  sos: /[\x18\x1a\x1b\x80-\uffff]/g,
};
/** Of what is longer, nothing is of interest. */
const MAX_BODY = 300;
const MAX_OSC = 2_100;

export class Sequences {
  private state: State = 'ground';
  private body = '';
  private start = 0;

  constructor(private readonly handler: SequenceHandler) {}

  /** Whether what was read so far ends between sequences. */
  get inGround(): boolean {
    return this.state === 'ground';
  }

  /** Whether it ends within a string, such as a title. */
  get inString(): boolean {
    return this.state === 'osc' || this.state === 'string' || this.state === 'sos';
  }

  /** Reads `text` on. @returns how much of it: all, unless the handler said to stop */
  read(text: string): number {
    let at = 0;
    const { length } = text;
    while (at < length) {
      const from = at;
      const { state } = this;
      if (state === 'ground') {
        INTRODUCER.lastIndex = at;
        const found = INTRODUCER.test(text);
        at = found ? INTRODUCER.lastIndex : length;
        const to = found ? at - 1 : length;
        if (to > from) this.handler.text(from, to, text);
        if (found && this.begin(text.charCodeAt(to), to)) return to;
      } else if (state === 'escape' || state === 'csi' || state === 'ignored') {
        const code = text.charCodeAt(at++);
        const stop = isAnywhere(code) ? this.begin(code, from) : this.step(state, code, text[from] ?? '');
        if (stop) return this.start;
      } else {
        const end = STRING_END[state];
        end.lastIndex = at;
        const found = end.test(text);
        at = found ? end.lastIndex : length;
        if (state === 'osc' && this.body.length <= MAX_OSC)
          this.body += text.slice(from, found ? at - 1 : length).slice(0, MAX_OSC + 1);
        if (found && this.endString(state, text.charCodeAt(at - 1), at - 1)) return this.start;
      }
    }
    this.start -= length;
    return length;
  }

  /** What means the same in every state. @returns whether to stop before it */
  private begin(code: number, start: number): boolean {
    if (code === 0x0e || code === 0x0f) return this.handler.sequence('control', String.fromCharCode(code), start);
    this.start = start;
    this.body = '';
    this.state = stateAfter(code);
    return false;
  }

  private step(state: 'escape' | 'csi' | 'ignored', code: number, character: string): boolean {
    if (code === 0x0e || code === 0x0f) this.handler.sequence('control', character, -1);
    if (code < 0x20 || code === 0x7f) return false;
    if (state === 'ignored') {
      if (code >= 0x40 && code < 0x7f) this.state = 'ground';
      return false;
    }
    if (code > 0x7f) {
      this.state = 'ground';
      return false;
    }
    if (code < (state === 'csi' ? 0x40 : 0x30)) {
      const fits = state === 'escape' || mayFollow(this.body, code);
      if (fits && this.body.length < MAX_BODY) this.body += character;
      else this.state = 'ignored';
      return false;
    }
    if (state === 'escape' && this.body === '') {
      const next = STATES_AFTER_ESCAPE.get(code);
      if (next !== undefined) {
        this.state = next;
        return false;
      }
    }
    return this.end(state, this.body + character);
  }

  private endString(state: 'osc' | 'string' | 'sos', code: number, at: number): boolean {
    const cancelled = code === 0x18 || code === 0x1a;
    const stop = state === 'osc' && !cancelled && this.body.length <= MAX_OSC && this.end('osc', this.body);
    if (!stop) this.begin(code === 0x07 ? 0x9c : code, at);
    return stop;
  }

  private end(kind: SequenceKind, body: string): boolean {
    this.state = 'ground';
    this.body = '';
    return this.handler.sequence(kind, body, this.start);
  }
}

function isAnywhere(code: number): boolean {
  return code === ESC || code === 0x18 || code === 0x1a || (code >= 0x80 && code < 0xa0);
}

const STATES_AFTER_ESCAPE = new Map<number, State>([
  [0x5b, 'csi'],
  [0x5d, 'osc'],
  [0x50, 'string'],
  [0x5f, 'string'],
  [0x58, 'sos'],
  [0x5e, 'sos'],
]);

function stateAfter(code: number): State {
  if (code === ESC) return 'escape';
  // A control of 8 bits is one of 7 bits behind an escape.
  return (code >= 0x80 && STATES_AFTER_ESCAPE.get(code - 0x40)) || 'ground';
}

/** A private marker is the first; no parameter stands behind an intermediate. */
function mayFollow(body: string, code: number): boolean {
  if (code < 0x30) return true;
  if (code >= 0x3c) return body === '';
  return body === '' || body.charCodeAt(body.length - 1) >= 0x30;
}
