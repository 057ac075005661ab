import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from './onPath.mjs';

/** A PATH of nothing but Node.js, npm and the shell that npm runs scripts with. */
export function barePath(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  for (const name of ['npm', 'sh']) {
    const [program] = onPath(name);
    assert.ok(program, name);
    symlinkSync(program, join(bin, name));
  }
  return bin;
}
