import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { RunningSandbox } from '../core/sandbox.js';
import { remove, removeSync } from '../files/patience.js';
import { unpackChain } from './packedChain.js';

/** A window uses its sandbox with a number of its own, so that nothing of it can be taken for a real chain's. */
const CHAIN_ID = '31337';
const LAUNCHERS = '3';
const START_MS = 60_000;
const STOP_MS = 5_000;
const KEPT_CHARACTERS = 2_000;

export interface SandboxOptions {
  /** Where `sandbox.js` is, and what is packaged with it. */
  bundles: string;
  /** Where the chain's program is unpacked, once. */
  storage: string;
}

/** @param say what is going on, for a person @throws RemoteError, or cancelled */
export async function startSandboxProcess(
  { bundles, storage }: SandboxOptions,
  say: (words: string) => void,
  signal: AbortSignal,
): Promise<RunningSandbox> {
  const script = join(bundles, 'sandbox.js');
  let withoutSwan: string;
  try {
    const chain = await unpackChain(join(bundles, 'chain'), storage, say);
    return await launch(script, chain === undefined ? [] : ['--chain', chain], signal);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    withoutSwan = error instanceof Error ? error.message : String(error);
  }
  // What is most likely to be missing is what the chain needs.
  try {
    return { ...(await launch(script, ['--only', 'decthings'], signal)), withoutSwan };
  } catch (error) {
    if (signal.aborted) throw cancelled();
    const why = error instanceof Error ? error.message : String(error);
    throw new RemoteError('service', t('The Sandbox did not start. {0}', why), { cause: error });
  }
}

async function launch(script: string, flags: string[], signal: AbortSignal): Promise<RunningSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'remote-compute-sandbox-'));
  const args = ['--json', '--folder', folder, '--launchers', LAUNCHERS, '--chain-id', CHAIN_ID, ...flags];
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-KEPT_CHARACTERS);
  });
  // Of a process that has ended already.
  child.stdin.on('error', () => {});
  const ended = new Promise<string>(resolve => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, by) => {
      try {
        removeSync(folder);
      } catch {
        // On Windows, as long as this window itself looks there.
        void remove(folder).catch(() => {});
      }
      // What it says first; its usage may follow.
      const how = by === null ? t('It ended with code {0}.', String(code)) : t('It ended by {0}.', by);
      resolve(/\S.{0,300}/.exec(complaints)?.[0] ?? how);
    });
  });
  const stop = () => end(child);
  try {
    const line = await firstLine(child, ended, signal);
    return { ...JSON.parse(line), folder, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLine(child: ChildProcess, ended: Promise<string>, signal: AbortSignal): Promise<string> {
  const aborted = once(AbortSignal.any([signal, AbortSignal.timeout(START_MS)]), 'abort').then(() => {
    throw new Error(t('It was not ready within {0} seconds. Try again.', START_MS / 1000));
  });
  const line = new Promise<string>(resolve => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
  });
  const over = ended.then(why => {
    throw new Error(why);
  });
  return await Promise.race([line, over, aborted]);
}

/** Its standard input's end is enough; should it hang, it is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(timer);
}
