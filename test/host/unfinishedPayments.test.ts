import assert from 'node:assert/strict';
import { unitsText } from '../../src/core/money.js';
import type { Payment } from '../../src/core/payments.js';
import type { Task } from '../../src/core/tasks.js';
import type { Checked } from '../../src/ui/paymentCheck.js';
import type { Node } from '../../src/ui/tree.js';
import { until } from '../support/until.js';
import { errorOf, run } from './support/extension.js';
import { type Ledger, openLedger } from './support/ledger.js';
import { answering, no, yes } from './support/modals.js';
import { saying } from './support/seen.js';
import { taskNode } from './support/swan.js';

describe('the ledger of payments that are not finished', () => {
  let account: Ledger;

  before(async () => {
    account = await openLedger(31_556);
  });

  after(() => account.close());

  afterEach(() => account.swan.mineAtOnce());

  /** The row at the top of a task's payment that is not finished. */
  function openRow(task: Task, words: RegExp): Promise<Node> {
    return until(`a row that says ${words}`, () =>
      account.tree.nodes.find(({ row }) => row.id === idOf(task) && words.test(row.description ?? '')),
    );
  }

  const ids = new Map<string, string>();
  const idOf = (task: Task) => ids.get(task.id);

  /** A task whose payment waits for a block, and what becomes of it. */
  async function stuck(): Promise<{ task: Task; payment: Payment; outcome: Promise<string> }> {
    const task = await account.create();
    await account.swan.stopMining();
    const outcome = account.paying(task);
    const payment = await until('a payment on its way', async () =>
      (await account.list()).find(each => each.task === task.id && each.stage === 'approving'),
    );
    await until('its transaction', async () => (await account.swan.waiting()) === 1);
    ids.set(task.id, payment.id);
    return { task, payment, outcome };
  }

  it('has an unfinished one at the top, and below its task, with what can be done', async () => {
    const { task, payment, outcome } = await stuck();
    const { row } = await openRow(task, /approval waiting for the chain/);
    assert.equal(account.tree.nodes[0]?.row.id, payment.id);
    assert.equal(row.contextValue, 'payment+resume+speedUp+cancel+hash');
    assert.equal(row.icon.id, 'loading~spin');
    const node = await taskNode(account, task.id);
    const below = await until('the row below the task', () => node.children.find(child => child.row.id === payment.id));
    const amount = `${unitsText(payment.amount)} SWAN`;
    assert.equal(node.children[0], below);
    assert.equal(below.row.label, `Payment of ${amount}`);
    assert.equal(below.row.description, 'approval waiting for the chain');
    assert.equal(below.row.spoken, `Payment of ${amount}: approval waiting for the chain`);
    assert.equal(below.row.contextValue, row.contextValue);
    await account.swan.mineAtOnce();
    assert.equal(await outcome, 'paid');
    await until('the row to go', () => !node.children.includes(below));
    await until('no row at the top', () => account.tree.nodes[0]?.row.label !== row.label);
  });

  for (const id of ['payments.speedUp', 'payments.cancel'] as const) {
    it(`does nothing of ${id} without the person’s word, whatever the arguments`, async () => {
      const { task, payment, outcome } = await stuck();
      const transactions = (await account.list()).find(each => each.id === payment.id)?.transactions;
      const modals = await answering(no, async () => {
        await run(id, { paymentId: payment.id, yes: true, confirmed: true, most: '1' });
      });
      assert.equal(modals.length, 1);
      assert.match(modals[0]?.message ?? '', new RegExp(`the payment of ${unitsText(payment.amount)} SWAN for “hello`));
      assert.match(modals[0]?.detail ?? '', /^Gas: at most 0\.\d+ ETH, instead of 0\.\d+ ETH$/m);
      assert.deepEqual((await account.list()).find(each => each.id === payment.id)?.transactions, transactions);
      assert.equal(await account.swan.waiting(), 1);
      await account.swan.mineAtOnce();
      assert.equal(await outcome, 'paid');
      assert.equal(await account.swan.paid(task.id), payment.amount);
    });
  }

  it('waits on with one that is on its way, and asks nothing for it', async () => {
    const { payment, outcome } = await stuck();
    const modals = await answering(no, async () => {
      const resuming = run<{ stage: string }>('payments.resume', { paymentId: payment.id });
      await account.swan.mineAtOnce();
      assert.equal((await resuming).stage, 'done');
    });
    assert.deepEqual(modals, []);
    assert.equal(await outcome, 'paid');
  });

  it('speeds one up by its row: the same payment, once', async () => {
    const { task, payment, outcome } = await stuck();
    const node = await openRow(task, /waiting/);
    const said = await saying(async () => {
      await answering(yes, async () => {
        const speeding = run('payments.speedUp', node);
        await until('a second transaction', async () => (await current(payment)).transactions.length === 2);
        await account.swan.mineAtOnce();
        await speeding;
      });
    });
    assert.equal(await outcome, 'paid');
    assert.deepEqual(said, [`Paid ${unitsText(payment.amount)} SWAN for “hello-world”.`]);
    const { transactions, stage } = await current(payment);
    assert.equal(stage, 'done');
    const [first, second] = transactions;
    assert.deepEqual([first?.outcome, second?.outcome, second?.nonce], ['replaced', 'mined', first?.nonce]);
    assert.equal(await account.swan.paid(task.id), payment.amount);
  });

  async function current({ id }: Payment): Promise<Payment> {
    const found = (await account.list()).find(each => each.id === id);
    assert.ok(found);
    return found;
  }

  it('cancels one by the row below its task: nothing is paid', async () => {
    const { task, payment, outcome } = await stuck();
    const node = await until('its row', () => account.services.tasks.view.tree.find(payment.id));
    const said = await saying(async () => {
      await answering(yes, async () => {
        const cancelling = run('payments.cancel', node);
        await until('a second transaction', async () => (await current(payment)).transactions.length === 2);
        await openRow(task, /being cancelled/);
        await account.swan.mineAtOnce();
        await cancelling;
      });
    });
    assert.match(await outcome, /was not made \(cancelled\)/);
    assert.match(said.join(), /was cancelled: nothing was paid for “hello-world”/);
    assert.equal((await current(payment)).stage, 'cancelled');
    assert.equal(await account.swan.paid(task.id), 0n);
    await until('the row to settle', () => account.tree.find(payment.id)?.row.contextValue === 'payment+hash');
  });

  it('finishes by its row one that waits for a signature, after asking', async () => {
    const { task, payment, outcome } = await stuck();
    const mend = await account.swan.breakContract();
    await account.swan.mineAtOnce();
    assert.match(await outcome, /The payment contract refused/);
    await mend();
    const node = await openRow(task, /waiting for your signature .* The payment contract refused/);
    const { view } = account.services.tasks.view;
    await until('the badge', () => view.badge?.value === 1);
    assert.equal(view.badge?.tooltip, '1 payment is not finished');
    assert.equal(node.row.icon.id, 'warning');
    assert.equal(node.row.contextValue, 'payment+resume+cancel+hash');
    const described = await until('the task’s row', async () => {
      const { description = '' } = (await taskNode(account, task.id)).row;
      return /signature/.test(description) && description;
    });
    assert.match(described, /^unpaid · payment waiting for your signature · C1ae/);
    const declined = await answering(no, async () => void (await run('payments.resume', { paymentId: payment.id })));
    assert.equal(declined.length, 1);
    assert.equal((await current(payment)).stage, 'ready');
    const modals = await answering(yes, async () => void (await run('payments.resume', node)));
    assert.deepEqual(
      modals.map(({ message, acts }) => [message, acts]),
      [
        [
          `Finish paying ${unitsText(payment.amount)} SWAN for “hello-world”?`,
          [`Pay ${unitsText(payment.amount)} SWAN`],
        ],
      ],
    );
    assert.equal((await current(payment)).stage, 'done');
    assert.equal(await account.swan.paid(task.id), payment.amount);
    await until('the badge to go', () => view.badge === undefined);
  });

  it('says what cannot be done, by which payment', async () => {
    await assert.rejects(run('payments.resume', { paymentId: 'no-such' }), errorOf('notFound', /no such payment/));
    const done = (await account.list()).find(({ stage }) => stage === 'done');
    for (const id of ['payments.resume', 'payments.speedUp', 'payments.cancel'] as const) {
      await assert.rejects(run(id, { paymentId: done?.id }), errorOf('invalid', /cannot be done with this payment/));
      await assert.rejects(run(id, { id: done?.id }), errorOf('invalid', /paymentId is missing/));
    }
  });

  it('takes up a payment that has vanished from the chain', async () => {
    const task = await account.create();
    assert.equal(await account.paying(task), 'paid');
    const payment = (await account.list()).find(each => each.task === task.id);
    assert.ok(payment);
    await account.swan.reorganise(1);
    assert.equal(await account.swan.paid(task.id), 0n);
    const said = await saying(async () => {
      const { reopened } = await run<Checked>('payments.check', {});
      assert.deepEqual(reopened, [payment.id]);
      await until('the payment', async () => (await current(payment)).stage === 'done');
      await until('the notification', () => account.services.tasks.store.state.phase === 'ready');
    });
    assert.match(said[0] ?? '', /1 payment had vanished from the chain and is on its way again\.$/);
    assert.equal(await account.swan.paid(task.id), payment.amount);
  });
});
