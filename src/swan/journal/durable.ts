import { randomUUID } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { codeOf, patiently, remove, rename } from '../../files/patience.js';

/**
 * Writes a file, for its owner's eyes alone. When this resolves, it is whole and on the disk; when it rejects, the former
 * one is there, or what was to be written.
 * @param last is awaited before each try to take the former one's place; where it rejects, nothing has changed
 */
export async function writeDurably(
  path: string,
  text: string,
  clock: Clock,
  last?: () => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await write(temporary, text);
    await rename(temporary, path, clock, last);
    await syncName(path, clock);
  } catch (error) {
    await remove(temporary, clock).catch(() => {});
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

/**
 * A file's new name is in its folder, which is to be on the disk as well. Where there is no such thing for a folder, as on
 * Windows, the file itself is written out once more: with it goes what the disk's own journal has, its name included.
 */
async function syncName(path: string, clock: Clock): Promise<void> {
  try {
    await sync(dirname(path), 'r');
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes(codeOf(error) ?? '')) throw error;
    await patiently(() => sync(path, 'r+'), { clock });
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const NO_FOLDER_SYNC: readonly string[] = ['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'EBADF', 'ENOTSUP', 'ENOSYS'];
