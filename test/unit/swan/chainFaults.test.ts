import assert from 'node:assert/strict';
import type { Payment } from '../../../src/core/payments.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import type { PayerOptions } from '../../support/payer.js';
import { PayerRig } from '../../support/payerRig.js';
import { Swan } from '../../support/swan.js';
import { until } from '../../support/until.js';

describe('paying over a chain with faults', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  async function paidOnce(task: string, { amount, stage }: Payment): Promise<void> {
    assert.equal(stage, 'done');
    assert.equal(await rig.reader.amountPaid(task), amount);
    assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, [amount]);
  }

  /** Until it is stuck, with nothing mined. */
  async function stuckPayment(task: string): Promise<Payment> {
    const { amount } = await rig.payer.quote(task);
    await rig.reader.approve(rig.privateKey, amount);
    await rig.reader.stopMining();
    const impatient = rig.payerWith({ pace: { patienceMs: 2_000 } });
    const error = await impatient.pay(task).then(
      () => assert.fail(),
      reason => reason,
    );
    assert.equal(error.code, 'transaction_pending', error.message);
    return only(task);
  }

  async function only(task: string): Promise<Payment> {
    const { records } = await rig.payer.journal.list();
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
        const task = await rig.payer.create();
        const { amount } = await rig.payer.quote(task);
        if (first === 'payment') await rig.reader.approve(rig.privateKey, amount);
        await rig.reader.act('rpc', { kind });
        await paidOnce(task, await rig.payer.pay(task));
      });
    }
  }

  it('a node that refuses for good leaves the payment in the journal, to be resumed', async () => {
    const task = await rig.payer.create();
    await rig.reader.act('rpc', { kind: 'underpriced', times: 50 });
    const error = await rejection(rig.payer.pay(task), 'refused');
    assert.equal(error.code, 'transaction_refused');
    const { id, stage } = await only(task);
    assert.equal(stage, 'approving');
    await rig.reader.act('clear');
    await paidOnce(task, await rig.payer.engine.resume(id, await rig.payer.signer()));
  });

  it('a lying balance does not pay: the contract’s own reason is told', async () => {
    const poor = rig.payerWith({ privateKey: await rig.reader.fund(1n) });
    const task = await poor.create();
    await rig.reader.act('rpc', { kind: 'lyingBalance' });
    const error = await rejection(poor.pay(task), 'refused');
    assert.equal(error.code, 'reverted');
    assert.match(error.message, /refused: ERC20: transfer amount exceeds balance\. Nothing was paid/);
    const { id, problem } = await only(task);
    assert.equal(problem?.code, 'reverted');
    const ended = await poor.engine.cancel(id);
    assert.equal(ended.stage, 'cancelled');
    assert.deepEqual((await rig.reader.moves(poor.wallet)).paid, []);
  });

  it('a transaction that is reverted ends the payment, with the reason', async () => {
    const name = 'C1ae.medium';
    const task = await rig.payer.create(3_600, 'dynamic', name);
    // Between the estimate and the block.
    const unlucky = rig.payerWith({
      onStep: async (step, when) => {
        if (step === 'pay.journal' && when === 'after') await rig.reader.act('hardware', { name, available: false });
      },
    });
    const ended = await unlucky.pay(task).finally(() => rig.reader.act('hardware', { name, available: true }));
    assert.equal(ended.stage, 'failed');
    assert.equal(ended.problem?.code, 'reverted');
    assert.match(ended.problem?.message ?? '', /Hardware is not active/);
    assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, []);
    await rig.payer.pay(task);
    assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
  });

  it('a payment that is cancelled while its approval is on its way is not made, though the approval is mined', async () => {
    const task = await rig.payer.create();
    const cancelling = rig.payerWith({
      async onStep(step, when) {
        if (step !== 'approve.broadcast' || when !== 'after') return;
        await rig.payer.engine.cancel((await only(task)).id, await rig.payer.signer());
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
    assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, []);
    assert.equal((await rig.payer.pay(task)).stage, 'done');
    assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
  });

  it('a payment that waited for another looks again whether its task was paid meanwhile', async () => {
    const other = await stuckPayment(await rig.payer.create());
    const task = await rig.payer.create(7_200);
    const waiting = rejection(rig.payerWith({}).pay(task), 'refused');
    const { hardwareId, pricePerHour, duration } = await until('it to wait', async () =>
      (await rig.payer.journal.list()).records.find(each => each.task === task),
    );
    await rig.reader.mineAtOnce();
    await rig.reader.mine(1);
    const swan = new Swan(rig.sandbox.services);
    await swan
      .payElsewhere({ task, hardwareId, pricePerHour, duration, kind: 'submitPayment' })
      .finally(() => swan.close());
    await rig.payer.engine.resume(other.id, await rig.payer.signer());
    assert.equal((await waiting).code, 'already_paid');
    assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
  });

  it('a resumed payment is not signed on another chain, nor its end believed there', async () => {
    const task = await rig.payer.create();
    for (const [step, stage] of [
      ['pay.sign', 'ready'],
      ['pay.receipt', 'paying'],
      ['service.tell', 'paid'],
    ]) {
      const stopped = rig.payerWith({ onStep: failAt(step ?? ''), pace: { tellPatienceMs: 1_000 } });
      const { id } = await only(task).catch(() => ({ id: undefined }));
      await assert.rejects(id === undefined ? stopped.pay(task) : stopped.engine.resume(id, await rig.payer.signer()));
      const before = await only(task);
      assert.equal(before.stage, stage);
      await rig.reader.act('rpc', { kind: 'wrongChain' });
      const error = await rejection(rig.payer.engine.resume(before.id, await rig.payer.signer()), 'invalid');
      assert.equal(error.code, 'wrong_chain');
      await rig.reader.act('clear');
      const { stage: after, transactions } = await only(task);
      assert.deepEqual([after, transactions], [stage, before.transactions]);
    }
    await paidOnce(task, await rig.payer.engine.resume((await only(task)).id));
  });

  describe('that stands still', () => {
    it('is waited for by resuming', async () => {
      const task = await rig.payer.create();
      const { id } = await stuckPayment(task);
      await rig.reader.mineAtOnce();
      await rig.reader.send('evm_mine');
      await paidOnce(task, await rig.payer.engine.resume(id));
    });

    it('the payment is sped up: one of the two is mined', async () => {
      const task = await rig.payer.create();
      const { id, transactions } = await stuckPayment(task);
      const faster = await rig.payer.engine.speedUp(id, await rig.payer.signer());
      assert.deepEqual(
        faster.transactions.map(each => [each.purpose, each.nonce]),
        [
          ['pay', transactions[0]?.nonce],
          ['pay', transactions[0]?.nonce],
        ],
      );
      await rig.reader.mineAtOnce();
      await rig.reader.send('evm_mine');
      const done = await rig.payer.engine.resume(id);
      await paidOnce(task, done);
      assert.equal(done.hash, faster.transactions[1]?.hash);
      assert.deepEqual(
        done.transactions.map(each => each.outcome),
        ['replaced', 'mined'],
      );
    });

    it('the payment is cancelled, and can be made anew', async () => {
      const task = await rig.payer.create();
      const { id } = await stuckPayment(task);
      await rejection(rig.payer.engine.cancel(id), 'invalid');
      await rig.payer.engine.cancel(id, await rig.payer.signer());
      await rig.reader.mineAtOnce();
      await rig.reader.send('evm_mine');
      const ended = await rig.payer.engine.resume(id);
      assert.equal(ended.stage, 'cancelled');
      assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, []);
      assert.equal((await rig.payer.pay(task)).stage, 'done');
      assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
    });

    it('a nonce that is used elsewhere ends the payment as superseded', async () => {
      const task = await rig.payer.create();
      const { id, transactions } = await stuckPayment(task);
      const [{ hash = '', nonce = 0 } = {}] = transactions;
      await rig.reader.send('anvil_dropTransaction', hash);
      await rig.reader.mineAtOnce();
      await rig.reader.spend(rig.privateKey, nonce);
      const ended = await rig.payer.engine.resume(id);
      assert.equal(ended.stage, 'superseded');
      assert.match(ended.problem?.message ?? '', /took this payment’s place/);
      assert.equal((await rig.payer.pay(task)).stage, 'done');
      assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
    });

    it('the same call at the same nonce from elsewhere is recognised as the payment', async () => {
      const task = await rig.payer.create();
      const { id, transactions } = await stuckPayment(task);
      const [{ hash = '', nonce = 0 } = {}] = transactions;
      const { records } = await rig.payer.journal.list();
      const raw = records.find(each => each.id === id)?.transactions[0]?.raw ?? '';
      await rig.reader.send('anvil_dropTransaction', hash);
      await rig.reader.mineAtOnce();
      const foreign = await rig.reader.replace(rig.privateKey, nonce, raw);
      const done = await rig.payer.engine.resume(id);
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
