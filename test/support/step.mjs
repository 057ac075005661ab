// One step of a test run: a command with a deadline.
import { endGroup, spawnGroup } from './processes.mjs';

const DEADLINE_MS = 1_800_000;
/** Longer than what the step itself grants to what it started. */
const GRACE_MS = 10_000;

/**
 * @typedef {object} StepOptions
 * @property {Record<string, string>} [env] besides this process's own
 * @property {string | undefined} [cwd]
 * @property {number} [deadlineMs]
 * @property {((printed: string) => void) | undefined} [print] takes what it prints, when it is over
 *
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {StepOptions} [options]
 * @returns {Promise<string | undefined>} why it failed
 */
export async function runStep(name, command, args, { env = {}, cwd, deadlineMs = DEADLINE_MS, print } = {}) {
  if (!print) console.log(`\n> ${name}`);
  const environment = { ...process.env, ...env };
  const output = print ? 'pipe' : 'inherit';
  const child = spawnGroup(command, args, { stdio: ['ignore', output, output], env: environment, cwd }, GRACE_MS);
  /** @type {Buffer[]} */
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => printed.push(chunk));
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<string | undefined>} */
  const outcome = new Promise(done => {
    child.once('error', error => done(error.message));
    child.once('exit', (code, signal) => done(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`));
    timer = setTimeout(() => done(`did not end within ${deadlineMs / 60_000} minutes`), deadlineMs);
  });
  const failure = await outcome;
  clearTimeout(timer);
  await endGroup(child);
  print?.(`\n> ${name}\n${Buffer.concat(printed)}`);
  return failure;
}
