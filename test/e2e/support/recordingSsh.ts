import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/processes.mjs';
import { plantProgram, quoted, sshCommand } from '../../support/programs.mjs';

export interface Ssh {
  /** To be first on PATH. */
  folder: string;
  /** What it was started with, a line each. */
  args(): string;
}

/** An `ssh` that notes its arguments: the system's, with a file of hosts' keys that goes with the test, or one of ours. */
export function recordingSsh(): Ssh {
  const notes = temporaryFolder('ssh');
  const args = join(notes, 'args');
  const command = sshCommand('-F', 'none', '-o', `UserKnownHostsFile=${join(notes, 'known_hosts')}`);
  const script = `printf '%s\\n' "$@" > ${quoted(args)}\nexec ${command.map(quoted).join(' ')} "$@"`;
  return { folder: plantProgram('ssh', script), args: () => readFileSync(args, 'utf8') };
}
