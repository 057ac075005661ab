import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The essentials, and nothing that differs from one person's machine to another's, but for where programs are. */
export function environment(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: searchPath(), HOME: home, USER: 'sandbox', LOGNAME: 'sandbox', LANG: 'C.UTF-8', ...extra };
}

export function shell(): { file: string; args: string[] } {
  const bash = searchPath()
    .split(delimiter)
    .map(folder => join(folder, 'bash'))
    .find(file => existsSync(file));
  return bash === undefined ? { file: '/bin/sh', args: [] } : { file: bash, args: ['--noprofile', '--norc'] };
}

function searchPath(): string {
  return process.env.PATH || '/usr/local/bin:/usr/bin:/bin';
}
