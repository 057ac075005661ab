import assert from 'node:assert/strict';
import type { Payment, PaymentKind } from '../../../src/core/payments.js';
import { startSwanSandbox } from '../../../src/sandbox/swan.js';
import { DEFAULT_PACE } from '../../../src/swan/payments/context.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { Reader, temporaryJournal } from '../../support/payer.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';
import { until } from '../../support/until.js';

const LOGIN = 'POST /login_by_api_key';
const TELL = { create: 'POST /v2/task_payment_validate', renew: 'POST /v2/extend_task' };

describe('telling the service of a payment', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  async function ordersOf(task: string, kind: PaymentKind) {
    const type = kind === 'create' ? 'Creation' : 'Renewal';
    return (await rig.payer.api.task(task)).data.orders.filter(each => each.type === type);
  }

  for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
    const faults: [string, object][] = [
      ['is never answered, though it was heard', { kind: 'silent' }],
      ['is cut off, though it was heard', { kind: 'cut' }],
      ['is answered with 502 for a while', { kind: 'status', status: 502, times: 5 }],
      ['is answered with 502, though it was heard', { kind: 'status', status: 502, after: true }],
      ['is answered with “failed” at first', { kind: 'failed', message: 'Not found on the chain.', times: 3 }],
      ['is answered for another task', { kind: 'otherTask' }],
    ];
    for (const [what, fault] of faults) {
      it(`to ${kind}: ${what}`, async () => {
        const task = await rig.payer.create();
        if (kind === 'renew') await rig.payer.pay(task);
        const paidBefore = await rig.reader.amountPaid(task);
        await rig.reader.act('fail', { endpoint: TELL[kind], ...fault });
        const done = await rig.payer.pay(task, kind, { duration: 3_600 });
        assert.equal(done.stage, 'done');
        assert.equal(await rig.reader.amountPaid(task), paidBefore + done.amount);
        const orders = await ordersOf(task, kind);
        assert.deepEqual(
          orders.map(each => each.txHash),
          [done.hash],
        );
      });
    }
  }

  it('that goes on refusing leaves the payment to be resumed, with its words', async () => {
    const task = await rig.payer.create();
    await rig.reader.act('fail', {
      endpoint: TELL.create,
      kind: 'failed',
      message: 'Come *back* later.',
      times: 1_000,
    });
    const hasty = rig.payerWith({ pace: { tellPatienceMs: 1_000 } });
    const error = await rejection(hasty.pay(task), 'busy');
    assert.equal(error.code, 'not_validated');
    assert.match(error.message, /Swan: Come \*back\* later\. Nothing is lost: resume it later/);
    const [open] = await rig.payer.journal.open();
    assert.equal(open?.stage, 'paid');
    assert.equal(open?.problem?.code, 'not_validated');
    const again = await rig.payer.quote(task).then(
      () => assert.fail(),
      reason => reason,
    );
    assert.equal(again.code, 'payment_open');
    await rig.reader.act('clear');
    const done = await rig.payer.engine.resume(open?.id ?? '');
    assert.equal(done.stage, 'done');
    assert.equal(done.problem, undefined);
    assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
  });

  it('that fails for a minute is asked again now and then, until it is told', async () => {
    const clock = hurriedClock();
    const patient = rig.payerWith({ clock, pace: { tellPatienceMs: DEFAULT_PACE.tellPatienceMs } });
    const task = await patient.create();
    await rig.reader.act('fail', { endpoint: TELL.create, kind: 'status', status: 500, times: 1_000 });
    const told = async () => (await rig.reader.stats()).calls[TELL.create] ?? 0;
    const [start, before] = [clock.now(), await told()];
    const payment = patient.pay(task);
    await until('a minute by that clock', () => clock.now() >= start + 60_000);
    await rig.reader.act('clear');
    assert.equal((await payment).stage, 'done');
    assert.ok(clock.now() >= start + 60_000);
    assert.equal((await ordersOf(task, 'create')).length, 1);
    assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 1);
    const tries = (await told()) - before;
    assert.ok(tries > 2 && tries < 60, `told ${tries} times`);
  });

  it('that takes the payment and never deploys gives back what was paid, by a transaction', async () => {
    await rig.reader.act('set', { deploys: false });
    try {
      const task = await rig.payer.create();
      const { stage, amount } = await rig.payer.pay(task);
      assert.equal(stage, 'done');
      const { data } = await rig.payer.api.task(task);
      assert.equal(data.status, 'accepting_bids');
      await rig.payer.api.terminate(task);
      const [{ refundTxHash = '' } = {}] = (await rig.payer.api.task(task)).data.orders;
      await until('the refund', async () => (await rig.payer.engine.transaction(refundTxHash)) === 'mined');
      assert.deepEqual(await rig.payer.engine.balanceOfTask(task), { paid: amount, refunded: amount });
      assert.equal(await rig.reader.balance(rig.payer.wallet), FUNDS);
    } finally {
      await rig.reader.act('set', { deploys: true });
    }
  });

  it('whose order is not confirmed yet is asked about until it is', async () => {
    const slow = await startSwanSandbox({ stepMs: 300 });
    const chain = new Reader(slow.services);
    try {
      await chain.mineAtOnce();
      const patient = rig.payerWith({ services: slow.services, privateKey: await chain.fund(FUNDS) });
      const task = await patient.create();
      const done = await patient.pay(task);
      assert.equal(done.stage, 'done');
      assert.equal((await patient.api.orderStatus(task, done.hash ?? '')).data.status, 'payment_consumed');
    } finally {
      chain.close();
      await slow.close();
    }
  });

  it('that has forgotten what it was told is told again', async () => {
    const task = await rig.payer.create();
    await rig.reader.act('fail', { endpoint: TELL.create, kind: 'status', status: 200 });
    await rig.reader.act('fail', {
      endpoint: 'POST /v2/config_order_status',
      kind: 'failed',
      message: 'No such order.',
    });
    assert.equal((await rig.payer.pay(task)).stage, 'done');
    assert.equal((await ordersOf(task, 'create')).length, 1);
  });

  it('whose token has ended logs in again', async () => {
    const forgetful = rig.payerWith({
      onStep: async (step, when) => {
        if (step === 'service.tell' && when === 'before') await rig.reader.act('expire');
      },
    });
    assert.equal((await forgetful.pay(await forgetful.create())).stage, 'done');
  });

  it('that does not accept the key any more says to sign in, and to resume', async () => {
    let accepts = false;
    const payer = rig.payerWith({
      onStep: async (step, when) => {
        if (accepts || step !== 'service.tell' || when !== 'before') return;
        await rig.reader.act('fail', { endpoint: LOGIN, kind: 'failed', message: 'Invalid API key.', times: 1 });
        await rig.reader.act('expire');
      },
    });
    await rejection(payer.pay(await payer.create()), 'credentials');
    accepts = true;
    const [open] = await payer.journal.open();
    assert.equal((await payer.engine.resume(open?.id ?? '')).stage, 'done');
  });

  it('that a proxy answers for in between, without a word of the key, is asked again', async () => {
    const task = await rig.payer.create();
    await rig.reader.act('fail', { endpoint: TELL.create, kind: 'status', status: 401, times: 2 });
    assert.equal((await rig.payer.pay(task)).stage, 'done');
  });

  describe('of a payment made elsewhere', () => {
    /** A payment that no journal of ours knows of. */
    async function paidElsewhere(task: string, kind: PaymentKind = 'create', duration = 3_600): Promise<Payment> {
      const other = temporaryJournal();
      const stopped = rig.payerWith({
        folder: other.folder,
        pace: { tellPatienceMs: 0 },
        onStep: step => {
          if (step === 'service.tell') throw new Error('The test stops here.');
        },
      });
      await assert.rejects(stopped.pay(task, kind, { duration }));
      const { records } = await stopped.journal.list();
      other.remove();
      const record = records.find(each => each.hash !== undefined);
      assert.ok(record);
      return { ...record, open: true };
    }

    for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
      it(`to ${kind}: validates its hash, and keeps it in the journal`, async () => {
        const task = await rig.payer.create();
        if (kind === 'renew') await rig.payer.pay(task);
        const { hash = '', amount, duration } = await paidElsewhere(task, kind, kind === 'renew' ? 7_200 : 3_600);
        const done = await rig.payer.engine.validate({ task, kind, hash });
        assert.deepEqual(
          [done.stage, done.origin, done.amount, done.duration, done.wallet],
          ['done', 'elsewhere', amount, duration, rig.payer.wallet],
        );
        assert.equal((await ordersOf(task, kind))[0]?.txHash, hash);
        assert.equal((await rig.payer.engine.validate({ task, kind, hash })).id, done.id);
        const another = rig.payerWith({ isOthers: () => true });
        const refusal = await rejection(another.engine.validate({ task, kind, hash }), 'invalid');
        assert.equal(refusal.code, 'other_account');
      });
    }

    it('refuses a hash that pays for another task', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create()];
      const { hash = '' } = await paidElsewhere(other);
      const error = await rejection(rig.payer.engine.validate({ task, kind: 'create', hash }), 'invalid');
      assert.match(error.message, /does not pay for this task/);
    });

    it('refuses what is no hash, and what is not on the chain', async () => {
      const task = await rig.payer.create();
      await rejection(rig.payer.engine.validate({ task, kind: 'create', hash: '0x12' }), 'invalid');
      const hasty = rig.payerWith({ pace: { patienceMs: 100 } });
      const hash = `0x${'12'.repeat(32)}`;
      assert.equal(
        (await rejection(hasty.engine.validate({ task, kind: 'create', hash }), 'timeout')).code,
        'transaction_pending',
      );
    });
  });

  it('is not begun, and nothing is signed, without the person', async () => {
    const task = await rig.payer.create();
    const crashed = rig.payerWith({
      onStep: step => {
        if (step === 'pay.estimate') throw new Error('The test stops here.');
      },
    });
    await assert.rejects(crashed.pay(task));
    const [open] = await rig.payer.journal.open();
    assert.equal(open?.stage, 'ready');
    const error = await rejection(rig.payer.engine.resume(open?.id ?? ''), 'invalid');
    assert.equal(error.code, 'needs_signature');
    assert.equal(await rig.reader.nonce(rig.payer.wallet), 1);
    assert.equal((await rig.payer.engine.resume(open?.id ?? '', await rig.payer.signer())).stage, 'done');
  });
});
