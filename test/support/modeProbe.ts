import { type ITerminalOptions, Terminal } from '@xterm/headless';
import fc from 'fast-check';

/** VS Code's own terminal without a window, with all that it can be told to do. */
export function realTerminal(options: ITerminalOptions = {}): Terminal {
  return new Terminal({
    cols: 80,
    rows: 10,
    allowProposedApi: true,
    logLevel: 'off',
    scrollback: 0,
    vtExtensions: { kittyKeyboard: true, win32InputMode: true },
    ...options,
  });
}

export function write(terminal: Terminal, text: string): Promise<void> {
  return new Promise(resolve => terminal.write(text, resolve));
}

const PRIVATE = [1, 6, 7, 9, 25, 45, 66, 1000, 1002, 1003, 1004, 1006, 1016, 1049, 2004, 2026, 9001];
const QUERIES = [...PRIVATE.map(mode => `?${mode}$p`), '4$p', '20$p', '?u'].map(query => `\x1b[${query}`).join('');
/** Margins, and the cursor's style. */
const REPORTS = '\x1bP$qr\x1b\\\x1bP$q q\x1b\\';

/** All that a terminal can be asked for, and what a character looks like that is printed in it now. */
export async function probe(terminal: Terminal): Promise<object> {
  let answers = '';
  const listening = terminal.onData(text => {
    answers += text;
  });
  await write(terminal, QUERIES + REPORTS);
  listening.dispose();
  await write(terminal, '\x1b#8\x1b[5;5Hq');
  const { active } = terminal.buffer;
  const cell = active.getLine(active.baseY + active.cursorY)?.getCell(active.cursorX - 1);
  if (!cell) throw new Error('There is no cell.');
  const looks = [
    ...[
      cell.getFgColorMode(),
      cell.getFgColor(),
      cell.getBgColorMode(),
      cell.getBgColor(),
      cell.isBold(),
      cell.isDim(),
    ],
    ...[
      cell.isItalic(),
      cell.isUnderline(),
      cell.isBlink(),
      cell.isInverse(),
      cell.isInvisible(),
      cell.isStrikethrough(),
    ],
    cell.isOverline(),
  ];
  return { answers, screen: active.type, character: cell.getChars(), looks };
}

const digits = fc.constantFrom('', '0', '1', '2', '3', '5', '7', '8', '15');
const modes = fc
  .array(
    fc.constantFrom(
      '1',
      '2',
      '6',
      '7',
      '9',
      '25',
      '45',
      '47',
      '66',
      '1000',
      '1002',
      '1003',
      '1004',
      '1006',
      '1016',
      '1047',
      '1048',
      '1049',
      '2004',
      '2026',
      '2031',
      '9001',
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map(each => each.join(';'));
const csi = fc.constantFrom('\x1b[', '\x9b');

/** How text looks, in all the ways there are to say it. */
export const sgr = fc
  .array(
    fc.constantFrom(
      '',
      '0',
      '1',
      '2',
      '4',
      '4:0',
      '4:3',
      '6',
      '8',
      '21',
      '22',
      '24',
      '25',
      '28',
      '29',
      '38;5;9',
      '48;2;1;2;3;4',
      '58:2::1:2:3',
      '58;5;3',
      '59',
      '38:5:300',
      '97',
      '107',
      '221',
    ),
    { maxLength: 40 },
  )
  .map(each => `\x1b[${each.join(';')}m`);

/** Output that sets modes of every kind, with text between. */
export const modalOutput = fc
  .array(
    fc.oneof(
      fc.tuple(csi, modes, fc.constantFrom('h', 'h', 'l')).map(([start, of, end]) => `${start}?${of}${end}`),
      fc.tuple(csi, fc.constantFrom('4', '20', '4;20', '2'), fc.constantFrom('h', 'l')).map(each => each.join('')),
      fc
        .tuple(csi, fc.constantFrom('=', '>', '<'), digits, fc.constantFrom('', ';1', ';2', ';3'))
        .map(([start, act, flags, mode]) => `${start}${act}${flags}${mode}u`),
      fc.tuple(csi, digits, digits).map(([start, top, bottom]) => `${start}${top};${bottom}r`),
      fc.tuple(csi, digits).map(([start, style]) => `${start}${style} q`),
      fc
        .tuple(
          csi,
          fc.array(
            fc.constantFrom(
              '',
              '0',
              '1',
              '2',
              '3',
              '4',
              '5',
              '7',
              '9',
              '22',
              '24',
              '27',
              '31',
              '39',
              '42',
              '49',
              '53',
              '55',
              '95',
              '103',
              '38;5;9',
              '48;2;1;2;3',
              '38:2::7:8:9',
              '221',
              '222',
              '77',
            ),
            { maxLength: 4 },
          ),
        )
        .map(([start, of]) => `${start}${of.join(';')}m`),
      fc
        .tuple(fc.constantFrom('(', ')', '*', '+', '-', '.', '/'), fc.constantFrom('0', 'B', 'A', 'K', 'z'))
        .map(([slot, set]) => `\x1b${slot}${set}`),
      fc.constantFrom(
        '\x1b7',
        '\x1b8',
        '\x1b[s',
        '\x1b[u',
        '\x0e',
        '\x0f',
        '\x1bn',
        '\x1bo',
        '\x1b|',
        '\x1b}',
        '\x1b~',
        '\x1b=',
        '\x1b>',
        '\x1b%G',
        '\x1b[!p',
        '\x1bc',
      ),
      // What looks like one of them and is none, or is inside another.
      fc.constantFrom(
        '\x1b[?1',
        '\x1b]0;a\x1b',
        '\x1b]0;\x1b[?25lx',
        '\x1b[?25\x18l',
        '\x1b[?2\x0e5l',
        '\x1b[1?25h',
        '\x1b[?25 h',
        '\x1bPq\x1b[?1h',
        '\x1b_a\x0e\x9c',
        '\x1bX\x0eø',
        '\x1b[?1\x7fh',
        '\x1b\x7f=',
        '\x1b(P',
        '\x1b[?7$h',
        '\x9d0;\x0e\x07',
        '\x1b[\x1b[?1h',
        '\x1b[ø?1h',
      ),
      fc.constantFrom('a', 'lqk', 'ø漢🚀', '\r\n', '\n\n\n', '\x1b[3;4H'),
    ),
    { maxLength: 25 },
  )
  .map(each => each.join(''));
