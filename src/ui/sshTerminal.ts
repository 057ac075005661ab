import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import type { AppAddress } from '../core/tasks.js';
import { removeIfFree } from '../files/patience.js';

/** A bundle of its own, loaded with the first connection. */

export interface SshTarget {
  /** What the machine is told apart by: the same place can be another machine's tomorrow. */
  id: string;
  /** For the person. */
  name: string;
  address: Pick<Extract<AppAddress, { type: 'ssh' }>, 'user' | 'host' | 'port'>;
}

/** Machines whose keys are kept; the one that was not reached for longest goes first. */
const MOST_MACHINES = 200;
/** What `ssh` exits with where it did not connect. */
const NOT_CONNECTED = 255;
const LOOK_MS = 20_000;
const MAX_SAID = 64 * 1024;
const FORGET = t('Forget the Old Key and Connect');

/**
 * Starts the system's `ssh` in a terminal, on the machine that this runs on, also where the window is connected to another
 * one. Its arguments are a list, so that no shell reads them. Each machine has a file
 * of known keys of its own: providers give the same place to one machine after the other, each with a new key, and `ssh`
 * would take the next one for an attacker.
 * @param folder where these files are
 */
export function connectBySsh(target: SshTarget, folder: string): vscode.Terminal {
  const { user, host } = target.address;
  const file = createHash('sha256').update(target.id).digest('hex');
  const known = prepare(folder, file);
  const terminal = vscode.window.createTerminal({
    name: `ssh ${user}@${host}`,
    iconPath: new vscode.ThemeIcon('terminal'),
    shellPath: 'ssh',
    // The file is named as it stands in the working directory: a whole path could hold what `ssh` reads otherwise.
    shellArgs: [...optionsOf({ UserKnownHostsFile: file }), ...argumentsOf(target)],
    // As an address it also says on which machine: in a remote window, a path alone would be one of the remote machine.
    cwd: vscode.Uri.file(folder),
    message: known
      ? t('ssh compares this machine’s key with the one that you accepted for this task.')
      : t(
          'This is the first connection to this task’s machine: ssh shows its key and asks whether you accept it. It is kept for this task alone.',
        ),
  });
  if (known) {
    const closed = vscode.window.onDidCloseTerminal(each => {
      if (each !== terminal) return;
      closed.dispose();
      if (each.exitStatus?.code === NOT_CONNECTED) void explain(target, folder, file);
    });
  }
  terminal.show();
  return terminal;
}

function argumentsOf({ address: { user, host, port } }: SshTarget): string[] {
  return ['-p', `${port}`, '-l', user, '--', host];
}

function optionsOf(options: Record<string, string>): string[] {
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** @returns whether a key of this machine is kept */
function prepare(folder: string, file: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = readdirSync(folder)
    .map(name => ({ name, at: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of kept.slice(MOST_MACHINES)) if (name !== file) removeIfFree(join(folder, name));
  return kept.some(({ name }) => name === file);
}

/** `ssh` has said why in a terminal that is gone. Where it was the key, the person decides. */
async function explain(target: SshTarget, folder: string, file: string): Promise<void> {
  if (!(await hasOtherKey(target, folder, file))) return;
  const words = t(
    '“{0}” is not connected: its machine has another key than the one that you accepted for this task. That is so when the provider has started the container anew. It can also be somebody between you and the machine: then do not go on.',
    target.name,
  );
  const answer = await vscode.window.showWarningMessage(words, FORGET);
  if (answer !== FORGET) return;
  removeIfFree(join(folder, file));
  // Then `ssh` shows the new key, and asks.
  connectBySsh(target, folder);
}

/** Asks `ssh` itself, without signing in. */
function hasOtherKey(target: SshTarget, folder: string, file: string): Promise<boolean> {
  const options = optionsOf({
    UserKnownHostsFile: file,
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
    PreferredAuthentications: 'none',
    ControlPath: 'none',
    ClearAllForwardings: 'yes',
    LogLevel: 'ERROR',
  });
  return new Promise(resolve => {
    const ssh = spawn('ssh', [...options, ...argumentsOf(target), 'exit'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LOOK_MS,
    });
    let said = '';
    ssh.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, MAX_SAID);
    });
    ssh.on('error', () => resolve(false));
    ssh.on('close', () => resolve(said.includes('HOST IDENTIFICATION HAS CHANGED')));
  });
}
