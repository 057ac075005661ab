import assert from 'node:assert/strict';
import type { Pricing } from '../../../src/core/tasks.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';
import { Swan } from '../../support/swan.js';
import { until } from '../../support/until.js';

describe('a task that costs nothing', () => {
  const rig = new PayerRig(
    () => ({ clock: hurriedClock(), pace: HURRIED_PACE }),
    // What a test takes back is not the money to pay with.
    reader => reader.mine(5),
  );

  async function free(pricing: Pricing = 'dynamic'): Promise<string> {
    // Its fixed price is nothing; a dynamic one is the task's own.
    const task = await rig.payer.create(3_600, pricing, 'C1ae.small');
    if (pricing === 'dynamic') await rig.reader.act('task', { task_uuid: task, price: '0.0' });
    return task;
  }

  const orders = async (task: string) =>
    (await rig.payer.api.task(task)).data.orders.map(({ type, status }) => `${type} ${status}`);
  const paid = async () => (await rig.reader.moves(rig.payer.wallet)).paid;

  for (const pricing of ['dynamic', 'fixed'] satisfies Pricing[]) {
    it(`is taken, renewed again and again, and ended, at a ${pricing} price`, async () => {
      const task = await free(pricing);
      const more = { pricing, duration: 7_200 };
      const quote = await rig.payer.quote(task, 'create', more);
      assert.deepEqual([quote.amount, quote.pricePerHour, quote.approval], [0n, 0n, false]);
      assert.equal((await rig.payer.engine.pay(quote, await rig.payer.signer())).stage, 'done');
      assert.equal((await rejection(rig.payer.pay(task, 'create', more), 'refused')).code, 'already_paid');
      for (let count = 0; count < 2; count++) {
        const renewed = await rig.payer.pay(task, 'renew', more);
        assert.deepEqual([renewed.stage, renewed.amount, renewed.problem], ['done', 0n, undefined]);
      }
      const order = ['Creation', 'Renewal', 'Renewal'].map(type => `${type} payment_consumed`);
      await until('the orders', async () => `${await orders(task)}` === `${order}`);
      assert.deepEqual(await paid(), [0n, 0n, 0n]);
      await rig.payer.api.terminate(task);
      assert.deepEqual(await rig.payer.engine.reconcile(), []);
      await rig.payer.engine.noteRefund(task);
      assert.deepEqual(await rig.payer.engine.balanceOfTask(task), { paid: 0n, refunded: 0n });
      assert.deepEqual(await rig.payer.journal.open(), []);
    });
  }

  it('is renewed by a window that is killed once it was mined, and once', async () => {
    const task = await free();
    await rig.payer.pay(task);
    const killed = rig.payerWith({
      onStep(step, when) {
        if (step === 'pay.mined' && when === 'before') throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task, 'renew', { duration: 3_600 }), /killed/);
    const [open] = await rig.payer.journal.open();
    assert.equal((await rig.payer.engine.resume(open?.id ?? '')).stage, 'done');
    assert.deepEqual(await paid(), [0n, 0n]);
  });

  it('is made again where a reorganisation takes it back', async () => {
    const task = await free();
    const { id } = await rig.payer.pay(task);
    await rig.reader.reorganise(1);
    assert.equal((await rig.payer.engine.reconcile()).length, 1);
    assert.equal((await rig.payer.engine.resume(id)).stage, 'done');
    assert.equal((await rig.payer.pay(task, 'renew', { duration: 3_600 })).stage, 'done');
  });

  it('is validated where it was taken elsewhere, and renewed then', async () => {
    const task = await free();
    const { hardwareId, pricePerHour, duration } = await rig.payer.quote(task);
    const swan = new Swan(rig.sandbox.services);
    const hash = await swan
      .payElsewhere({ task, hardwareId, pricePerHour, duration, kind: 'submitPayment' })
      .finally(() => swan.close());
    const done = await rig.payer.engine.validate({ task, kind: 'create', hash });
    assert.deepEqual([done.stage, done.amount, done.pricePerHour], ['done', 0n, 0n]);
    assert.equal((await rig.payer.pay(task, 'renew', { duration: 3_600 })).stage, 'done');
  });

  it('leaves the contract nothing to take that it was allowed before', async () => {
    const task = await free();
    await rig.reader.approve(rig.privateKey, FUNDS);
    const quote = await rig.payer.quote(task);
    assert.deepEqual([quote.approval, quote.allowance], [true, FUNDS]);
    await rig.payer.engine.pay(quote, await rig.payer.signer());
    assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
  });
});
