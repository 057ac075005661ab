// Mocha's spec reporter, which also writes into the file named by the environment how many tests passed and failed, how often
// something was asserted, and how long each suite took.
import assert from 'node:assert';
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} assertions
 * @property {string[]} fell the titles of what failed
 * @property {{ title: string, ms: number }[]} times of the outermost suites, with their hooks
 */

export default class CountsReporter extends Mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.REMOTE_COMPUTE_COUNTS;
    if (file === undefined) return;
    const asserted = countAssertions();
    /** @type {Counts['fell']} */
    const fell = [];
    /** @type {Counts['times']} */
    const times = [];
    let start = Date.now();
    runner.on('fail', test => fell.push(test.fullTitle()));
    runner.on('suite', suite => {
      if (suite.parent?.root) start = Date.now();
    });
    runner.on('suite end', suite => {
      if (suite.parent?.root) times.push({ title: suite.title, ms: Date.now() - start });
    });
    runner.once('end', () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      /** @type {Counts} */
      const counts = { passed, failed, skipped, assertions: asserted(), fell, times };
      writeFileSync(file, JSON.stringify(counts));
    });
  }
}

/**
 * Tests use the strict ones. The others stay as they are: by them Node.js tells `match` from `doesNotMatch`.
 * @returns how often something was asserted from now on
 */
function countAssertions() {
  let count = 0;
  for (const [name, check] of Object.entries(assert.strict)) {
    if (typeof check !== 'function' || !/^[a-z]/.test(name) || name === 'strict') continue;
    /** @param {unknown[]} args */
    const counted = (...args) => {
      count++;
      return check(...args);
    };
    Object.assign(assert.strict, { [name]: counted });
  }
  return () => count;
}
