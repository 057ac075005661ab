import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { plainText } from '../../core/plainText.js';
import type { ExitReason } from '../../core/resources.js';

const GRACE_MS = 1000;

/** Asks a process to end and, after a grace, ends it and all that it started. */
export function endProcess(pid: number, signal: NodeJS.Signals): void {
  send(pid, signal);
  setTimeout(() => killSession(pid), GRACE_MS).unref();
}

/** Kills every process of a session, given its leader, which may be gone already. */
export function killSession(leader: number): void {
  for (const pid of sessionMembers(leader)) send(pid, 'SIGKILL');
}

/** Where `/proc` does not tell, the leader's process group stands for its session. */
function sessionMembers(leader: number): number[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return [-leader];
  }
  return entries.filter(name => /^\d+$/.test(name) && sessionOf(name) === leader).map(Number);
}

function sessionOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in parentheses and may hold anything; after it come state, parent, group and session.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** How a process ended, as the service says it. A signal is a name such as `SIGKILL`. */
export function exitReason(
  code: 'process_exit' | 'code_terminated',
  exitCode: number | null,
  signal: string | null | undefined,
): ExitReason {
  if (signal) return { code, signal: plainText(signal), oom: false };
  return { code, ...(exitCode === null ? {} : { exitCode }), oom: false };
}

export function signalName(number: number | undefined): string | undefined {
  return Object.entries(os.constants.signals).find(([, value]) => value === number)?.[0];
}
