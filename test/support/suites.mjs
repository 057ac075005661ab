// The suites, and what counts as a failure of one.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './processes.mjs';
import { runStep } from './step.mjs';

/** How each suite is run, by name and in order. */
export const SUITES = new Map([
  ['unit', mocha('unit')],
  ['faults', mocha('faults')],
  ['host', [process.execPath, 'test/support/run-host.mjs']],
  // A browser can keep its driver busy after the last test.
  ['e2e', [...mocha('e2e'), '--exit']],
]);

/**
 * What runs after what, and in lanes beside each other: most of what those do is to wait. Processes that are killed by the
 * hundred leave nothing over for a lane beside theirs.
 */
export const STAGES = [[['faults']], [['unit', 'host'], ['e2e']]];

/** @param {string} suite */
function mocha(suite) {
  const reporter = 'test/support/counts-reporter.mjs';
  return [
    'mocha',
    '--forbid-only',
    '--forbid-pending',
    '--timeout',
    '20000',
    '--reporter',
    reporter,
    `out/${suite}/**/*.test.js`,
  ];
}

/**
 * A suite that crashes, says it failed without naming a test, or runs nothing has at least one failure.
 * @param {string} name
 * @param {boolean} aside of another suite
 * @returns {Promise<{ passed: number, failed: number, note: string }>}
 */
export async function runSuite(name, aside) {
  if (!existsSync(join('test', name))) return { passed: 0, failed: 0, note: 'no such folder yet' };
  const [command = '', ...args] = SUITES.get(name) ?? [];
  const counts = join(temporaryFolder('counts'), 'counts.json');
  const failure = await runStep(name, command, args, { env: { REMOTE_COMPUTE_COUNTS: counts }, aside });
  if (!existsSync(counts)) return { passed: 0, failed: 1, note: failure ?? 'ended without running its tests' };
  const { passed, failed } = JSON.parse(readFileSync(counts, 'utf8'));
  if (failed > 0) return { passed, failed, note: '' };
  if (failure !== undefined) return { passed, failed: 1, note: failure };
  return passed > 0 ? { passed, failed, note: '' } : { passed, failed: 1, note: 'ran no test' };
}
