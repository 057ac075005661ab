// Programs that tests need: the system's, or where there are none, ones of ours.
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { onPath } from './onPath.mjs';
import { temporaryFolder } from './processes.mjs';

/**
 * @param {string[]} options for the system's
 * @returns the command with its first arguments
 */
export function sshCommand(...options) {
  const [system] = onPath('ssh');
  return system === undefined ? [process.execPath, resolve('test/support/sshClient.mjs')] : [system, ...options];
}

/**
 * A program for PATH.
 * @param {string} name
 * @param {string} script what it does, for a shell
 * @returns the folder that it is alone in
 */
export function plantProgram(name, script) {
  const folder = temporaryFolder(name);
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

/** PATH, with an `ssh` on it in any case. */
export function pathWithSsh() {
  const { PATH = '' } = process.env;
  if (onPath('ssh').length > 0) return PATH;
  return `${plantProgram('ssh', `exec ${sshCommand().map(quoted).join(' ')} "$@"`)}${delimiter}${PATH}`;
}

/** @param {string} word */
export function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
