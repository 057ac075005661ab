// Takes README's pictures anew: runs the browser's tests that make them, and copies what these leave in out/pictures to
// media/, with a palette where ImageMagick is installed: half the size, for colours that nobody tells apart.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const TESTS = 'test/e2e';
const MADE = 'out/pictures';
const PALETTE = ['+dither', '-colors', '256'];

const files = readdirSync(TESTS)
  .filter(name => name.endsWith('.ts') && readFileSync(join(TESTS, name), 'utf8').includes(' picture(page'))
  .map(name => `out/e2e/${name.replace(/\.ts$/, '.js')}`);
const mocha = ['node_modules/mocha/bin/mocha.js', '--exit', ...files];
const { status } = spawnSync(process.execPath, mocha, { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
for (const name of readdirSync(MADE)) {
  const made = join(MADE, name);
  const kept = join('media', name);
  if (spawnSync('convert', [made, ...PALETTE, `PNG8:${kept}`]).status !== 0) copyFileSync(made, kept);
  console.log(`${kept}: ${Math.round(statSync(kept).size / 1000)} KB`);
}
