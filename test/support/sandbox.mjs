// A sandbox of one's own: the services the extension talks to, on free loopback ports.
import { createInterface } from 'node:readline';
import { endGroup, spawnGroup } from './processes.mjs';

const START_DEADLINE_MS = 120_000;

/**
 * @typedef {object} Services what the sandbox prints when it is ready
 * @property {{ httpUrl: string, wsUrl: string, apiKey: string, modelIds: string[],
 *   others?: { apiKey: string, modelIds: string[] }[] }} decthings
 * @property {{ url: string, apiKey: string, rpcUrl: string, chainId: number, swanToken: string, clientContract: string,
 *   wallet: { address: string, privateKey: string }, signer: string,
 *   others?: { apiKey: string, wallet: { address: string, privateKey: string } }[] }} swan
 *
 * @typedef {object} Sandbox
 * @property {Services} services
 * @property {number} pid
 * @property {Promise<Error>} died settles when the sandbox ends
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string[]} [flags] for example `['--launchers', '3']`
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Sandbox>}
 */
export async function startSandbox(flags = [], env = process.env) {
  const child = spawnGroup(process.execPath, ['dist/sandbox.js', '--json', ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  /** @type {Promise<Error>} */
  const died = new Promise(resolve => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => resolve(new Error(`The sandbox ended (${signal ?? `code ${code}`}).`)));
  });
  /** @type {Promise<string | Error>} */
  const ready = new Promise(resolve => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
    setTimeout(() => resolve(new Error('The sandbox did not become ready.')), START_DEADLINE_MS).unref();
  });
  const line = await Promise.race([ready, died]);
  if (line instanceof Error) {
    await endGroup(child);
    throw line;
  }
  return { services: JSON.parse(line), pid: child.pid ?? 0, died, stop: () => endGroup(child) };
}
