import { randomUUID } from 'node:crypto';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';

/**
 * Writes a file, for its owner's eyes alone. When this resolves, it is whole and on the disk; when it rejects, the former
 * one is there, or what was to be written.
 * @param last is awaited before it takes the former one's place; where it rejects, nothing has changed
 */
export async function writeDurably(path: string, text: string, last?: () => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await write(temporary, text);
    await last?.();
    await rename(temporary, path);
    // Its new name is in the folder, which is to be on the disk as well.
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    if (error instanceof RemoteError) throw error;
    throw new RemoteError('service', t('The payment journal could not be written: {0}', String(error)), {
      cause: error,
    });
  }
}

async function write(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A disk that is full may have taken a part: that never takes the place of what is whole.
  if ((await readFile(path, 'utf8')) !== text) throw new Error(t('The disk has not kept what was written.'));
}

/** Some systems have no such thing for a folder; a disk that fails has. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (!handle) return;
  try {
    await handle.sync();
  } catch (error) {
    if (error instanceof Error && 'code' in error && FAILURES.has(error.code)) throw error;
  } finally {
    await handle.close();
  }
}

const FAILURES: ReadonlySet<unknown> = new Set(['EIO', 'ENOSPC', 'EDQUOT']);
