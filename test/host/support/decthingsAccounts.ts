// Several Decthings accounts of one person.
import * as vscode from 'vscode';
import { until } from '../../support/until.js';
import { openSandbox } from './account.js';
import { signOutOfAll } from './accounts.js';
import { run } from './extension.js';

export type DecthingsAccounts = Awaited<ReturnType<typeof openDecthingsAccounts>>;

/** Four, with two launchers and a terminal each; nobody is signed in. */
export async function openDecthingsAccounts() {
  const account = await openSandbox(['--only', 'decthings', '--accounts', '4', '--launchers', '2', '--terminals', '1']);
  const { services, sandbox, apiKey } = account;
  for (const view of ['launchers', 'debugSessions', 'terminals']) {
    await vscode.commands.executeCommand(`remoteCompute.${view}.focus`);
  }
  const rows = () => services.views.launchers.tree.nodes.map(({ row }) => row.id);

  return {
    ...account,
    /** Of each, in order. */
    keys: [apiKey, ...(sandbox.services.decthings.others ?? []).map(other => other.apiKey)],
    /** Which one is in use. */
    current: () => services.account.current?.name,
    /** The ids of its launchers, as they are shown. */
    rows,
    /** The same, as the service has them. */
    idsOf: async () => (await (await services.account.require()).launchers.list({})).rows.map(({ id }) => id),
    async use(name: string): Promise<void> {
      await run('decthings.switchAccount', { account: name });
      await until(`rows of ${name}`, () => rows().length === 2);
    },
    /** Signs out of all, and ends the sandbox. */
    async close(): Promise<void> {
      await signOutOfAll(services, 'decthings');
      await account.close();
    },
  };
}
