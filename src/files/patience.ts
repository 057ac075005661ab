import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename as renameFile, rm } from 'node:fs/promises';
import { backoff, type Clock, sleep, systemClock } from '../core/clock.js';

/**
 * What Windows answers, for a moment, to who wants to replace, move or delete what another process has open: another
 * window, a virus scanner, an indexer. Some network disks do so everywhere.
 */
export const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
/** Elsewhere, who may not read a file will not be allowed to a moment later. */
const IN_USE_TO_READ = process.platform === 'win32' ? IN_USE : ['EBUSY'];
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 250;
const PATIENCE_MS = 10_000;
const READERS_PATIENCE_MS = 2_000;
/** All of it is under a fifth of a second, in which the process does nothing else. */
const SYNC_WAITS_MS = [5, 10, 20, 40, 80];

interface Patience {
  clock?: Clock | undefined;
  codes?: readonly string[];
  forMs?: number;
  signal?: AbortSignal | undefined;
}

/** Tries again as long as what is wanted is in use, and not forever. @throws what the last try has thrown */
export async function patiently<T>(
  act: () => Promise<T>,
  { clock = systemClock, codes = IN_USE, forMs = PATIENCE_MS, signal }: Patience = {},
): Promise<T> {
  let waitedMs = 0;
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (waitedMs >= forMs || !codes.includes(codeOf(error) ?? '')) throw error;
    }
    const waitMs = backoff(tries, clock.random(), FIRST_WAIT_MS, LONGEST_WAIT_MS);
    await sleep(clock, waitMs, signal);
    waitedMs += waitMs;
  }
}

/** For who cannot wait long, such as a window that closes. */
export function patientlySync<T>(act: () => T): T {
  for (const waitMs of SYNC_WAITS_MS) {
    try {
      return act();
    } catch (error) {
      if (![...IN_USE, 'ENOTEMPTY'].includes(codeOf(error) ?? '')) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
  }
  return act();
}

/** As `patiently`, for who reads: what cannot be read for long is told so. */
export function readPatiently<T>(act: () => Promise<T>, clock?: Clock): Promise<T> {
  return patiently(act, { clock, codes: IN_USE_TO_READ, forMs: READERS_PATIENCE_MS });
}

/** Takes the place of what has that name. @param last is awaited before each try; where it rejects, nothing is moved */
export function rename(from: string, to: string, clock?: Clock, last?: () => Promise<void>): Promise<void> {
  const act = async () => {
    await last?.();
    await renameFile(from, to);
  };
  return patiently(act, { clock });
}

/** With all that is in it, whether it was there or not. */
export function remove(path: string, clock?: Clock): Promise<void> {
  return patiently(() => rm(path, { recursive: true, force: true }), { clock, codes: [...IN_USE, 'ENOTEMPTY'] });
}

/** As `remove`. @throws where it is in use for long */
export function removeSync(path: string): void {
  patientlySync(() => rmSync(path, { recursive: true, force: true }));
}

/** For what is no loss where it stays. */
export function removeIfFree(path: string): void {
  try {
    removeSync(path);
  } catch {
    // Something else has it open.
  }
}

/** Writes a file, for its owner's eyes alone. Where that fails, the former one is there. */
export function replaceSync(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    patientlySync(() => renameSync(temporary, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
