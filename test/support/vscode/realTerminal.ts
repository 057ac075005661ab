// The terminal itself (xterm.js) behind a tab of a window: these run in its page, each by itself.
import type { IBuffer, Terminal } from '@xterm/headless';

/** All that is to be known of it, a line each: cells with their looks and widths, cursor, modes. */
export function stateOf(wrapper: object): string[] {
  const terminal: Terminal = Reflect.get(wrapper, 'xterm');
  const core = Reflect.get(terminal, '_core');
  const { active, normal, alternate } = terminal.buffer;
  const cells = (buffer: IBuffer, row: number) => {
    const line = buffer.getLine(row);
    let text = line?.isWrapped ? '+' : ' ';
    let looks = '';
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column);
      if (!cell) continue;
      const now = [
        ...[
          cell.getFgColorMode() >> 24,
          cell.getFgColor(),
          cell.getBgColorMode() >> 24,
          cell.getBgColor(),
          cell.isBold(),
        ],
        ...[cell.isItalic(), cell.isDim(), cell.isUnderline(), cell.isBlink(), cell.isInverse(), cell.isInvisible()],
        ...[cell.isStrikethrough(), cell.isOverline()],
      ].join();
      if (now !== looks) text += `<${now.replace(/^0,-1,0,-1(?:,0)+$/, '')}>`;
      looks = now;
      text += cell.getWidth() === 1 ? cell.getChars() || ' ' : `[${cell.getChars()}:${cell.getWidth()}]`;
    }
    return text;
  };
  // What a terminal that was once higher keeps above the alternate screen, nothing leads to.
  const first = (buffer: IBuffer) => (buffer.type === 'normal' ? 0 : buffer.baseY);
  const rows = (name: string, buffer: IBuffer) =>
    Array.from(
      { length: buffer.length - first(buffer) },
      (_, row) => `${name} ${row}:${cells(buffer, first(buffer) + row)}`,
    );
  const { buffer } = core._bufferService;
  return [
    `${terminal.cols} columns, ${terminal.rows} rows, ${active.type} screen, scrolled by ${active.baseY - first(active)}`,
    `cursor ${active.cursorX} ${active.cursorY}, margins ${buffer.scrollTop} ${buffer.scrollBottom}`,
    `modes ${JSON.stringify(terminal.modes)}`,
    `keyboard ${JSON.stringify(core.coreService.kittyKeyboard)}, private ${JSON.stringify(core.coreService.decPrivateModes)}`,
    `mouse ${core.mouseStateService._activeEncoding}`,
    `character set ${core._charsetService.glevel} ${core._charsetService.charset === undefined}`,
    ...rows('screen', active.type === 'normal' ? normal : alternate),
    ...(active.type === 'normal' ? [] : rows('below', normal)),
  ];
}

export function textOf(wrapper: object): string {
  const terminal: Terminal = Reflect.get(wrapper, 'xterm');
  const { active } = terminal.buffer;
  const row = (at: number) => active.getLine(active.baseY + at)?.translateToString(true) ?? '';
  return Array.from({ length: terminal.rows }, (_, at) => row(at))
    .join('\n')
    .replace(/\n+$/, '');
}

/** As if typed. */
export function inputTo(wrapper: object, text: string): void {
  const terminal: Terminal = Reflect.get(wrapper, 'xterm');
  terminal.input(text, true);
}
