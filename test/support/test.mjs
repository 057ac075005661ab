// Type check, lint, build and every suite, with a summary at the end. Names of suites as arguments run those alone,
// after a build. Exits with code 1 where anything failed.
import { writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { runStep } from './step.mjs';
import { runSuites, SUITES } from './suites.mjs';

/** How many of what took longest are named. */
const LONGEST = 10;

process.env.PATH = resolve('node_modules/.bin') + delimiter + process.env.PATH;
if (process.stdout.isTTY) process.env.FORCE_COLOR ??= '1';

const named = process.argv.slice(2);
const unknown = named.find(name => !SUITES.has(name));
if (unknown !== undefined) {
  console.error(`There is no suite "${unknown}"; there are ${[...SUITES.keys()].join(', ')}.`);
  process.exit(1);
}

const start = Date.now();
/** @type {{ name: string, failed: number, note: string }[]} */
const steps = [];
/** @type {import('./suites.mjs').Result[]} */
let results = [];
if (named.length === 0) {
  await check('type check', 'tsc', []);
  await check('lint', 'biome', ['check', '--error-on-warnings']);
}
const suites = named.length > 0 ? named : [...SUITES.keys()];
const ready =
  (await check('build', process.execPath, ['esbuild.mjs', '--tests'])) &&
  // Not while its first test waits.
  (!suites.includes('e2e') || (await check('VS Code', process.execPath, ['test/support/vscode/prepare.mjs'])));
/** @param {string} printed */
const print = printed => process.stdout.write(printed);
if (ready) results = await runSuites(suites, suites.length > 1 ? print : undefined);
report();

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 */
async function check(name, command, args) {
  const failure = await runStep(name, command, args);
  steps.push({ name, failed: failure === undefined ? 0 : 1, note: failure ?? 'ok' });
  return failure === undefined;
}

function report() {
  const longest = results
    .flatMap(({ name, times }) => times.map(({ title, ms }) => ({ text: `${name}: ${title}`, ms })))
    .sort((one, other) => other.ms - one.ms)
    .slice(0, LONGEST);
  console.log(`\nWhat took longest, of ${seconds(Date.now() - start).trim()}:`);
  for (const { text, ms } of longest) console.log(`  ${seconds(ms)}  ${text}`);

  const width = Math.max(...[...steps, ...results].map(({ name }) => name.length));
  console.log();
  for (const { name, note } of steps) console.log(`  ${name.padEnd(width)}  ${note}`);
  for (const { name, passed, failed, assertions, note } of results) {
    console.log(
      `  ${name.padEnd(width)}  ${passed} passed, ${failed} failed, ${assertions} assertions  ${note}`.trimEnd(),
    );
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = [...steps, ...results].reduce((sum, result) => sum + result.failed, 0);
  const summary = `${passed} passed, ${failed} failed`;
  const file = process.env.REMOTE_COMPUTE_SUMMARY;
  if (file !== undefined) writeFileSync(file, `${summary}\n`);
  console.log(`\n${summary}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** @param {number} ms */
function seconds(ms) {
  return `${Math.round(ms / 1000)} s`.padStart(6);
}
