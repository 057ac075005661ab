// Where a secret can be found after a run.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Looks through every file below a folder, and where Linux tells them, the arguments of every process. @returns where */
export function findSecrets(secrets: readonly string[], folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (files.length === 0) throw new Error(`There is nothing in ${folder} to look through.`);
  const processes = process.platform === 'linux' ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : [];
  return [...files, ...processes.map(pid => `/proc/${pid}/cmdline`)].filter(path => {
    const content = contentOf(path);
    return secrets.some(secret => content.includes(secret));
  });
}

/** Empty for what went meanwhile. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
