// Child processes and temporary folders that end with this process, however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const GRACE_MS = 3000;
/**
 * One for the process, in however many bundles of it this is.
 * @type {{ groups: Map<ChildProcess, number>, folders: Set<string>, watchesSignals: boolean, watchesExit: boolean }}
 *   how long each group may take to end, and what is removed
 */
const own = Reflect.get(globalThis, Symbol.for('remote-compute.processes')) ?? begin();
const { groups, folders } = own;

function begin() {
  const own = { groups: new Map(), folders: new Set(), watchesSignals: false, watchesExit: false };
  Reflect.set(globalThis, Symbol.for('remote-compute.processes'), own);
  return own;
}

/**
 * Starts a child in a process group of its own, so that it and what it starts can be ended together.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {number} [graceMs] how long it may take to end when asked to
 * @returns {ChildProcess}
 */
export function spawnGroup(command, args, options = {}, graceMs = GRACE_MS) {
  watchSignals();
  watchExit();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  groups.set(child, graceMs);
  return child;
}

/**
 * Asks the whole group to end, and makes it end once its first process has, or where that does not end in time.
 * @param {ChildProcess} child
 */
export async function endGroup(child) {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const exited = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = new AbortController();
    const late = delay(groups.get(child), undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([exited, late]);
    timer.abort();
  }
  signalGroup(child, 'SIGKILL');
  groups.delete(child);
}

/** Ends every group that still runs. */
export async function endAll() {
  await Promise.all([...groups.keys()].map(endGroup));
}

/**
 * A folder of this process's own, removed when the process ends at the latest.
 * @param {string} name
 * @returns {string}
 */
export function temporaryFolder(name) {
  watchExit();
  const folder = mkdtempSync(join(tmpdir(), `remote-compute-${name}-`));
  folders.add(folder);
  return folder;
}

/** @param {string} folder */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.delete(folder);
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

function watchSignals() {
  if (own.watchesSignals) return;
  own.watchesSignals = true;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, async () => {
      await endAll();
      process.exit(128 + constants.signals[signal]);
    });
  }
}

function watchExit() {
  if (own.watchesExit) return;
  own.watchesExit = true;
  process.on('exit', () => {
    for (const child of groups.keys()) signalGroup(child, 'SIGKILL');
    for (const folder of folders) {
      try {
        removeFolder(folder);
      } catch {
        // A process that is still ending writes there; the others' handlers must run all the same.
      }
    }
  });
}
