// Several Swan accounts of one person.
import assert from 'node:assert/strict';
import { signOutOfAll } from './accounts.js';
import { run } from './extension.js';
import { answering, yes } from './modals.js';
import { type Created, hello, openSwanSandbox } from './swan.js';

export type SwanAccounts = Awaited<ReturnType<typeof openSwanAccounts>>;

/** Signed in to three: “Home” and “Work” with a wallet each, and “Shared”, the one in use, with that of “Home”. */
export async function openSwanAccounts() {
  const account = await openSwanSandbox(['--accounts', '3', '--step-ms', '50']);
  const { services, sandbox, swan } = account;
  await swan.mineAtOnce();
  const { apiKey, wallet, others = [] } = sandbox.services.swan;
  const [work, shared] = others;
  assert.ok(work && shared);
  await run('swan.signIn', { apiKey });
  await run('swan.setWallet', { privateKey: wallet.privateKey });
  await run('swan.renameAccount', { name: 'Home' });
  await run('swan.signIn', { apiKey: work.apiKey, name: 'Work' });
  await run('swan.setWallet', { privateKey: work.wallet.privateKey });
  await run('swan.signIn', { apiKey: shared.apiKey, name: 'Shared' });
  await run('swan.setWallet', { privateKey: wallet.privateKey });

  async function use(name: string): Promise<void> {
    await run('swan.switchAccount', { account: name });
    await services.tasks.store.refresh();
  }

  return {
    ...account,
    /** Which one is in use. */
    current: () => services.swan.current?.name,
    use,
    payments: async () => (await services.swan.require()).backend.payments,
    /** A new task of one of them, paid. */
    async paidTask(name: string): Promise<string> {
      await use(name);
      let id = '';
      await answering(yes, async () => {
        id = (await run<Created>('task.create', { ...hello, pay: true })).taskUuid;
      });
      return id;
    },
    /** Signs out of all, and ends the sandbox. */
    async close(): Promise<void> {
      await signOutOfAll(services, 'swan');
      await account.close();
    },
  };
}
