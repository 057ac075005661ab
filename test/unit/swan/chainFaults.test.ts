import assert from 'node:assert/strict';
import { parseUnits } from '../../../src/core/money.js';
import type { Payment } from '../../../src/core/payments.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { Payer, type PayerOptions, Reader, temporaryJournal } from '../../support/payer.js';
import { Swan } from '../../support/swan.js';
import { until } from '../../support/until.js';

const FUNDS = parseUnits('100') ?? 0n;

describe('paying over a chain with faults', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  let sandbox: SwanSandbox;
  let reader: Reader;
  let payer: Payer;
  let privateKey: string;
  let journal: ReturnType<typeof temporaryJournal>;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    reader = new Reader(sandbox.services);
  });

  after(async () => {
    reader.close();
    await sandbox.close();
  });

  afterEach(() => journal.remove());

  beforeEach(async () => {
    journal = temporaryJournal();
    await reader.act('clear');
    await reader.mineAtOnce();
    privateKey = await reader.fund(FUNDS);
    payer = payerWith({});
  });

  const payerWith = (more: Partial<PayerOptions>) =>
    new Payer({ services: sandbox.services, folder: journal.folder, privateKey, clock: hurriedClock(), ...more });

  async function paidOnce(task: string, { amount, stage }: Payment): Promise<void> {
    assert.equal(stage, 'done');
    assert.equal(await reader.amountPaid(task), amount);
    assert.deepEqual((await reader.moves(payer.wallet)).paid, [amount]);
  }

  /** Until it is stuck, with nothing mined. */
  async function stuckPayment(task: string): Promise<Payment> {
    const { amount } = await payer.quote(task);
    await reader.approve(privateKey, amount);
    await reader.stopMining();
    const impatient = payerWith({ pace: { patienceMs: 2_000 } });
    const error = await impatient.pay(task).then(
      () => assert.fail(),
      reason => reason,
    );
    assert.equal(error.code, 'transaction_pending', error.message);
    return only(task);
  }

  async function only(task: string): Promise<Payment> {
    const { records } = await payer.journal.list();
    const [record, ...more] = records.filter(each => each.task === task);
    assert.ok(record && more.length === 0);
    const { raw, ...payment } = { ...record, raw: undefined, open: true };
    return payment;
  }

  const kinds = [
    ...['timeout', 'lostAnswer', 'withheld', 'unavailable', 'alreadyKnown', 'nonceTooLow', 'underpriced'],
    'lostReceipt',
  ];
  for (const kind of kinds) {
    for (const first of ['approval', 'payment']) {
      it(`pays once in spite of the node’s “${kind}” for the ${first}`, async () => {
        const task = await payer.create();
        const { amount } = await payer.quote(task);
        if (first === 'payment') await reader.approve(privateKey, amount);
        await reader.act('rpc', { kind });
        await paidOnce(task, await payer.pay(task));
      });
    }
  }

  it('a node that refuses for good leaves the payment in the journal, to be resumed', async () => {
    const task = await payer.create();
    await reader.act('rpc', { kind: 'underpriced', times: 50 });
    const error = await rejection(payer.pay(task), 'refused');
    assert.equal(error.code, 'transaction_refused');
    const { id, stage } = await only(task);
    assert.equal(stage, 'approving');
    await reader.act('clear');
    await paidOnce(task, await payer.engine.resume(id, await payer.signer()));
  });

  it('a lying balance does not pay: the contract’s own reason is told', async () => {
    privateKey = await reader.fund(1n);
    payer = payerWith({});
    const task = await payer.create();
    await reader.act('rpc', { kind: 'lyingBalance' });
    const error = await rejection(payer.pay(task), 'refused');
    assert.equal(error.code, 'reverted');
    assert.match(error.message, /refused: ERC20: transfer amount exceeds balance\. Nothing was paid/);
    const { id, problem } = await only(task);
    assert.equal(problem?.code, 'reverted');
    const ended = await payer.engine.cancel(id);
    assert.equal(ended.stage, 'cancelled');
    assert.deepEqual((await reader.moves(payer.wallet)).paid, []);
  });

  it('a transaction that is reverted ends the payment, with the reason', async () => {
    const name = 'C1ae.medium';
    const task = await payer.create(3_600, 'dynamic', name);
    // Between the estimate and the block.
    const unlucky = payerWith({
      onStep: async (step, when) => {
        if (step === 'pay.journal' && when === 'after') await reader.act('hardware', { name, available: false });
      },
    });
    const ended = await unlucky.pay(task).finally(() => reader.act('hardware', { name, available: true }));
    assert.equal(ended.stage, 'failed');
    assert.equal(ended.problem?.code, 'reverted');
    assert.match(ended.problem?.message ?? '', /Hardware is not active/);
    assert.deepEqual((await reader.moves(payer.wallet)).paid, []);
    await payer.pay(task);
    assert.equal((await reader.moves(payer.wallet)).paid.length, 1);
  });

  it('a payment that is cancelled while its approval is on its way is not made, though the approval is mined', async () => {
    const task = await payer.create();
    const cancelling = payerWith({
      async onStep(step, when) {
        if (step !== 'approve.broadcast' || when !== 'after') return;
        await payer.engine.cancel((await only(task)).id, await payer.signer());
      },
    });
    const ended = await cancelling.pay(task);
    assert.equal(ended.stage, 'cancelled');
    assert.deepEqual(
      ended.transactions.map(each => [each.purpose, each.outcome]),
      [
        ['approve', 'mined'],
        ['cancel', 'replaced'],
      ],
    );
    assert.deepEqual((await reader.moves(payer.wallet)).paid, []);
    assert.equal((await payer.pay(task)).stage, 'done');
    assert.equal((await reader.moves(payer.wallet)).paid.length, 1);
  });

  it('a payment that waited for another looks again whether its task was paid meanwhile', async () => {
    const other = await stuckPayment(await payer.create());
    const task = await payer.create(7_200);
    const waiting = rejection(payerWith({}).pay(task), 'refused');
    const { hardwareId, pricePerHour, duration } = await until('it to wait', async () =>
      (await payer.journal.list()).records.find(each => each.task === task),
    );
    await reader.mineAtOnce();
    await reader.mine(1);
    const swan = new Swan(sandbox.services);
    await swan
      .payElsewhere({ task, hardwareId, pricePerHour, duration, kind: 'submitPayment' })
      .finally(() => swan.close());
    await payer.engine.resume(other.id, await payer.signer());
    assert.equal((await waiting).code, 'already_paid');
    assert.equal((await reader.moves(payer.wallet)).paid.length, 1);
  });

  it('a resumed payment is not signed on another chain, nor its end believed there', async () => {
    const task = await payer.create();
    for (const [step, stage] of [
      ['pay.sign', 'ready'],
      ['pay.receipt', 'paying'],
      ['service.tell', 'paid'],
    ]) {
      const stopped = payerWith({ onStep: failAt(step ?? ''), pace: { tellPatienceMs: 1_000 } });
      const { id } = await only(task).catch(() => ({ id: undefined }));
      await assert.rejects(id === undefined ? stopped.pay(task) : stopped.engine.resume(id, await payer.signer()));
      const before = await only(task);
      assert.equal(before.stage, stage);
      await reader.act('rpc', { kind: 'wrongChain' });
      const error = await rejection(payer.engine.resume(before.id, await payer.signer()), 'invalid');
      assert.equal(error.code, 'wrong_chain');
      await reader.act('clear');
      const { stage: after, transactions } = await only(task);
      assert.deepEqual([after, transactions], [stage, before.transactions]);
    }
    await paidOnce(task, await payer.engine.resume((await only(task)).id));
  });

  describe('that stands still', () => {
    it('is waited for by resuming', async () => {
      const task = await payer.create();
      const { id } = await stuckPayment(task);
      await reader.mineAtOnce();
      await reader.send('evm_mine');
      await paidOnce(task, await payer.engine.resume(id));
    });

    it('the payment is sped up: one of the two is mined', async () => {
      const task = await payer.create();
      const { id, transactions } = await stuckPayment(task);
      const faster = await payer.engine.speedUp(id, await payer.signer());
      assert.deepEqual(
        faster.transactions.map(each => [each.purpose, each.nonce]),
        [
          ['pay', transactions[0]?.nonce],
          ['pay', transactions[0]?.nonce],
        ],
      );
      await reader.mineAtOnce();
      await reader.send('evm_mine');
      const done = await payer.engine.resume(id);
      await paidOnce(task, done);
      assert.equal(done.hash, faster.transactions[1]?.hash);
      assert.deepEqual(
        done.transactions.map(each => each.outcome),
        ['replaced', 'mined'],
      );
    });

    it('the payment is cancelled, and can be made anew', async () => {
      const task = await payer.create();
      const { id } = await stuckPayment(task);
      await rejection(payer.engine.cancel(id), 'invalid');
      await payer.engine.cancel(id, await payer.signer());
      await reader.mineAtOnce();
      await reader.send('evm_mine');
      const ended = await payer.engine.resume(id);
      assert.equal(ended.stage, 'cancelled');
      assert.deepEqual((await reader.moves(payer.wallet)).paid, []);
      assert.equal((await payer.pay(task)).stage, 'done');
      assert.equal((await reader.moves(payer.wallet)).paid.length, 1);
    });

    it('a nonce that is used elsewhere ends the payment as superseded', async () => {
      const task = await payer.create();
      const { id, transactions } = await stuckPayment(task);
      const [{ hash = '', nonce = 0 } = {}] = transactions;
      await reader.send('anvil_dropTransaction', hash);
      await reader.mineAtOnce();
      await reader.spend(privateKey, nonce);
      const ended = await payer.engine.resume(id);
      assert.equal(ended.stage, 'superseded');
      assert.match(ended.problem?.message ?? '', /took this payment’s place/);
      assert.equal((await payer.pay(task)).stage, 'done');
      assert.equal((await reader.moves(payer.wallet)).paid.length, 1);
    });

    it('the same call at the same nonce from elsewhere is recognised as the payment', async () => {
      const task = await payer.create();
      const { id, transactions } = await stuckPayment(task);
      const [{ hash = '', nonce = 0 } = {}] = transactions;
      const { records } = await payer.journal.list();
      const raw = records.find(each => each.id === id)?.transactions[0]?.raw ?? '';
      await reader.send('anvil_dropTransaction', hash);
      await reader.mineAtOnce();
      const foreign = await reader.replace(privateKey, nonce, raw);
      const done = await payer.engine.resume(id);
      await paidOnce(task, done);
      assert.equal(done.hash, foreign);
    });
  });
});

function failAt(name: string): PayerOptions['onStep'] {
  return (step, when) => {
    if (step === name && when === 'before') throw new Error('The test stops here.');
  };
}
