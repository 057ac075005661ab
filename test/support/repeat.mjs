// Runs suites again and again, and tells what fell: `npm run repeat -- e2e 5 --load`. Names of suites (all where none is
// given), how often, and with --load beside busy loops on all cores. What each run printed is in out/repeat/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endGroup, spawnGroup } from './processes.mjs';
import { runStep } from './step.mjs';
import { runSuites, SUITES } from './suites.mjs';

const OFTEN = 5;
const FOLDER = join('out', 'repeat');

process.env.PATH = resolve('node_modules/.bin') + delimiter + process.env.PATH;
const { values, positionals } = parseArgs({ options: { load: { type: 'boolean' } }, allowPositionals: true });
const times = Number(positionals.find(each => /^\d+$/.test(each)) ?? OFTEN);
const named = positionals.filter(each => SUITES.has(each));
const suites = named.length > 0 ? named : [...SUITES.keys()];

const unbuilt =
  (await runStep('build', process.execPath, ['esbuild.mjs', '--tests'])) ??
  (await runStep('VS Code', process.execPath, ['test/support/vscode/prepare.mjs']));
if (unbuilt !== undefined) process.exit(1);
mkdirSync(FOLDER, { recursive: true });

const loops = values.load ? cpus().map(() => spawnGroup(process.execPath, ['-e', 'for (;;);'])) : [];
/** @type {Map<string, number>} how often each fell */
const fell = new Map();
for (let run = 1; run <= times; run++) {
  const start = Date.now();
  let printed = '';
  const results = await runSuites(suites, text => (printed += text));
  const titles = results.flatMap(result => result.fell);
  for (const title of titles) fell.set(title, (fell.get(title) ?? 0) + 1);
  writeFileSync(join(FOLDER, `${run}.log`), printed);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`run ${run} of ${times}: ${passed} passed, ${titles.length} failed, ${seconds} s`);
  for (const title of titles) console.log(`    ${title}`);
}
await Promise.all(loops.map(endGroup));

console.log(`\n${suites.join(', ')}, ${times} times${values.load ? ' under load' : ''}: ${fell.size} fell`);
for (const [title, count] of fell) console.log(`  ${count} of ${times}: ${title}`);
process.exitCode = fell.size > 0 ? 1 : 0;
