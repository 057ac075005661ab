import * as vscode from 'vscode';
import type { TerminalLaunch } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { TerminalSession } from '../core/resources.js';
import type { KeptTerminals } from './keptTerminals.js';
import type { TerminalPty } from './pty.js';
import type { TerminalAccount } from './terminalService.js';
import type { Transcripts } from './transcripts.js';

export interface TerminalsOptions {
  /** What a terminal connects to, asked at each connection, since the person may sign in anew meanwhile. */
  account: TerminalAccount;
  kept: KeptTerminals;
  transcripts: Transcripts;
  clock: Clock;
  log: Log;
}

/** What is behind a tab: loaded with the first one. */
export type Part = typeof import('./pty.js');

export function part(): Promise<Part> {
  return import('./pty.js');
}

export function terminalOptions(pty: TerminalPty): vscode.ExtensionTerminalOptions {
  return { name: pty.name, pty, iconPath: new vscode.ThemeIcon('remote'), isTransient: true };
}

/** What another session in the place of this one would be. */
export function launchOf({ modelId, executionLocation: place }: TerminalSession): TerminalLaunch {
  const { persistentLauncherId, spec } = place;
  if (persistentLauncherId !== undefined) {
    return { modelId, location: { type: 'persistentLauncher', persistentLauncherId } };
  }
  // A temporary machine is gone with its session; another is of the same size, or of the service's smallest.
  return { modelId, location: { type: 'temporaryLauncher', spec: spec ?? { cpus: 1, memoryMebibytes: 1024 } } };
}
