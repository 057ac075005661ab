import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  pid: number;
  parent: number;
  /** It has ended, and its parent has not noticed yet. */
  ended: boolean;
  /** What it was started with, with spaces between. */
  command: string;
}

/** All processes of this machine, at this moment. */
export function processes(): Process[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(name => (/^\d/.test(name) ? inProc(name) : []));
  const listed = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' });
  return listed.split('\n').flatMap(line => {
    const [, pid, parent, state = '', command = ''] = /^ *(\d+) +(\d+) +(\S+) +(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : { pid: Number(pid), parent: Number(parent), ended: state.startsWith('Z'), command };
  });
}

/** All below one. */
export function descendants(pid: number | undefined, all = processes()): Process[] {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap(child => [child, ...descendants(child.pid, all)]);
}

function inProc(pid: string): Process[] {
  try {
    // The name stands in parentheses and may hold anything.
    const [, state, parent] = /\) (\w) (\d+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
    return [{ pid: Number(pid), parent: Number(parent), ended: state === 'Z', command }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
