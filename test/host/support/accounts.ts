// Several accounts of one person.
import * as vscode from 'vscode';
import type { Services } from '../../../src/commands/services.js';
import { run } from './extension.js';

/** Forgets every account of a service, so that the next suite begins without one. */
export async function signOutOfAll(services: Services, service: 'decthings' | 'swan'): Promise<void> {
  const { accounts } = service === 'swan' ? services.swan : services.account;
  for (const { id } of accounts) await run(`${service}.signOut`, { account: id });
}

/** What VS Code gave the extension to keep secrets with, as a second window has it too. */
export function keyStore({ account }: Services): { secrets: vscode.SecretStorage; state: vscode.Memento } {
  return Reflect.get(account, 'options');
}

/** Who is signed in, as VS Code tells any extension. */
export async function sessionNames(): Promise<string[]> {
  const { getAccounts } = vscode.authentication as unknown as {
    getAccounts(provider: string): Thenable<vscode.AuthenticationSessionAccountInformation[]>;
  };
  const names = (await getAccounts('remoteCompute.decthings')).map(({ label }) => label);
  return names.sort((a, b) => a.localeCompare(b));
}
