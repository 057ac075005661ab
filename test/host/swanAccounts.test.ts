import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openLink } from '../../src/commands/linkOpen.js';
import type { Quote } from '../../src/core/payments.js';
import { until } from '../support/until.js';
import { signOutOfAll } from './support/accounts.js';
import { errorOf, run } from './support/extension.js';
import { answering, type Modal } from './support/modals.js';
import { Notices } from './support/notices.js';
import { type Created, hello, openSwanSandbox, type SwanAccount } from './support/swan.js';
import { typing } from './support/typing.js';
import { titleOf } from './support/view.js';

const switched = errorOf('invalid', /^You have switched to another account, wallet or network meanwhile/);
const yes = ({ acts }: { acts: string[] }) => acts[0];

describe('several Swan accounts', () => {
  let account: SwanAccount;
  /** Of each: its task that was paid. */
  const tasks: Record<string, string> = {};
  let journal: string;

  const swan = () => account.services.swan;
  const current = () => swan().current?.name;
  const use = async (name: string) => {
    await run('swan.switchAccount', { account: name });
    await account.services.tasks.store.refresh();
  };
  const rows = () => account.services.tasks.view.tree.nodes.map(({ row }) => row.id);
  const ledger = () => account.services.payments.tree.nodes.map(({ row }) => row.id);
  const idsOf = async () => (await (await swan().require()).backend.tasks.listAll()).rows.map(({ id }) => id);
  const payments = async () => (await swan().require()).backend.payments;

  async function paidTask(): Promise<string> {
    let id = '';
    await answering(yes, async () => {
      id = (await run<Created>('task.create', { ...hello, pay: true })).taskUuid;
    });
    return id;
  }

  before(async () => {
    account = await openSwanSandbox(['--accounts', '3', '--step-ms', '50']);
    await account.swan.mineAtOnce();
    const { apiKey, wallet, others = [] } = account.sandbox.services.swan;
    const [other, third] = others;
    assert.ok(other && third);
    await run('swan.signIn', { apiKey });
    await vscode.commands.executeCommand('remoteCompute.payments.focus');
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    await run('swan.renameAccount', { name: 'Home' });
    await run('swan.signIn', { apiKey: other.apiKey, name: 'Work' });
    await run('swan.setWallet', { privateKey: other.wallet.privateKey });
    await run('swan.signIn', { apiKey: third.apiKey, name: 'Shared' });
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    journal = join(Reflect.get(account.services.watch, 'options').context.globalStorageUri.fsPath, 'payments');
  });

  after(async () => {
    await run('payments.group', { by: 'month' });
    await signOutOfAll(account.services, 'swan');
    await account.close();
  });

  it('have a wallet, tasks and a ledger each', async () => {
    for (const name of ['Home', 'Work']) {
      await use(name);
      tasks[name] = await paidTask();
    }
    for (const [name, other] of [
      ['Home', 'Work'],
      ['Work', 'Home'],
    ] as const) {
      await use(name);
      await until('its task', () => rows().length === 1 && rows()[0] === tasks[name]);
      assert.equal(titleOf(account.services.tasks.view), `${name} · 1`);
      assert.equal(account.services.payments.view.description, name);
      const { payments: own, others } = await (await payments()).list();
      assert.ok(own.some(({ task }) => task === tasks[name]));
      assert.ok(!own.some(({ task }) => task === tasks[other]));
      assert.ok(others.some(({ task }) => task === tasks[other]));
      await run('payments.group', { by: 'task' });
      await until('its ledger', () => ledger().includes(`task/${tasks[name]}`));
      assert.ok(!ledger().includes(`task/${tasks[other]}`), ledger().join());
    }
  });

  it('do nothing with each other’s payments, and say whose they are', async () => {
    await use('Home');
    const { others } = await (await payments()).list();
    const [theirs] = others.filter(({ task }) => task === tasks.Work);
    assert.ok(theirs);
    await assert.rejects(
      run('payments.resume', { paymentId: theirs.id }),
      errorOf('invalid', /^This payment is of the account “Work”\. Switch to it first/),
    );
    await assert.rejects((await payments()).resume(theirs.id), errorOf('invalid', /another account’s/));
    assert.doesNotMatch(await run<string>('payments.export', {}), new RegExp(tasks.Work ?? '-'));
  });

  it('share the tasks and payments of a wallet that two of them have', async () => {
    await use('Shared');
    await until('the task of the wallet', () => rows()[0] === tasks.Home);
    const shown = (await (await payments()).list()).payments.find(({ task }) => task === tasks.Home);
    assert.ok(shown);
    assert.equal(swan().isOwn(shown), false, 'it would go on by itself with the key of another');
    assert.equal(swan().payerOf(shown)?.name, 'Home');
  });

  it('keep the nonces of a wallet apart that both pay from at the same time', async () => {
    const ids: string[] = [];
    const paying: { quote: Quote; pay(): Promise<unknown> }[] = [];
    for (const name of ['Home', 'Shared']) {
      await use(name);
      const { taskUuid } = await run<Created>('task.create', hello);
      ids.push(taskUuid);
      const its = await payments();
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
    const made = (await (await payments()).list()).payments.filter(({ task }) => ids.includes(task));
    const nonces = made.flatMap(({ transactions }) => transactions.map(({ nonce }) => nonce));
    assert.equal(new Set(nonces).size, nonces.length);
    assert.deepEqual(
      new Set(made.map(({ account: by }) => swan().accounts.find(({ id }) => id === by)?.name)),
      new Set(['Home', 'Shared']),
    );
  });

  it('tell the time left of their own tasks alone', async () => {
    const { watch } = account.services;
    await use('Home');
    await until('its task to run', async () => {
      await account.services.tasks.store.refresh();
      return watch.running.some(({ id }) => id === tasks.Home);
    });
    await run('swan.switchAccount', { account: 'Work' });
    assert.ok(!watch.running.some(({ id }) => id === tasks.Home));
    await until('its own', () => watch.running.some(({ id }) => id === tasks.Work));
  });

  it('are not acted in by what was asked about another’s task', async () => {
    await use('Home');
    const notices = new Notices();
    try {
      await account.swan.act('task', { task_uuid: tasks.Home, end_in: 20 * 60 });
      await account.services.tasks.store.refresh();
      const notice = await notices.next(/ends in/);
      await use('Work');
      notice.answer('Renew');
      await notices.next(/ is not of the account in use\. Switch to its account first/);
      assert.deepEqual(notices.modals, []);
    } finally {
      notices.restore();
    }
  });

  /** What the service was told to do with tasks. */
  const acted = async () =>
    Object.entries((await account.swan.stats()).calls).filter(([name]) => /terminate|claim|validate/.test(name));

  for (const [what, act] of [
    ['paid', taskUuid => run('task.pay', { taskUuid })],
    ['terminated', taskUuid => run('task.terminate', { taskUuid })],
    ['claimed', taskUuid => run('task.claimReview', { taskUuid })],
  ] as [string, (taskUuid: string) => Promise<unknown>][]) {
    it(`are not acted in by a question that was asked in another: nothing is ${what}`, async () => {
      await use('Home');
      const taskUuid = what === 'paid' ? (await run<Created>('task.create', hello)).taskUuid : (tasks.Home ?? '');
      const before = await account.swan.moves();
      const calls = await acted();
      const modals = await answering(
        async ({ acts }) => {
          await use('Work');
          return acts[0];
        },
        () => assert.rejects(act(taskUuid), switched),
      );
      assert.equal(modals.length, 1);
      if (what === 'paid') assert.match(modals[0]?.detail ?? '', /^Account: Home$/m);
      assert.deepEqual(await account.swan.moves(), before);
      assert.deepEqual(await acted(), calls);
    });
  }

  it('have no task that a form in another asked for', async () => {
    await use('Work');
    const before = await idsOf();
    await use('Home');
    const home = await idsOf();
    const { hardware } = (await swan().require()).backend;
    const { list } = hardware;
    Object.assign(hardware, {
      async list(pricing: 'dynamic' | 'fixed') {
        await use('Work');
        return await list(pricing);
      },
    });
    try {
      await assert.rejects(run('task.create', { ...hello, pay: true }), switched);
    } finally {
      Object.assign(hardware, { list });
    }
    assert.deepEqual(await idsOf(), before);
    await use('Home');
    assert.deepEqual(await idsOf(), home);
  });

  it('pay nothing from a wallet that was set after the question', async () => {
    await use('Home');
    const { taskUuid } = await run<Created>('task.create', hello);
    const { wallet, others } = account.sandbox.services.swan;
    const another = others?.[0]?.wallet ?? assert.fail();
    const before = await account.swan.moves();
    await answering(
      async ({ message, acts }) => {
        if (message.startsWith('Pay ')) await run('swan.setWallet', { privateKey: another.privateKey });
        return acts[0];
      },
      async () => {
        await assert.rejects(run('task.pay', { taskUuid }), switched);
        await run('swan.setWallet', { privateKey: wallet.privateKey });
      },
    );
    assert.deepEqual(await account.swan.moves(), before);
    assert.equal(await account.swan.paid(taskUuid), 0n);
  });

  it('have no trust in a contract that was asked for in another', async () => {
    const { memory } = account.services;
    const trusted = () => memory.get('trustedContracts') ?? {};
    const before: Record<string, ReturnType<typeof trusted>> = {};
    for (const name of ['Work', 'Home']) {
      await use(name);
      before[name] = trusted();
      memory.set('trustedContracts', {});
    }
    try {
      const { taskUuid } = await run<Created>('task.create', hello);
      const modals = await answering(
        async ({ acts }) => {
          await use('Work');
          return acts[0];
        },
        () => assert.rejects(run('task.pay', { taskUuid }), switched),
      );
      assert.deepEqual(
        modals.map(({ message }) => message),
        ['Trust this payment contract on Custom network?'],
      );
      assert.deepEqual([current(), trusted()], ['Work', {}]);
      await use('Home');
      assert.deepEqual(trusted(), {});
    } finally {
      for (const name of ['Work', 'Home']) {
        await use(name);
        memory.set('trustedContracts', before[name] ?? {});
      }
    }
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
    await use('Work');
    assert.deepEqual(await follow(), [error]);
    assert.deepEqual(await follow('Switch Account…', 'Work'), [error], 'nothing was switched');
    assert.ok(!rows().includes(tasks.Home ?? ''));
    assert.deepEqual(await follow('Switch Account…', 'Home'), [error]);
    assert.equal(current(), 'Home');
    assert.deepEqual(
      account.services.tasks.view.view.selection.map(({ row }) => row.id),
      [tasks.Home],
    );
  });

  it('remember a trusted contract each, until they are signed out of', async () => {
    const { memory } = account.services;
    await use('Work');
    assert.ok(Object.keys(memory.get('trustedContracts') ?? {}).length > 0);
    const { apiKey, wallet } = account.sandbox.services.swan.others?.[0] ?? assert.fail();
    await run('swan.signOut', { account: 'Work' });
    await run('swan.signIn', { apiKey, name: 'Work' });
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    assert.deepEqual(memory.get('trustedContracts') ?? {}, {});
    await use('Home');
    assert.ok(Object.keys(memory.get('trustedContracts') ?? {}).length > 0);
  });

  it('do not forget another’s payment that is not finished, and leave it to that one’s key', async () => {
    await use('Home');
    const { payments: own } = await (await payments()).list();
    const done = own.find(({ task }) => task === tasks.Home)?.id ?? '';
    const record = JSON.parse(readFileSync(join(journal, 'settled', `${done}.json`), 'utf8'));
    const { taskUuid: task } = await run<Created>('task.create', hello);
    const id = `${done}-left`;
    const left = { ...record, id, task, revision: 1, stage: 'ready', transactions: [], told: false, history: [] };
    delete left.hash;
    await use('Work');
    mkdirSync(join(journal, 'open'), { recursive: true });
    const file = join(journal, 'open', `${id}.json`);
    writeFileSync(file, JSON.stringify(left));
    const notices = new Notices();
    try {
      await account.services.recovery.check();
      const told = await notices.next(/^Not finished: the payment of .*It is of the account “Home”, and goes on in it/);
      assert.deepEqual(told.acts, ['Switch to “Home”']);
      assert.equal(JSON.parse(readFileSync(file, 'utf8')).revision, 1, 'nothing was done for it');
      await account.services.recovery.check();
      assert.deepEqual(
        notices.shown.map(({ message }) => message).filter(each => /Not finished/.test(each)),
        [],
      );
      told.answer('Switch to “Home”');
      await until('the account', () => current() === 'Home');
      const asked = await notices.next(/^Not finished: the payment of .*It goes on when you sign it/);
      assert.deepEqual(asked.acts, ['Resume', 'Show Payments']);
      asked.answer();
      await until('its end', async () => (await (await payments()).list()).payments.some(each => each.id === id));
      for (const command of ['payments.resume', 'payments.cancel'] as const) {
        await use('Home');
        await answering(
          async ({ acts }) => {
            await use('Work');
            return acts[0];
          },
          () => assert.rejects(run(command, { paymentId: id }), switched),
        );
        assert.equal(JSON.parse(readFileSync(file, 'utf8')).stage, 'ready');
      }
      await use('Home');
      const [modal] = await answering(
        () => undefined,
        async () => void (await run('swan.signOut')),
      );
      assert.match(modal?.detail ?? '', /^Not finished, and nothing signs for it without the key: the payment of /m);
      await run('payments.cancel', { paymentId: id });
    } finally {
      notices.restore();
      rmSync(file, { force: true });
    }
    assert.equal(await account.swan.paid(task), 0n);
    assert.deepEqual(
      readdirSync(join(journal, 'open')).filter(name => name.includes(id)),
      [],
    );
  });

  it('keep their wallet where another comes into use while a wallet is asked for', async () => {
    const wallets = () => swan().accounts.map(({ id }) => swan().walletOf(id));
    const before = wallets();
    await use('Home');
    const typed = async () => {
      await run('swan.switchAccount', { account: 'Work' });
      return `0x${'1'.repeat(64)}`;
    };
    const said: string[] = [];
    const { showErrorMessage } = vscode.window;
    Object.assign(vscode.window, { showErrorMessage: async (message: string) => void said.push(message) });
    let modals: Modal[] = [];
    try {
      modals = await answering(yes, async () => void (await typing([typed], () => run('swan.setWallet'))));
      await until('the error', () => said.length > 0);
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
    assert.match(said.join(), /not in use any more\. Nothing was changed/);
    assert.equal(modals[0]?.message, 'Replace the wallet of “Home”?');
    assert.deepEqual([wallets(), current()], [before, 'Work']);
  });

  it('have a key replaced by another wallet only where the person says so', async () => {
    await use('Work');
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
    await use('Home');
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
