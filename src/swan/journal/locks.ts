import { mkdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { check, lock } from 'proper-lockfile';
import { type Clock, sleep } from '../../core/clock.js';
import { cancelled, RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';

const RETRY_MS = 50;
const DEFAULT_STALE_MS = 10_000;
/** The library takes no lock over. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Throws where the lock was lost, so that nothing is done that it no longer covers. */
export type StillHeld = () => void;

function unlessAborted(turn: Promise<void>, signal?: AbortSignal): Promise<void> {
  if (!signal) return turn;
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void turn.then(resolve).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Locks by name, across the windows of this machine. A lock whose holder died is free again after `staleMs` without a
 * sign of life. Within a process, who asks first is served first.
 */
export class Locks {
  private readonly queues = new Map<string, Promise<void>>();

  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly staleMs: number = DEFAULT_STALE_MS,
  ) {}

  async hold<T>(name: string, act: (stillHeld: StillHeld) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    let leave = () => {};
    const turn = new Promise<void>(resolve => {
      leave = resolve;
    });
    const queue = before.then(() => turn);
    this.queues.set(name, queue);
    try {
      await unlessAborted(before, signal);
      return await this.holdFile(name, act, signal);
    } finally {
      leave();
      if (this.queues.get(name) === queue) this.queues.delete(name);
    }
  }

  /** Whether anybody alive holds it, in whichever window. */
  isHeld(name: string): Promise<boolean> {
    return check(join(this.folder, name), { realpath: false, stale: this.staleMs });
  }

  private async holdFile<T>(name: string, act: (stillHeld: StillHeld) => Promise<T>, signal?: AbortSignal): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    let lost = false;
    const onCompromised = () => {
      lost = true;
    };
    const release = await this.acquire(join(this.folder, name), onCompromised, signal);
    try {
      return await act(() => {
        if (lost) throw new RemoteError('busy', t('Another window has taken this payment over. Look at it there.'));
      });
    } finally {
      await release().catch(() => {});
    }
  }

  private async acquire(file: string, onCompromised: () => void, signal?: AbortSignal): Promise<() => Promise<void>> {
    for (;;) {
      try {
        return await lock(file, { realpath: false, stale: NEVER, update: this.staleMs / 2, onCompromised });
      } catch (error) {
        const held = error instanceof Error && 'code' in error && error.code === 'ELOCKED';
        if (!held) throw new RemoteError('service', t('The payment journal could not be locked: {0}', String(error)));
      }
      await this.freeStale(file);
      await sleep(this.clock, RETRY_MS, signal);
    }
  }

  /**
   * Removes the lock of a holder that died. Of two windows that find it, the slower would remove what the faster has taken
   * by then, and both would hold it: so this is done by one at a time.
   */
  private async freeStale(file: string): Promise<void> {
    if (!(await this.isStale(file))) return;
    const options = { realpath: false, stale: this.staleMs, onCompromised: () => {} };
    const release = await lock(`${file}.takeover`, options).catch(() => undefined);
    if (!release) return;
    try {
      if (await this.isStale(file)) await rmdir(`${file}.lock`);
    } catch {
      // It has gone.
    } finally {
      await release().catch(() => {});
    }
  }

  private async isStale(file: string): Promise<boolean> {
    const found = await stat(`${file}.lock`).catch(() => undefined);
    return found !== undefined && found.mtimeMs < Date.now() - this.staleMs;
  }
}
