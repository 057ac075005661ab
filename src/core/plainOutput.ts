/** Characters of a line; what stands beyond is left out, and that is shown. */
const MAX_LINE = 10_000;
/** What a title or the like may hold; it is not kept, but what never ends is not to hide all that follows. */
const MAX_STRING = 1024 * 1024;
const TAB = 8;
/** What `ESC ( 0` makes of `_` to `~`. */
const LINES = ' ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';
/** The bulk of all output: what has a cell of its own and no meaning. */
const RUN = /[\x20-\x7e]+/y;
/** What has no width and is not seen, or turns other text round; joiners and the looks of emoji stay. */
const UNSEEN = /^(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;

type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'osc' | 'string';

/**
 * Output of a program, for whoever has no terminal to show it in: whole lines of plain text. Escape sequences are left
 * out, wherever the output is cut; what a line says last, after carriage returns and backspaces, is what it says.
 */
export class PlainOutput {
  private state: State = 'text';
  private cells: string[] = [];
  private column = 0;
  private cut = false;
  private parameters = '';
  private intermediate = '';
  private stringLength = 0;
  private drawing = false;
  private overwrites = false;

  /** The line that has no end yet. */
  get rest(): string {
    return this.cells.join('') + (this.cut ? '…' : '');
  }

  /** Whether something of that line was overwritten. */
  get overwritten(): boolean {
    return this.overwrites;
  }

  /** @returns the lines that end in it */
  write(text: string): string[] {
    const lines: string[] = [];
    for (let at = 0; at < text.length; ) {
      if (this.state === 'text' && !this.drawing) {
        RUN.lastIndex = at;
        const run = RUN.exec(text)?.[0];
        if (run !== undefined) {
          this.print(run);
          at += run.length;
          continue;
        }
      }
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      at += character.length;
      if (this.take(character)) lines.push(this.endLine());
    }
    return lines;
  }

  /** @returns what stands on the last line, if anything does */
  end(): string[] {
    const { rest } = this;
    this.endLine();
    return rest === '' ? [] : [rest];
  }

  private endLine(): string {
    const { rest } = this;
    this.cells = [];
    this.column = 0;
    this.cut = false;
    this.overwrites = false;
    return rest;
  }

  /** @returns whether the line ends with it */
  private take(character: string): boolean {
    const { state } = this;
    const code = character.codePointAt(0) ?? 0;
    if (state === 'osc' || state === 'string') return this.takeString(code);
    if (code === 0x1b) this.begin('escape');
    else if (code === 0x18 || code === 0x1a) this.state = 'text';
    else if (code < 0x20 || code === 0x7f) return this.control(code);
    else if (code >= 0x80 && code <= 0x9f) return this.escape(String.fromCharCode(code - 0x40));
    else if (state === 'text') this.print(character);
    else if (state === 'csi') this.takeSequence(character, code);
    else if (code <= 0x2f) {
      this.state = 'intermediate';
      this.intermediate = character;
    } else if (state === 'intermediate') {
      if (this.intermediate === '(') this.drawing = character === '0';
      this.state = 'text';
    } else return this.escape(character);
    return false;
  }

  private begin(state: State): void {
    this.state = state;
    this.parameters = '';
    this.intermediate = '';
    this.stringLength = 0;
  }

  /** What follows ESC, or a control of 8 bits in its place. @returns whether the line ends with it */
  private escape(character: string): boolean {
    if (character === '[') this.begin('csi');
    else if (character === ']') this.begin('osc');
    else if ('PX^_'.includes(character)) this.begin('string');
    else this.state = 'text';
    return character === 'D' || character === 'E';
  }

  private takeString(code: number): boolean {
    this.stringLength++;
    if (code === 0x1b) this.begin('escape');
    else if (code === 0x9c || code === 0x18 || code === 0x1a || this.stringLength > MAX_STRING) this.state = 'text';
    else if (this.state === 'osc' && (code === 7 || code === 10)) {
      this.state = 'text';
      // A title has no lines: it has lost its end.
      return code === 10;
    }
    return false;
  }

  private takeSequence(character: string, code: number): void {
    if (code < 0x40) {
      if (this.parameters.length < 64) this.parameters += character;
      return;
    }
    this.state = 'text';
    if (/^\d*$/.test(this.parameters)) this.move(character, Math.min(MAX_LINE, Number(this.parameters)));
  }

  /** Within the line; what would leave it is left out. */
  private move(final: string, count: number): void {
    if (final === 'K') this.erase(count);
    else if (final === 'C') this.column = Math.min(MAX_LINE, this.column + Math.max(1, count));
    else if (final === 'D') this.column = Math.max(0, this.column - Math.max(1, count));
    else if (final === 'G') this.column = Math.max(0, count - 1);
  }

  private erase(what: number): void {
    if (what === 0) this.cells.length = Math.min(this.cells.length, this.column);
    else if (what === 2) this.cells = [];
    else if (what === 1) this.cells.fill(' ', 0, this.column + 1);
  }

  /** @returns whether the line ends with it */
  private control(code: number): boolean {
    if (code === 0x0d) this.column = 0;
    else if (code === 0x08) this.column = Math.max(0, this.column - 1);
    else if (code === 0x09) this.column = Math.min(MAX_LINE, (Math.floor(this.column / TAB) + 1) * TAB);
    return code >= 0x0a && code <= 0x0c;
  }

  private print(text: string): void {
    for (const character of text) {
      if (this.column >= MAX_LINE) {
        this.cut = true;
        return;
      }
      const last = this.column - 1;
      if (character > '\x7f' && UNSEEN.test(character)) continue;
      if (character > '\x7f' && /^(?:\p{M}|\u200c|\u200d)$/u.test(character) && this.cells[last] !== undefined) {
        if ((this.cells[last] ?? '').length < 32) this.cells[last] += character;
        continue;
      }
      while (this.cells.length < this.column) this.cells.push(' ');
      this.overwrites ||= this.column < this.cells.length;
      this.cells[this.column++] = this.shape(character);
    }
  }

  private shape(character: string): string {
    if (this.drawing && character >= '_' && character <= '~') return LINES[character.charCodeAt(0) - 0x5f] ?? character;
    return character === '\u2028' || character === '\u2029' ? ' ' : character;
  }
}

/** The same for a place where text can be added, and none taken back: what of a line is not overwritten comes at once. */
export class AppendedOutput {
  private readonly output = new PlainOutput();
  private shown = '';

  /** @returns what is to be added */
  write(text: string): string {
    const ended = this.output.write(text).map(line => this.added(line, true));
    const { rest, overwritten } = this.output;
    const begun = overwritten ? '' : this.added(rest, false);
    return ended.join('') + begun;
  }

  end(): string {
    return this.output
      .end()
      .map(line => this.added(line, true))
      .join('');
  }

  private added(line: string, ended: boolean): string {
    const { shown } = this;
    const kept = line.startsWith(shown);
    const text = kept ? line.slice(shown.length) : ended ? `\n${line}` : '';
    this.shown = ended ? '' : shown + text;
    return ended ? `${text}\n` : text;
  }
}
