// Mocha's spec reporter, which also writes how many tests passed and failed into the file named by the environment.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class CountsReporter extends Mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.REMOTE_COMPUTE_COUNTS;
    runner.once('end', () => {
      if (file === undefined) return;
      const { passes, failures, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}
