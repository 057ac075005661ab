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

/** Suites that run one after the other, beside those of the other lane: most of what they do is to wait. */
export const LANES = [['unit', 'faults', 'host'], ['e2e']];

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
