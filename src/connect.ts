import type { MachineBackend } from './core/backend.js';
import type { Clock } from './core/clock.js';
import { NETWORKS, openSwan } from './swan/index.js';
import type { CreateBackend } from './ui/account.js';
import { setting } from './ui/settings.js';
import type { CreateSwan, SwanConnection } from './ui/swanAccount.js';

// The clients of both services are bundles of their own, loaded when somebody is signed in: a start waits for neither.

export async function connectDecthings(options: Parameters<CreateBackend>[0], clock: Clock): Promise<MachineBackend> {
  const { createDecthingsBackend } = await import('./decthings/backend.js');
  return createDecthingsBackend(options, clock);
}

export async function connectSwan(
  choice: Parameters<CreateSwan>[0],
  journalFolder: string,
  clock: Clock,
): Promise<SwanConnection> {
  const { apiKey, wallet } = choice;
  const network =
    choice.name === 'custom' ? { ...choice, name: 'Custom network', signer: undefined } : NETWORKS[choice.name];
  const confirmations = Math.max(1, setting('payments.confirmations', 1));
  return { backend: await openSwan({ network, apiKey, wallet, journalFolder, confirmations }, clock), network };
}
