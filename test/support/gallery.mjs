// Takes every picture of the browser's tests in each theme and width, and lays them out on one page: out/gallery/index.html.
// Names of test files as arguments take those alone.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join('out', 'gallery');
const LOOKS = ['dark', 'light', 'contrast'];
const WIDTHS = ['200', '400'];

const named = process.argv.slice(2);
const files = named.length > 0 ? named.map(name => `out/e2e/${name}.test.js`) : ['out/e2e/**/*.test.js'];
rmSync(FOLDER, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', '--exit', ...files], {
  stdio: 'inherit',
  env: { ...process.env, REMOTE_COMPUTE_GALLERY: '1' },
});
writeFileSync(join(FOLDER, 'index.html'), page(readdirSync(FOLDER)));
console.log(`\nAll of it: ${join(FOLDER, 'index.html')}`);
process.exitCode = status ?? 1;

/** @param {string[]} pictures */
function page(pictures) {
  const scenes = [...new Set(pictures.flatMap(name => /^(.+)\.dark\.png$/.exec(name)?.[1] ?? []))].sort();
  const there = new Set(pictures);
  /** @param {string} name */
  const picture = name =>
    there.has(name) ? `<a href="${name}"><img src="${name}" alt="${name}" loading="lazy"></a>` : '';
  const rows = scenes.map(scene => {
    const windows = LOOKS.map(look => `<div>${picture(`${scene}.${look}.png`)}</div>`).join('');
    const sidebars = LOOKS.map(
      look => `<div class="narrow">${WIDTHS.map(width => picture(`${scene}.${look}-${width}.png`)).join('')}</div>`,
    ).join('');
    return `<h2>${scene}</h2><section>${windows}</section><section>${sidebars}</section>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Remote Compute, all of it</title><style>
body { font: 14px system-ui; margin: 1rem; background: #888; }
section { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem; align-items: start; }
img { max-width: 100%; }
.narrow { display: flex; gap: .5rem; align-items: start; }
.narrow a:first-child { flex: 1 } .narrow a:last-child { flex: 2 }
</style><h1>${scenes.length} scenes</h1>${rows.join('\n')}\n`;
}
