// Where a secret can be found after a run.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processes } from './processTable';

/** Looks through every file below a folder, and the arguments of every process. @returns where */
export function findSecrets(secrets: readonly string[], folder: string): string[] {
  const files = filesBelow(folder);
  if (files.length === 0) throw new Error(`There is nothing in ${folder} to look through.`);
  const holds = (content: Buffer | string) => secrets.some(secret => content.includes(secret));
  const started = processes().filter(({ command }) => holds(command));
  return [...files.filter(path => holds(contentOf(path))), ...started.map(({ pid }) => `the arguments of ${pid}`)];
}

/** Links are not followed: what they lead to is not of this run. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
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
