import assert from 'node:assert/strict';
import { Transaction } from 'ethers';
import type { Payment, PaymentKind, Signer } from '../../../src/core/payments.js';
import { approveData } from '../../../src/swan/payments/contracts.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { temporaryJournal } from '../../support/payer.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';
import { until } from '../../support/until.js';

const APPROVE = approveData(`0x${'11'.repeat(20)}`, 1n).slice(0, 10);

describe('what the contract may take', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  const moves = () => rig.reader.moves(rig.payer.wallet);

  for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
    it(`is one payment's, so that of two machines' to ${kind} the chain refuses the second`, async () => {
      const { folder, remove } = temporaryJournal();
      const task = await rig.payer.create();
      if (kind === 'renew') await rig.payer.pay(task);
      const before = (await moves()).paid.length;
      await rig.reader.approve(rig.privateKey, FUNDS);
      // The payment of the one is in no block when the other looks.
      const first = rig.payerWith({
        async onStep(step, when) {
          if (step === 'pay.broadcast' && when === 'before') await rig.reader.stopMining();
        },
      });
      const second = rig.payerWith({ folder });
      const more = { duration: 3_600 };
      const paying = first.pay(task, kind, more);
      await until('the first in the pool', async () => {
        const { wallet } = rig.payer;
        const sent = (await rig.payer.journal.open()).some(({ stage }) => stage === 'paying');
        return sent && (await rig.reader.pendingNonce(wallet)) > (await rig.reader.nonce(wallet));
      });
      const later = second.pay(task, kind, more).catch(error => error);
      await Promise.race([
        later,
        until('the second signed', async () => (await second.journal.open()).some(({ stage }) => stage === 'paying')),
      ]);
      await rig.reader.mineAtOnce();
      await rig.reader.mine(1);
      const done = await paying;
      assert.equal(done.stage, 'done');
      const { stage, code } = await later;
      assert.ok(stage === 'failed' || code !== undefined, `${stage} ${code}`);
      assert.deepEqual((await moves()).paid.slice(before), [done.amount]);
      remove();
    });
  }

  it('is named before it is signed: an approval that was not confirmed is asked about anew', async () => {
    const tasks = [await rig.payer.create(), await rig.payer.create()];
    const { amount } = await rig.payer.quote(tasks[0] ?? '');
    await rig.reader.approve(rig.privateKey, amount);
    // Two questions, one after the other, before either is paid.
    const [first, second] = [await rig.payer.quote(tasks[0] ?? ''), await rig.payer.quote(tasks[1] ?? '')];
    assert.deepEqual([first.approval, second.approval], [false, false]);
    const signed: string[] = [];
    const signer = counting(await rig.payer.signer(), signed);
    await rig.payer.engine.pay(first, signer);
    const error = await rejection(rig.payer.engine.pay(second, signer), 'refused');
    assert.equal(error.code, 'approval_gone');
    assert.deepEqual(signed, ['pay']);
    const again = await rig.payer.quote(tasks[1] ?? '');
    assert.equal(again.approval, true);
    assert.equal((await rig.payer.engine.pay(again, signer)).stage, 'done');
    assert.deepEqual(signed, ['pay', 'approve', 'pay']);
  });

  it('is not approved unseen either where the approval goes while the payment waits', async () => {
    const task = await rig.payer.create();
    const { amount } = await rig.payer.quote(task);
    await rig.reader.approve(rig.privateKey, amount);
    const signed: string[] = [];
    const losing = rig.payerWith({
      async onStep(step, when) {
        if (step === 'journal.plan' && when === 'after') await rig.reader.approve(rig.privateKey, 0n);
      },
    });
    const quote = await losing.quote(task);
    assert.equal(quote.approval, false);
    const error = await rejection(losing.engine.pay(quote, counting(await rig.payer.signer(), signed)), 'refused');
    assert.equal(error.code, 'approval_gone');
    assert.deepEqual(signed, []);
    assert.equal((await rig.payer.journal.list()).records[0]?.stage, 'failed');
    assert.equal((await rig.payer.pay(task)).stage, 'done');
  });

  it('while another payment has its approval is that one’s: each has the approval that was confirmed', async () => {
    const tasks = [await rig.payer.create(), await rig.payer.create()];
    const [first, second] = [await rig.payer.quote(tasks[0] ?? ''), await rig.payer.quote(tasks[1] ?? '')];
    assert.deepEqual([first.approval, second.approval, first.amount], [true, true, second.amount]);
    const signer = await rig.payer.signer();
    let later: Promise<Payment> | undefined;
    const { folder } = rig;
    const other = rig.payerWith({ folder });
    const between = rig.payerWith({
      folder,
      async onStep(step, when) {
        if (step !== 'approve.receipt' || when === 'after' || later) return;
        assert.equal(await rig.reader.allowance(rig.payer.wallet), first.amount);
        assert.equal((await other.quote(tasks[1] ?? '')).approval, true);
        later = other.engine.pay(second, signer);
        await until('its plan', async () => (await other.journal.open()).length === 2);
      },
    });
    assert.equal((await between.engine.pay(first, signer)).stage, 'done');
    assert.equal((await later)?.stage, 'done');
    assert.deepEqual(await moves(), { approved: [first.amount, first.amount], paid: [first.amount, first.amount] });
  });

  it('of a payment that was given up is replaced by the next one’s', async () => {
    const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
    const stopped = rig.payerWith({
      onStep(step, when) {
        if (step === 'pay.sign' && when === 'before') throw new Error('The window is closed.');
      },
    });
    await assert.rejects(stopped.pay(task));
    const [left] = await rig.payer.journal.open();
    await rig.payer.engine.cancel(left?.id ?? '');
    const quote = await rig.payer.quote(other);
    assert.deepEqual([quote.allowance, quote.approval], [left?.amount, true]);
    const done = await rig.payer.engine.pay(quote, await rig.payer.signer());
    assert.deepEqual(await moves(), { approved: [left?.amount, done.amount], paid: [done.amount] });
    assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
  });

  it('is told of a payment that is to be gone on with', async () => {
    const task = await rig.payer.create();
    const stopped = rig.payerWith({
      onStep(step, when) {
        if (step === 'pay.sign' && when === 'before') throw new Error('The window is closed.');
      },
    });
    await assert.rejects(stopped.pay(task));
    const [{ id = '', amount = 0n } = {}] = await rig.payer.journal.open();
    assert.equal(await rig.payer.engine.allowanceFor(id), amount);
  });
});

/** The same, with all that it signs noted. */
function counting(signer: Signer, signed: string[]): Signer {
  return {
    address: signer.address,
    sign(unsigned) {
      signed.push(Transaction.from(unsigned).data.startsWith(APPROVE) ? 'approve' : 'pay');
      return signer.sign(unsigned);
    },
  };
}
