// A Swan account to test with: a sandbox of one's own, and the extension signed in to it with its wallet.
import * as vscode from 'vscode';
import type { Services } from '../../../src/commands/services.js';
import type { Node } from '../../../src/ui/tree.js';
import { type Sandbox, startSandbox } from '../../support/sandbox.mjs';
import { Swan, swanSettings } from '../../support/swan.js';
import { until } from '../../support/until.js';
import { activated, run, setSetting } from './extension.js';

export interface SwanAccount {
  services: Services;
  sandbox: Sandbox;
  swan: Swan;
  /** Signs out, and ends the sandbox. */
  close(): Promise<void>;
}

/** Starts a sandbox and points the settings at it, signed out. @param flags of the sandbox */
export async function openSwanSandbox(flags: string[] = []): Promise<SwanAccount> {
  const { services } = await activated();
  await vscode.commands.executeCommand('remoteCompute.tasks.focus');
  const sandbox = await startSandbox(['--only', 'swan', ...flags]);
  for (const [name, value] of Object.entries(swanSettings(sandbox.services.swan))) await setSetting(name, value);
  // The journal, and so what was spent today, is that of all tests together.
  await setSetting('payments.limitPerDay', 100_000);
  const swan = new Swan(sandbox.services.swan);
  return {
    services,
    sandbox,
    swan,
    async close() {
      await run('swan.signOut', {});
      await run('task.sort', { by: 'service' });
      await run('task.clearFilter', {});
      for (const name of ['swan.network', 'payments.limitPerDay']) await setSetting(name, undefined);
      swan.close();
      await sandbox.stop();
    },
  };
}

/** The same, signed in, with the key of its wallet. */
export async function openSwanAccount(flags: string[] = []): Promise<SwanAccount> {
  const account = await openSwanSandbox(flags);
  const { apiKey, wallet } = account.sandbox.services.swan;
  await run('swan.signIn', { apiKey });
  await run('swan.setWallet', { privateKey: wallet.privateKey });
  return account;
}

/** The row of a task. */
export async function taskNode({ services }: SwanAccount, id: string): Promise<Node> {
  return await until(`the row of ${id}`, () => services.tasks.view.tree.find(id));
}

/** Waits until a task's row tells this status. */
export async function taskBecomes(account: SwanAccount, id: string, words: string): Promise<Node> {
  return await until(`${id} to be ${words}`, async () => {
    await account.services.tasks.store.refresh();
    const node = account.services.tasks.view.tree.find(id);
    return node?.row.description?.startsWith(words) ? node : undefined;
  });
}

export interface Created {
  taskUuid: string;
  paid: boolean;
}

/** What a small task needs. */
export const hello = { source: { type: 'image', name: 'hello-world' }, hardware: 'C1ae.medium', duration: 3600 };
