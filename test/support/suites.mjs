// The suites, how they are run beside each other, and what counts as a failure of one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './processes.mjs';
import { runStep } from './step.mjs';

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} assertions
 * @property {string[]} fell the titles of what failed
 * @property {{ title: string, ms: number }[]} times of what it consists of
 * @property {string} note
 *
 * @typedef {(printed: string) => void} Print
 */

/** @type {Map<string, string[]>} the command of each suite, by name and in order */
export const SUITES = new Map([
  ['unit', mocha('out/unit/**/*.test.js')],
  ['faults', mocha('out/faults/**/*.test.js')],
  ['host', [process.execPath, 'test/support/run-host.mjs']],
  ['e2e', mocha()],
]);

/** So many run beside each other, one more than there are cores at the least: much of what they do is to wait. */
const LANES = 3;

/** @param {string[]} args */
function mocha(...args) {
  // A browser, or what a failed test has left open, would keep the run from ending.
  return [
    'mocha',
    '--exit',
    '--forbid-only',
    '--forbid-pending',
    '--reporter',
    'test/support/counts-reporter.mjs',
    ...args,
  ];
}

/**
 * Runs suites in lanes, each of which takes the next when it is free.
 * @param {string[]} names
 * @param {Print} [print] what each has printed, when it is over; without it that is seen at once
 * @returns {Promise<Result[]>} in the order of their names
 */
export async function runSuites(names, print) {
  // What takes longest first, the browser's in halves.
  const waiting = [
    ...names.filter(name => name === 'e2e').flatMap(halves),
    ...names.filter(name => name === 'faults').map(whole),
    ...names.filter(name => name !== 'e2e' && name !== 'faults').map(whole),
  ];
  /** @type {Result[]} */
  const results = [];
  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      print?.(`\n> ${part.name} runs…\n`);
      results.push(await run(part, print));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return names.map(name => sum(name, results));
}

/** @param {string} name */
function whole(name) {
  return { name, args: /** @type {string[]} */ ([]) };
}

/** @param {string} name */
function halves(name) {
  const files = readdirSync(join('out', name)).filter(file => file.endsWith('.test.js'));
  return [0, 1].map(half => ({
    name,
    args: files.filter((_, index) => index % 2 === half).map(file => join('out', name, file)),
  }));
}

/**
 * A suite that crashes, says it failed without naming a test, or runs nothing has at least one failure.
 * @param {{ name: string, args: string[] }} part
 * @param {Print} [print]
 * @returns {Promise<Result>}
 */
async function run({ name, args }, print) {
  const [command = '', ...own] = SUITES.get(name) ?? [];
  const file = join(temporaryFolder('counts'), 'counts.json');
  const failure = await runStep(name, command, [...own, ...args], { env: { REMOTE_COMPUTE_COUNTS: file }, print });
  if (!existsSync(file)) {
    const note = failure ?? 'ended without running its tests';
    return { name, passed: 0, failed: 1, assertions: 0, fell: [`${name}: ${note}`], times: [], note };
  }
  /** @type {import('./counts-reporter.mjs').Counts} */
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  const note = failure ?? (counts.passed > 0 ? '' : 'ran no test');
  if (counts.failed > 0 || note === '') return { name, ...counts, note: '' };
  return { name, ...counts, failed: 1, fell: [`${name}: ${note}`], note };
}

/**
 * @param {string} name
 * @param {Result[]} results of all parts
 * @returns {Result}
 */
function sum(name, results) {
  const parts = results.filter(each => each.name === name);
  /** @param {'passed' | 'failed' | 'assertions'} key */
  const total = key => parts.reduce((sum, part) => sum + part[key], 0);
  return {
    name,
    passed: total('passed'),
    failed: total('failed'),
    assertions: total('assertions'),
    fell: parts.flatMap(part => part.fell),
    times: parts.flatMap(part => part.times),
    note: parts.map(part => part.note).join(' '),
  };
}
