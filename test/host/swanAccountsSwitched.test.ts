import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { errorOf, run } from './support/extension.js';
import { answering, type Modal, yes } from './support/modals.js';
import { Notices } from './support/notices.js';
import { type Created, hello, taskBecomes } from './support/swan.js';
import { openSwanAccounts, type SwanAccounts } from './support/swanAccounts.js';
import { typing } from './support/typing.js';

const switched = errorOf('invalid', /^You have switched to another account, wallet or network meanwhile/);

describe('several Swan accounts, switched while something is under way', () => {
  let account: SwanAccounts;
  /** A task of “Home”. */
  let running: string;
  let journal: string;

  const swan = () => account.services.swan;
  const idsOf = async () => (await (await swan().require()).backend.tasks.listAll()).rows.map(({ id }) => id);

  before(async () => {
    account = await openSwanAccounts();
    journal = join(Reflect.get(account.services.watch, 'options').context.globalStorageUri.fsPath, 'payments');
    // Both have paid: only then would one act in the other without a question about its contract.
    await account.paidTask('Work');
    running = await account.paidTask('Home');
    await taskBecomes(account, running, 'running');
  });

  after(() => account.close());

  it('are not acted in by what was asked about another’s task', async () => {
    await account.use('Home');
    const notices = new Notices();
    try {
      await account.swan.act('task', { task_uuid: running, end_in: 20 * 60 });
      await account.services.tasks.store.refresh();
      const notice = await notices.next(/ends in/);
      await account.use('Work');
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
      await account.use('Home');
      const taskUuid = what === 'paid' ? (await run<Created>('task.create', hello)).taskUuid : running;
      const before = await account.swan.moves();
      const calls = await acted();
      const modals = await answering(
        async ({ acts }) => {
          await account.use('Work');
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
    await account.use('Work');
    const before = await idsOf();
    await account.use('Home');
    const home = await idsOf();
    const { hardware } = (await swan().require()).backend;
    const { list } = hardware;
    Object.assign(hardware, {
      async list(pricing: 'dynamic' | 'fixed') {
        await account.use('Work');
        return await list(pricing);
      },
    });
    try {
      await assert.rejects(run('task.create', { ...hello, pay: true }), switched);
    } finally {
      Object.assign(hardware, { list });
    }
    assert.deepEqual(await idsOf(), before);
    await account.use('Home');
    assert.deepEqual(await idsOf(), home);
  });

  it('pay nothing from a wallet that was set after the question', async () => {
    await account.use('Home');
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
      await account.use(name);
      before[name] = trusted();
      memory.set('trustedContracts', {});
    }
    try {
      const { taskUuid } = await run<Created>('task.create', hello);
      const modals = await answering(
        async ({ acts }) => {
          await account.use('Work');
          return acts[0];
        },
        () => assert.rejects(run('task.pay', { taskUuid }), switched),
      );
      assert.deepEqual(
        modals.map(({ message }) => message),
        ['Trust this payment contract on Custom network?'],
      );
      assert.deepEqual([account.current(), trusted()], ['Work', {}]);
      await account.use('Home');
      assert.deepEqual(trusted(), {});
    } finally {
      for (const name of ['Work', 'Home']) {
        await account.use(name);
        memory.set('trustedContracts', before[name] ?? {});
      }
    }
  });

  it('do not forget another’s payment that is not finished, and leave it to that one’s key', async () => {
    await account.use('Home');
    const { payments: own } = await (await account.payments()).list();
    const done = own.find(({ task }) => task === running)?.id ?? '';
    const record = JSON.parse(readFileSync(join(journal, 'settled', `${done}.json`), 'utf8'));
    const { taskUuid: task } = await run<Created>('task.create', hello);
    const id = `${done}-left`;
    const left = { ...record, id, task, revision: 1, stage: 'ready', transactions: [], told: false, history: [] };
    delete left.hash;
    await account.use('Work');
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
      await until('the account', () => account.current() === 'Home');
      const asked = await notices.next(/^Not finished: the payment of .*It goes on when you sign it/);
      assert.deepEqual(asked.acts, ['Resume', 'Show Payments']);
      asked.answer();
      await until('its end', async () =>
        (await (await account.payments()).list()).payments.some(each => each.id === id),
      );
      for (const command of ['payments.resume', 'payments.cancel'] as const) {
        await account.use('Home');
        await answering(
          async ({ acts }) => {
            await account.use('Work');
            return acts[0];
          },
          () => assert.rejects(run(command, { paymentId: id }), switched),
        );
        assert.equal(JSON.parse(readFileSync(file, 'utf8')).stage, 'ready');
      }
      await account.use('Home');
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
    await account.use('Home');
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
    assert.deepEqual([wallets(), account.current()], [before, 'Work']);
  });
});
