import { Unicode11Addon } from '@xterm/addon-unicode11';
import { type IBufferLine, Terminal } from '@xterm/headless';

/** VS Code's own terminal, without its window. What it types of itself goes to `answer`. */
export function xterm(answer: (text: string) => void = () => {}, size = { cols: 40, rows: 12 }): Terminal {
  const terminal = new Terminal({ ...size, allowProposedApi: true, scrollback: 30, logLevel: 'off' });
  // As VS Code has it, unless the person chooses otherwise.
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.onData(answer);
  return terminal;
}

/** It has parsed all of it when this returns. */
export function write(terminal: Terminal, text: string): void {
  Reflect.get(terminal, '_core').writeSync(text);
}

/** Whatever it is in the middle of, it is as new. */
export function renew(terminal: Terminal): void {
  write(terminal, '\x18\x1bc');
}

/** All that can be seen of it: each cell of both screens, the cursor, and the modes. */
export function cellsOf(terminal: Terminal): string {
  const { active, normal, alternate } = terminal.buffer;
  const screens = [normal, alternate].map(screen =>
    Array.from({ length: screen.length }, (_, row) => lineText(screen.getLine(row))).join('\n'),
  );
  const cursor = [active.type, active.cursorX, active.cursorY, active.baseY];
  return [...screens, cursor.join(' '), JSON.stringify(terminal.modes)].join('\n--\n');
}

function lineText(line: IBufferLine | undefined): string {
  if (!line) return '';
  const cells = Array.from({ length: line.length }, (_, column) => {
    const cell = line.getCell(column);
    if (!cell) return '';
    const looks = [cell.getFgColor(), cell.getBgColor(), cell.isBold(), cell.isInverse(), cell.isUnderline()];
    return `${cell.getChars()}${cell.getWidth() === 1 ? '' : cell.getWidth()}${looks.join('') === '-1-1000' ? '' : `<${looks}>`}`;
  });
  return `${line.isWrapped ? '+' : ' '}${cells.join('|')}`;
}
