// Programs of people that are installed on this machine, and what to do in them. What they show is the same each time.
import { resolve } from 'node:path';
import { onPath } from '../onPath.mjs';

interface Program {
  name: string;
  args: string[];
  /** It is up. */
  shown: RegExp;
  keys: string;
  /** After a reconnection. */
  afterwards: string;
  leave: string[];
}

const ENVIRONMENT = ['PATH=/usr/local/bin:/usr/bin:/bin', 'TERM=xterm-256color', 'LANG=C.UTF-8', 'HOME=/nonexistent'];
const FILE = resolve('README.md');
const ESC = '\x1b';

const PROGRAMS: Program[] = [
  {
    name: 'vim',
    args: ['-u', 'NONE', '-i', 'NONE', '-n', FILE],
    shown: /Remote Compute/,
    keys: ':set mouse=a hlsearch\r/term\r\x06',
    afterwards: 'iéx',
    leave: [ESC, ':q!\r'],
  },
  {
    name: 'nvim',
    args: ['-u', 'NONE', '-i', 'NONE', '-n', FILE],
    shown: /Remote Compute/,
    keys: '/term\r\x06',
    afterwards: 'iéx',
    leave: [ESC, ':q!\r'],
  },
  { name: 'less', args: [FILE], shown: /Remote Compute/, keys: ' /term\r', afterwards: 'n', leave: ['q'] },
  {
    name: 'emacs',
    args: ['-nw', '-Q', FILE],
    shown: /Remote Compute/,
    keys: '\x16',
    afterwards: '\x0e',
    leave: ['\x18\x03'],
  },
  {
    name: 'tmux',
    args: ['-L', 'beside-$$', '-f', '/dev/null', 'new', 'env PS1="in \\$ " sh', ';', 'set', 'status', 'off'],
    shown: /in \$ $/,
    keys: 'printf "\\033[44m wide 漢字 \\033[m\\n"\r',
    afterwards: 'echo 1\r',
    leave: ['exit\r'],
  },
];

/** With the command line that starts each. */
export function installedPrograms(): (Program & { command: string })[] {
  return PROGRAMS.flatMap(program => {
    const [path] = onPath(program.name);
    if (path === undefined) return [];
    return [{ ...program, command: ['env', '-i', ...ENVIRONMENT, path, ...program.args].map(quoted).join(' ') }];
  });
}

function quoted(word: string): string {
  return word === 'beside-$$' ? word : `'${word}'`;
}
