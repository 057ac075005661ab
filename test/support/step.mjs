// One step of a test run: a command with a deadline.
import { endGroup, spawnGroup } from './processes.mjs';

const DEADLINE_MS = 600_000;
/** Longer than what the step itself grants to what it started. */
const GRACE_MS = 10_000;

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<string | undefined>} why it failed
 */
export async function runStep(name, command, args, env = {}) {
  console.log(`\n> ${name}`);
  const environment = { ...process.env, ...env };
  const child = spawnGroup(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment }, GRACE_MS);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<string | undefined>} */
  const outcome = new Promise(done => {
    child.once('error', error => done(error.message));
    child.once('exit', (code, signal) => done(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`));
    timer = setTimeout(() => done(`did not end within ${DEADLINE_MS / 60_000} minutes`), DEADLINE_MS);
  });
  const failure = await outcome;
  clearTimeout(timer);
  await endGroup(child);
  return failure;
}
