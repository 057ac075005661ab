import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openLink } from '../../src/commands/linkOpen.js';
import type { Quote } from '../../src/core/payments.js';
import { until } from '../support/until.js';
import { errorOf, run } from './support/extension.js';
import { answering, yes } from './support/modals.js';
import { type Created, hello } from './support/swan.js';
import { openSwanAccounts, type SwanAccounts } from './support/swanAccounts.js';
import { typing } from './support/typing.js';
import { titleOf } from './support/view.js';

describe('several Swan accounts', () => {
  let account: SwanAccounts;
  /** Of each: its task that was paid. */
  const tasks: Record<string, string> = {};

  const swan = () => account.services.swan;
  const rows = () => account.services.tasks.view.tree.nodes.map(({ row }) => row.id);
  const ledger = () => account.services.payments.tree.nodes.map(({ row }) => row.id);

  before(async () => {
    account = await openSwanAccounts();
    await vscode.commands.executeCommand('remoteCompute.payments.focus');
  });

  after(async () => {
    await run('payments.group', { by: 'month' });
    await account.close();
  });

  it('have a wallet, tasks and a ledger each', async () => {
    for (const name of ['Home', 'Work']) {
      tasks[name] = await account.paidTask(name);
    }
    for (const [name, other] of [
      ['Home', 'Work'],
      ['Work', 'Home'],
    ] as const) {
      await account.use(name);
      await until('its task', () => rows().length === 1 && rows()[0] === tasks[name]);
      assert.equal(titleOf(account.services.tasks.view), `${name} · 1`);
      assert.equal(account.services.payments.view.description, name);
      const { payments: own, others } = await (await account.payments()).list();
      assert.ok(own.some(({ task }) => task === tasks[name]));
      assert.ok(!own.some(({ task }) => task === tasks[other]));
      assert.ok(others.some(({ task }) => task === tasks[other]));
      await run('payments.group', { by: 'task' });
      await until('its ledger', () => ledger().includes(`task/${tasks[name]}`));
      assert.ok(!ledger().includes(`task/${tasks[other]}`), ledger().join());
    }
  });

  it('do nothing with each other’s payments, and say whose they are', async () => {
    await account.use('Home');
    const { others } = await (await account.payments()).list();
    const [theirs] = others.filter(({ task }) => task === tasks.Work);
    assert.ok(theirs);
    await assert.rejects(
      run('payments.resume', { paymentId: theirs.id }),
      errorOf('invalid', /^This payment is of the account “Work”\. Switch to it first/),
    );
    await assert.rejects((await account.payments()).resume(theirs.id), errorOf('invalid', /another account’s/));
    assert.doesNotMatch(await run<string>('payments.export', {}), new RegExp(tasks.Work ?? '-'));
  });

  it('share the tasks and payments of a wallet that two of them have', async () => {
    await account.use('Shared');
    await until('the task of the wallet', () => rows()[0] === tasks.Home);
    const shown = (await (await account.payments()).list()).payments.find(({ task }) => task === tasks.Home);
    assert.ok(shown);
    assert.equal(swan().isOwn(shown), false, 'it would go on by itself with the key of another');
    assert.equal(swan().payerOf(shown)?.name, 'Home');
  });

  it('keep the nonces of a wallet apart that both pay from at the same time', async () => {
    const ids: string[] = [];
    const paying: { quote: Quote; pay(): Promise<unknown> }[] = [];
    for (const name of ['Home', 'Shared']) {
      await account.use(name);
      const { taskUuid } = await run<Created>('task.create', hello);
      ids.push(taskUuid);
      const its = await account.payments();
      const { client, token } = await its.contract();
      const wallet = account.sandbox.services.swan.wallet;
      const contract = { client, token };
      const request = {
        task: taskUuid,
        kind: 'create' as const,
        pricing: 'dynamic' as const,
        wallet: wallet.address,
        contract,
      };
      const quote = await its.estimate(request);
      const signer = await its.signerFromKey(wallet.privateKey);
      paying.push({ quote, pay: () => its.pay(quote, signer) });
    }
    await Promise.all(paying.map(({ pay }) => pay()));
    for (const [index, id] of ids.entries()) assert.equal(await account.swan.paid(id), paying[index]?.quote.amount);
    const made = (await (await account.payments()).list()).payments.filter(({ task }) => ids.includes(task));
    const nonces = made.flatMap(({ transactions }) => transactions.map(({ nonce }) => nonce));
    assert.equal(new Set(nonces).size, nonces.length);
    assert.deepEqual(
      new Set(made.map(({ account: by }) => swan().accounts.find(({ id }) => id === by)?.name)),
      new Set(['Home', 'Shared']),
    );
  });

  it('tell the time left of their own tasks alone', async () => {
    const { watch } = account.services;
    await account.use('Home');
    await until('its task to run', async () => {
      await account.services.tasks.store.refresh();
      return watch.running.some(({ id }) => id === tasks.Home);
    });
    await run('swan.switchAccount', { account: 'Work' });
    assert.ok(!watch.running.some(({ id }) => id === tasks.Home));
    await until('its own', () => watch.running.some(({ id }) => id === tasks.Work));
  });

  it('are switched by the button of the error that a link to another’s task leads to', async () => {
    const said: unknown[] = [];
    const { showErrorMessage } = vscode.window;
    const follow = async (answer?: string, choice?: string) => {
      Object.assign(vscode.window, {
        showErrorMessage: async (...message: string[]) => {
          said.push(message);
          return answer;
        },
      });
      const link = vscode.Uri.from({ scheme: vscode.env.uriScheme, path: `/task/${tasks.Home}` });
      try {
        await typing([], () => openLink(account.services, link), choice);
      } finally {
        Object.assign(vscode.window, { showErrorMessage });
      }
      return said.splice(0);
    };
    const text = 'What this link leads to is not in the account “Work”. If it is in another one, switch to that first.';
    const error = [text, 'Switch Account…'];
    await account.use('Work');
    assert.deepEqual(await follow(), [error]);
    assert.deepEqual(await follow('Switch Account…', 'Work'), [error], 'nothing was switched');
    assert.ok(!rows().includes(tasks.Home ?? ''));
    assert.deepEqual(await follow('Switch Account…', 'Home'), [error]);
    assert.equal(account.current(), 'Home');
    assert.deepEqual(
      account.services.tasks.view.view.selection.map(({ row }) => row.id),
      [tasks.Home],
    );
  });

  it('remember a trusted contract each, until they are signed out of', async () => {
    const { memory } = account.services;
    await account.use('Work');
    assert.ok(Object.keys(memory.get('trustedContracts') ?? {}).length > 0);
    const { apiKey, wallet } = account.sandbox.services.swan.others?.[0] ?? assert.fail();
    await run('swan.signOut', { account: 'Work' });
    await run('swan.signIn', { apiKey, name: 'Work' });
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    assert.deepEqual(memory.get('trustedContracts') ?? {}, {});
    await account.use('Home');
    assert.ok(Object.keys(memory.get('trustedContracts') ?? {}).length > 0);
  });

  it('have a key replaced by another wallet only where the person says so', async () => {
    await account.use('Work');
    const { wallet } = account.sandbox.services.swan.others?.[0] ?? assert.fail();
    const before = swan().wallet;
    const other = { privateKey: `0x${'1'.repeat(64)}` };
    const [modal] = await answering(
      () => undefined,
      async () => void (await run('swan.setWallet', other)),
    );
    assert.match(modal?.detail ?? '', new RegExp(`^The key of its wallet ${before?.address} is kept nowhere else`));
    assert.deepEqual(swan().wallet, before);
    const modals = await answering(yes, async () => void (await run('swan.setWallet', other)));
    assert.equal(modals.length, 1);
    assert.notEqual(swan().wallet?.address, before?.address);
    await answering(yes, async () => void (await run('swan.setWallet', { privateKey: wallet.privateKey })));
    const same = await answering(yes, async () => void (await run('swan.setWallet', wallet)));
    assert.deepEqual([same, swan().wallet?.address], [[], before?.address]);
  });

  // Last: it leaves one, without a wallet.
  it('are signed out of by a person after a question, the only one too where it has a key', async () => {
    for (const name of ['Work', 'Shared']) await run('swan.signOut', { account: name });
    await account.use('Home');
    const address = swan().wallet?.address ?? '';
    const modals = await answering(
      () => undefined,
      async () => void (await run('swan.signOut')),
    );
    assert.equal(modals.length, 1);
    assert.match(modals[0]?.detail ?? '', new RegExp(`^The key of its wallet ${address} is kept nowhere else`, 'm'));
    assert.equal(swan().wallet?.address, address);
    await answering(yes, async () => void (await run('swan.signOut')));
    assert.equal(swan().signedIn, false);
    const { apiKey } = account.sandbox.services.swan;
    await run('swan.signIn', { apiKey });
    const none = await answering(yes, async () => void (await run('swan.signOut')));
    assert.deepEqual([none, swan().signedIn], [[], false], 'without a wallet there is nothing to lose');
  });
});
