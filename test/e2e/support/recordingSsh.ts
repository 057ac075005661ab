import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { onPath } from '../../support/onPath.mjs';
import { temporaryFolder } from '../../support/processes.mjs';

export interface Ssh {
  /** A home folder: programs are looked for where the shell of its owner does. */
  folder: string;
  /** What it was started with, a line each. */
  args(): string;
}

/** An `ssh` that notes its arguments: the system's, with a file of hosts' keys that goes with the test, or one of ours. */
export function recordingSsh(): Ssh {
  const folder = temporaryFolder('ssh');
  const args = join(folder, 'args');
  const [system] = onPath('ssh');
  const command =
    system === undefined
      ? [process.execPath, resolve('test/support/sshClient.mjs')]
      : [system, '-F', 'none', '-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`];
  const script = `#!/bin/sh
printf '%s\\n' "$@" > ${quoted(args)}
exec ${command.map(quoted).join(' ')} "$@"
`;
  writeFileSync(join(folder, 'ssh'), script);
  writeFileSync(join(folder, '.bash_profile'), `PATH=${quoted(`${folder}${delimiter}${process.env.PATH}`)}\n`);
  chmodSync(join(folder, 'ssh'), 0o755);
  return { folder, args: () => readFileSync(args, 'utf8') };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
