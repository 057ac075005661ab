import { randomUUID } from 'node:crypto';
import { rmdirSync, unlinkSync } from 'node:fs';
import { mkdir, readdir, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Clock, sleep } from '../../core/clock.js';
import { cancelled, RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { codeOf, IN_USE, patiently, patientlySync, readPatiently } from '../../files/patience.js';

const RETRY_MS = 50;
const DEFAULT_STALE_MS = 10_000;
const SUFFIX = '.lock';
/** What is not given back by then is freed as if its holder had died. */
const GIVE_BACK_MS = 2_000;
/** Disks of FAT know no time before 1980, and only every second second. */
const FIRST_BEAT_S = 1_000_000_000;
const BEAT_S = 2;

/** Who goes on with a payment holds this, so that windows do not do the same thing twice. */
export function paymentLock(id: string): string {
  return `payment-${id}`;
}

/** Rejects where the lock was lost, so that nothing is done that it no longer covers. */
export type StillHeld = () => Promise<void>;

/**
 * Locks by name, across the windows of this machine. A lock whose holder died is free again after somebody has waited
 * for `staleMs` of real time without a sign of life. Within a process, who asks first is served first.
 *
 * A lock is a folder, which one alone can make, with a file in it whose name is its holder's own. Who holds it, and who
 * frees it, removes that one file: so nobody removes what the next holder has put there. What is told by no clock cannot
 * be wrong because a clock was set, or the machine slept: a sign of life is a count that goes on.
 */
export class Locks {
  private readonly queues = new Map<string, Promise<void>>();
  private readonly watches = new Map<string, Watch>();

  /** @param monotonic milliseconds that pass for this process */
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly staleMs: number = DEFAULT_STALE_MS,
    private readonly monotonic: () => number = () => performance.now(),
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

  /** Whether somebody holds it, in whichever window, who is not known to be dead: that takes some looks. */
  async isHeld(name: string): Promise<boolean> {
    const look = await this.lookAt(name);
    return look !== undefined && look.unchangedMs < this.staleMs;
  }

  private async holdFile<T>(name: string, act: (stillHeld: StillHeld) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const token = await this.acquire(name, signal);
    let count = 0;
    const alive = () => {
      const beat = FIRST_BEAT_S + ++count * BEAT_S;
      void utimes(token, beat, beat).catch(() => {});
    };
    const beat = setInterval(alive, this.staleMs / 4).unref();
    addHeld(token);
    try {
      return await act(async () => {
        if (await this.exists(token)) return;
        throw new RemoteError('busy', t('Another window has taken this payment over. Look at it there.'));
      });
    } finally {
      clearInterval(beat);
      await this.giveBack(token);
      removeHeld(token);
    }
  }

  /** @returns the holder's file */
  private async acquire(name: string, signal?: AbortSignal): Promise<string> {
    for (;;) {
      try {
        await mkdir(this.folder, { recursive: true });
        const token = await patiently(() => this.take(this.pathOf(name)), { clock: this.clock, signal });
        if (token !== undefined) return token;
      } catch (error) {
        if (error instanceof RemoteError) throw error;
        throw new RemoteError('service', t('The payment journal could not be locked: {0}', String(error)));
      }
      await this.freeStale();
      await sleep(this.clock, RETRY_MS, signal);
    }
  }

  /** All are looked at, whichever is waited for: who died held several, and the waiting is done once. */
  private async freeStale(): Promise<void> {
    const names = (await readdir(this.folder).catch(() => [])).filter(each => each.endsWith(SUFFIX));
    for (const name of names.map(each => each.slice(0, -SUFFIX.length))) {
      const look = await this.lookAt(name).catch(() => undefined);
      if (!look || look.unchangedMs < this.staleMs) continue;
      for (const token of look.tokens) await this.giveBack(join(this.pathOf(name), token));
      await rmdir(this.pathOf(name)).catch(() => {});
    }
  }

  /** @returns undefined where nobody holds it; rejects where that cannot be known */
  private async lookAt(name: string): Promise<{ tokens: string[]; unchangedMs: number } | undefined> {
    const path = this.pathOf(name);
    const tokens = await readPatiently(() => readdir(path), this.clock).catch(ignoreMissing);
    if (!tokens) {
      this.watches.delete(name);
      return undefined;
    }
    const marks = await Promise.all([path, ...tokens.map(each => join(path, each))].map(markOf));
    const watch = this.watches.get(name) ?? new Watch(this.monotonic, this.staleMs / 4);
    this.watches.set(name, watch);
    return { tokens, unchangedMs: watch.see([...tokens, ...marks].join()) };
  }

  /** @returns the file that says who holds it, or `undefined` where another does */
  private async take(path: string): Promise<string | undefined> {
    try {
      await mkdir(path);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return undefined;
      throw error;
    }
    const token = join(path, randomUUID());
    try {
      await writeFile(token, '', { flag: 'wx' });
      // Who was asleep in between may find the folder of who came after: whoever then sees another withdraws.
      if ((await readdir(path)).length === 1) return token;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        await this.giveBack(token);
        throw error;
      }
    }
    await this.giveBack(token);
    return undefined;
  }

  /**
   * Where it is another's by now, the folder is not empty, and stays. On Windows it is not empty either as long as somebody
   * looks at the file that is removed: left there, it would be waited for as if its holder had died.
   */
  private async giveBack(token: string): Promise<void> {
    const { clock } = this;
    const folder = dirname(token);
    const removeEmpty = async () => {
      const others = (await readdir(folder)).filter(each => each !== basename(token));
      if (others.length === 0) await rmdir(folder);
    };
    await patiently(() => unlink(token), { clock, forMs: GIVE_BACK_MS }).catch(() => {});
    await patiently(removeEmpty, { clock, forMs: GIVE_BACK_MS, codes: [...IN_USE, 'ENOTEMPTY'] }).catch(() => {});
  }

  private async exists(token: string): Promise<boolean> {
    return readPatiently(() => stat(token), this.clock).then(
      () => true,
      () => false,
    );
  }

  private pathOf(name: string): string {
    return join(this.folder, name + SUFFIX);
  }
}

/** For how long one and the same is seen. Of what lies between two looks little counts: the machine may have slept. */
class Watch {
  private seen: string | undefined;
  private at = 0;
  private unchangedMs = 0;

  constructor(
    private readonly monotonic: () => number,
    private readonly mostMs: number,
  ) {}

  see(what: string): number {
    const now = this.monotonic();
    this.unchangedMs = what === this.seen ? this.unchangedMs + Math.min(now - this.at, this.mostMs) : 0;
    [this.seen, this.at] = [what, now];
    return this.unchangedMs;
  }
}

/** What changes with each sign of life. Between two looks a file may have gone. */
async function markOf(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs }) => String(mtimeMs),
    error => codeOf(error) ?? 'unknown',
  );
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function unlessAborted(turn: Promise<void>, signal?: AbortSignal): Promise<void> {
  if (!signal) return turn;
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void turn.then(resolve).finally(() => signal.removeEventListener('abort', abort));
  });
}

const held = new Set<string>();

function addHeld(token: string): void {
  if (held.size === 0) process.on('exit', leaveNothing);
  held.add(token);
}

function removeHeld(token: string): void {
  held.delete(token);
  if (held.size === 0) process.off('exit', leaveNothing);
}

/** Who ends in order leaves nothing to be waited for. */
function leaveNothing(): void {
  for (const token of held) {
    try {
      patientlySync(() => unlinkSync(token));
      patientlySync(() => rmdirSync(dirname(token)));
    } catch {
      // Another's by now.
    }
  }
}
