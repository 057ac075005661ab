import { mkdirSync, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { TaskBackend } from '../core/tasks.js';
import type { SwanAccount } from './backend.js';

export type { SwanAccount } from './backend.js';
export { NETWORKS, type Network } from './networks.js';

/** The client is a bundle of its own, loaded on first use, so that a start without Swan does not pay for it. */
export async function openSwan(account: SwanAccount, clock: Clock, log: Log): Promise<TaskBackend> {
  const { createSwanBackend } = await import('./backend.js');
  return createSwanBackend(account, clock, log);
}

/** Whether a payment is to be taken up: one directory read. */
export async function hasOpenPayments(journalFolder: string): Promise<boolean> {
  const names = await readdir(`${journalFolder}/open`).catch(() => []);
  return names.some(name => name.endsWith('.json'));
}

/** Calls back when any window has written the journal: each write, and each payment's end, goes by the same folder. */
export function watchPayments(journalFolder: string, changed: () => void): { dispose(): void } {
  const folder = `${journalFolder}/open`;
  try {
    mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, changed);
    watcher.on('error', () => watcher.close());
    return { dispose: () => watcher.close() };
  } catch {
    // Not every file system can be watched: a look at the view reads it anew all the same.
    return { dispose: () => {} };
  }
}
