import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfFree } from '../files/patience.js';

/** Older ones are of what nobody tells any more. */
const KEPT_MS = 14 * 24 * 3_600_000;

/**
 * Which window tells the person something: the one that makes its file, which the system lets one of them do. What the
 * person has not answered when the window goes is given back, to be told by the next.
 */
export class Claims {
  private readonly held = new Set<string>();
  private tidied = false;

  /** @param folder shared by all windows; made when needed */
  constructor(private readonly folder: string) {}

  /** Whether this window is to tell it. */
  claim(key: string): boolean {
    const path = this.path(key);
    try {
      mkdirSync(this.folder, { recursive: true });
      this.tidy();
      closeSync(openSync(path, 'wx'));
    } catch {
      // Where nothing can be written, twice is better than never.
      return !existsSync(path);
    }
    this.held.add(path);
    return true;
  }

  /** The person has seen it. */
  settle(key: string): void {
    this.held.delete(this.path(key));
  }

  dispose(): void {
    // One that stays is told by nobody until it is old.
    for (const path of this.held) removeIfFree(path);
    this.held.clear();
  }

  private tidy(): void {
    if (this.tidied) return;
    this.tidied = true;
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
      if (Date.now() - mtimeMs > KEPT_MS) removeIfFree(path);
    }
  }

  /** A key holds the service's text, and is no file name. */
  private path(key: string): string {
    return join(this.folder, createHash('sha256').update(key).digest('hex'));
  }
}
