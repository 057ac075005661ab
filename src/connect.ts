import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chainOf, originOf, type Place } from './core/accountKey.js';
import type { MachineBackend } from './core/backend.js';
import type { Clock } from './core/clock.js';
import { setFetch } from './core/fetching.js';
import { t } from './core/l10n.js';
import type { Log } from './core/log.js';
import { httpsFetch } from './net/httpsFetch.js';
import { NETWORKS, type Network, openSwan } from './swan/index.js';
import type { CreateBackend } from './ui/account.js';
import type { SandboxVisitOptions } from './ui/sandboxVisit.js';
import { setting } from './ui/settings.js';
import type { CreateSwan, NetworkChoice, SwanConnection } from './ui/swanAccount.js';

setFetch(httpsFetch);

// The clients of both services are bundles of their own, loaded when somebody is signed in: a start waits for neither.

export async function connectDecthings(
  options: Parameters<CreateBackend>[0],
  clock: Clock,
  log: Log,
): Promise<MachineBackend> {
  const { createDecthingsBackend } = await import('./decthings/backend.js');
  return createDecthingsBackend(options, clock, log);
}

export async function connectSwan(
  choice: Parameters<CreateSwan>[0],
  journalFolder: string,
  clock: Clock,
  log: Log,
): Promise<SwanConnection> {
  const { key, wallet, id, isOthers } = choice;
  const network = networkOf(choice);
  const confirmations = Math.max(1, setting('payments.confirmations', 1));
  const sandboxFolder = choice.name === 'sandbox' ? choice.folder : undefined;
  const journal = sandboxFolder === undefined ? journalFolder : join(sandboxFolder, 'payments');
  const account = { network, key, wallet, id, isOthers, journalFolder: journal, confirmations };
  return { backend: await openSwan(account, clock, log), network, sandboxFolder };
}

/** Where the key goes on a network, and the chain that its wallet signs for. */
export function placesOf(choice: NetworkChoice): Place[] {
  const { orchestratorUrl, chainId } = networkOf(choice);
  return [originOf(orchestratorUrl), chainOf(chainId)];
}

function networkOf(choice: NetworkChoice): Network {
  switch (choice.name) {
    case 'mainnet':
    case 'testnet':
      return NETWORKS[choice.name];
    case 'custom':
      return { ...choice, name: t('Custom network'), signer: undefined };
    case 'sandbox':
      return { ...choice, name: t('Sandbox'), explorerUrl: undefined };
  }
}

/** The sandbox runs in a process of its own; what starts it is loaded when somebody tries it. */
export function sandboxOf(extension: {
  extensionPath: string;
  globalStorageUri: { fsPath: string };
}): Pick<SandboxVisitOptions, 'start' | 'unsupported'> {
  const bundles = join(extension.extensionPath, 'dist');
  const storage = join(extension.globalStorageUri.fsPath, 'sandbox');
  return {
    unsupported: sandboxProblem(bundles),
    async start(say, signal) {
      const { startSandboxProcess } = await import('./sandbox/process.js');
      return await startSandboxProcess({ bundles, storage }, say, signal);
    },
  };
}

function sandboxProblem(bundles: string): string | undefined {
  if (process.platform === 'win32') {
    return t(
      'The Sandbox opens shells of this machine, for which it needs Linux or macOS. On Windows, try it in a folder opened in WSL.',
    );
  }
  if (existsSync(join(bundles, 'sandbox.js'))) return undefined;
  return t('This package of the extension comes without the Sandbox. Install the one that is made for this machine.');
}
