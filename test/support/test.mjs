// Type check, lint, build and every suite, with a summary at the end. Names of suites as arguments run those alone,
// after a build. Exits with code 1 where anything failed.
import { writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { runStep } from './step.mjs';
import { runSuite, STAGES, SUITES } from './suites.mjs';

/** @typedef {{ name: string, passed: number, failed: number, note: string }} Result */

process.env.PATH = resolve('node_modules/.bin') + delimiter + process.env.PATH;
if (process.stdout.isTTY) process.env.FORCE_COLOR ??= '1';

const named = process.argv.slice(2);
const unknown = named.find(name => !SUITES.has(name));
if (unknown !== undefined) {
  console.error(`There is no suite "${unknown}"; there are ${[...SUITES.keys()].join(', ')}.`);
  process.exit(1);
}

/** @type {Result[]} */
const results = [];
if (named.length === 0) {
  await check('type check', 'tsc', []);
  await check('lint', 'biome', ['check', '--error-on-warnings']);
}
const stages = named.length > 0 ? [[named]] : STAGES;
const ready =
  (await check('build', process.execPath, ['esbuild.mjs', '--tests'])) &&
  // Not while its first test waits.
  (!stages.flat(2).includes('e2e') || (await check('VS Code', process.execPath, ['test/support/vscode/prepare.mjs'])));
if (ready) for (const lanes of stages) await Promise.all(lanes.map(runLane));
report();

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 */
async function check(name, command, args) {
  const failure = await runStep(name, command, args);
  results.push({ name, passed: 0, failed: failure === undefined ? 0 : 1, note: failure ?? 'ok' });
  return failure === undefined;
}

/**
 * @param {string[]} suites
 * @param {number} index
 */
async function runLane(suites, index) {
  for (const name of suites) results.push({ name, ...(await runSuite(name, index > 0)) });
}

function report() {
  const width = Math.max(...results.map(({ name }) => name.length));
  console.log();
  for (const { name, passed, failed, note } of results) {
    const counts = SUITES.has(name) ? `${passed} passed, ${failed} failed` : '';
    console.log(`  ${[name.padEnd(width), counts, note].filter(text => text !== '').join('  ')}`);
  }
  /** @param {'passed' | 'failed'} key */
  const sum = key => results.reduce((total, result) => total + result[key], 0);
  const summary = `${sum('passed')} passed, ${sum('failed')} failed`;
  const file = process.env.REMOTE_COMPUTE_SUMMARY;
  if (file !== undefined) writeFileSync(file, `${summary}\n`);
  console.log(`\n${summary}`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}
