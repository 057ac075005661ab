import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { t } from '../core/l10n.js';
import { remove, rename } from '../files/patience.js';

const EXECUTABLE = 0o755;
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/**
 * The chain's program: it is packaged compressed, since it is large, and unpacked once.
 * @param packed the folder of `anvil.br` and `anvil.sha256`
 * @param storage where it is unpacked
 * @returns its path, or undefined where none is packaged
 */
export async function unpackChain(
  packed: string,
  storage: string,
  say: (words: string) => void,
): Promise<string | undefined> {
  const archive = join(packed, 'anvil.br');
  if (!existsSync(archive)) return undefined;
  const wanted = (await readFile(join(packed, 'anvil.sha256'), 'utf8')).trim();
  const program = join(storage, `anvil-${wanted.slice(0, 16)}${SUFFIX}`);
  const isThere = async () => existsSync(program) && (await digest(program)) === wanted;
  if (await isThere()) return program;
  say(t('Unpacking its chain, once…'));
  await mkdir(storage, { recursive: true });
  const partial = `${program}.${process.pid}`;
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(partial));
  if ((await digest(partial)) !== wanted)
    throw new Error(t('The packaged chain is damaged. Install the extension again.'));
  await chmod(partial, EXECUTABLE);
  try {
    await rename(partial, program);
  } catch (error) {
    await remove(partial).catch(() => {});
    // On Windows it cannot take the place of one that another window has unpacked meanwhile, and runs.
    if (!(await isThere())) throw error;
  }
  const former = (await readdir(storage)).filter(name => !name.startsWith(basename(program)));
  // Nor can one be removed there that is still run: it is, when the next version is unpacked.
  for (const name of former) void remove(join(storage, name)).catch(() => {});
  return program;
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
