// An account to test with: a sandbox of one's own, and the extension signed in to it.
import type { Services } from '../../../src/commands/services.js';
import type { MachineBackend } from '../../../src/core/backend.js';
import { systemClock } from '../../../src/core/clock.js';
import { createDecthingsBackend } from '../../../src/decthings/backend.js';
import { type Controls, controlsOf } from '../../support/controls.js';
import { keyFor } from '../../support/key.js';
import { type Sandbox, startSandbox } from '../../support/sandbox.mjs';
import { activated, run, setSetting } from './extension.js';

export interface Account {
  services: Services;
  sandbox: Sandbox;
  apiKey: string;
  modelIds: string[];
  controls: Controls;
  /** The same account, as another client of it sees it. */
  backend: MachineBackend;
  /** Signs out, and ends the sandbox. */
  close(): Promise<void>;
}

/** Starts a sandbox and points the settings at it, signed out. */
export async function openSandbox(flags: string[] = []): Promise<Account> {
  const { services } = await activated();
  const sandbox = await startSandbox(flags);
  const { httpUrl, wsUrl, apiKey, modelIds } = sandbox.services.decthings;
  await setSetting('decthings.httpUrl', httpUrl);
  await setSetting('decthings.wsUrl', wsUrl);
  return {
    services,
    sandbox,
    apiKey,
    modelIds,
    controls: controlsOf(sandbox),
    backend: createDecthingsBackend({ httpUrl, wsUrl, key: keyFor(apiKey, [httpUrl, wsUrl]) }, systemClock),
    async close() {
      await run('decthings.signOut', {});
      await run('clearSearch', {});
      await sandbox.stop();
    },
  };
}

/** The same, signed in. @param flags of the sandbox */
export async function openAccount(flags: string[] = []): Promise<Account> {
  const account = await openSandbox(flags);
  await run('decthings.signIn', { apiKey: account.apiKey });
  return account;
}
