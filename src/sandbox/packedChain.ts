import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { t } from '../core/l10n.js';

const EXECUTABLE = 0o755;

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
  const program = join(storage, `anvil-${wanted.slice(0, 16)}`);
  if (existsSync(program) && (await digest(program)) === wanted) return program;
  say(t('Unpacking its chain, once…'));
  await mkdir(storage, { recursive: true });
  const partial = `${program}.${process.pid}`;
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(partial));
  if ((await digest(partial)) !== wanted)
    throw new Error(t('The packaged chain is damaged. Install the extension again.'));
  await chmod(partial, EXECUTABLE);
  await rename(partial, program);
  const former = (await readdir(storage)).filter(name => !name.startsWith(basename(program)));
  await Promise.all(former.map(name => rm(join(storage, name), { recursive: true, force: true })));
  return program;
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
