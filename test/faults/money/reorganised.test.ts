import assert from 'node:assert/strict';
import { sleep, systemClock } from '../../../src/core/clock.js';
import type { Payment, PaymentKind } from '../../../src/core/payments.js';
import type { Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import type { Payer, PayerOptions } from '../../support/payer.js';
import { PayerRig } from '../../support/payerRig.js';
import { until } from '../../support/until.js';

describe('a payment on a chain that is reorganised', () => {
  const rig = new PayerRig(
    () => ({ clock: hurriedClock(), pace: HURRIED_PACE }),
    // What a test takes back is not the money to pay with.
    reader => reader.mine(5),
  );

  /** By what the service knows them. */
  async function orders(task: string): Promise<(string | undefined)[]> {
    return (await rig.payer.api.task(task)).data.orders.map(each => each.txHash);
  }

  async function paidOnce(task: string, { amount, stage, hash }: Payment): Promise<void> {
    assert.equal(stage, 'done');
    assert.equal(await rig.reader.amountPaid(task), amount);
    assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, [amount]);
    assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
    assert.deepEqual(await orders(task), [hash]);
    assert.deepEqual(await rig.payer.journal.open(), []);
  }

  /** Takes blocks back, once, before or after the first time that a step is taken. */
  function unlucky(name: Step, when: 'before' | 'after', depth = 1, more: Partial<PayerOptions> = {}): Payer {
    let left = 1;
    return rig.payerWith({
      ...more,
      onStep: async (step, moment) => {
        if (step === name && moment === when && left-- > 0) await rig.reader.reorganise(depth);
      },
    });
  }

  describe('is made once', () => {
    const moments: [string, Step, 'before' | 'after'][] = [
      ['the approval vanishes as it is found', 'approve.receipt', 'after'],
      ['the approval vanishes as it is written down', 'approve.mined', 'after'],
      ['the approval vanishes before the payment is signed', 'pay.sign', 'before'],
      ['the approval vanishes before the payment is published', 'pay.broadcast', 'before'],
      ['the payment vanishes as it is published', 'pay.broadcast', 'after'],
      ['the payment vanishes as its receipt is found', 'pay.receipt', 'after'],
      ['the payment vanishes as it is written down', 'pay.mined', 'after'],
      ['the payment vanishes before the service is told', 'service.tell', 'before'],
      ['the payment vanishes after the service is told', 'service.tell', 'after'],
      ['the payment vanishes before the last look at it', 'chain.final', 'before'],
    ];
    for (const [what, step, when] of moments) {
      it(`where ${what}`, async () => {
        const task = await rig.payer.create();
        await paidOnce(task, await unlucky(step, when).pay(task));
      });
    }

    it('where the approval vanishes before the payment is estimated, by resuming', async () => {
      const task = await rig.payer.create();
      const error = await rejection(unlucky('pay.estimate', 'before').pay(task), 'refused');
      assert.match(error.message, /refused: ERC20: insufficient allowance\. Nothing was paid/);
      const [{ id = '' } = {}] = await rig.payer.journal.open();
      await paidOnce(task, await rig.payer.engine.resume(id, await rig.payer.signer()));
    });

    it('where the approval and the payment vanish at once', async () => {
      const task = await rig.payer.create();
      await paidOnce(task, await unlucky('service.tell', 'before', 2).pay(task));
    });

    it('where the payment vanishes while it is waited for more blocks', async () => {
      const task = await rig.payer.create();
      const careful = unlucky('pay.receipt', 'after', 1, { pace: { confirmations: 3 } });
      const done = await mining(() => careful.pay(task));
      await paidOnce(task, done);
      assert.ok(!done.history.some(each => each.what === 'vanished from the chain'));
    });
  });

  describe('long after it is done', () => {
    for (const [what, depth] of [
      ['it vanishes', 1],
      ['it vanishes with its approval', 2],
    ] as const) {
      it(`${what}: reconciling takes it up again, and it is made once`, async () => {
        const task = await rig.payer.create();
        const done = await rig.payer.pay(task);
        assert.deepEqual(await rig.payer.engine.reconcile(), []);
        await rig.reader.reorganise(depth);
        assert.equal(await rig.reader.amountPaid(task), 0n);
        const [reopened, ...more] = await rig.payer.engine.reconcile();
        assert.deepEqual([reopened?.id, reopened?.open, more], [done.id, true, []]);
        const again = await rig.payer.engine.resume(done.id);
        assert.equal(again.hash, done.hash);
        await paidOnce(task, again);
        assert.deepEqual(await rig.payer.engine.reconcile(), []);
      });
    }

    for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
      it(`it vanishes and is sped up: the service has the ${kind === 'create' ? 'creation' : 'renewal'} that it saw, and it is done`, async () => {
        const task = await rig.payer.create();
        if (kind === 'renew') await rig.payer.pay(task);
        const before = { paid: await rig.reader.amountPaid(task), orders: await orders(task) };
        const done = await rig.payer.pay(task, kind, { duration: 3_600 });
        await rig.reader.reorganise(1);
        const reopened = await rig.payer.engine.reconcile();
        assert.deepEqual(
          reopened.map(({ id }) => id),
          [done.id],
        );
        const sped = await rig.payer.engine.speedUp(done.id, await rig.payer.signer());
        assert.equal(sped.stage, 'paying');
        const again = await rig.payer.engine.resume(done.id);
        assert.equal(again.stage, 'done');
        assert.notEqual(again.hash, done.hash);
        assert.equal(await rig.reader.amountPaid(task), before.paid + done.amount);
        assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
        // It takes one creation of a task, and any renewal.
        const told = kind === 'create' ? [done.hash] : [done.hash, again.hash];
        assert.deepEqual(new Set(await orders(task)), new Set([...before.orders, ...told]));
        assert.deepEqual(await rig.payer.journal.open(), []);
        assert.deepEqual(await rig.payer.engine.reconcile(), []);
      });
    }

    it('it vanishes and is cancelled: nothing is paid, whatever the service keeps', async () => {
      const task = await rig.payer.create();
      const done = await rig.payer.pay(task);
      await rig.reader.reorganise(1);
      await rig.payer.engine.reconcile();
      await rig.payer.engine.cancel(done.id, await rig.payer.signer());
      const cancelled = await rig.payer.engine.resume(done.id);
      assert.equal(cancelled.stage, 'cancelled');
      assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, []);
      assert.equal(await rig.reader.amountPaid(task), 0n);
      assert.deepEqual(await orders(task), [done.hash]);
      assert.deepEqual(await rig.payer.journal.open(), []);
    });

    it('or just before it is put away: it stays among those that go on', async () => {
      const task = await rig.payer.create();
      const reopened: Promise<Payment[]>[] = [];
      const hasty = rig.payerWith({
        onStep: async (step, when) => {
          if (step !== 'journal.settle' || when !== 'before' || reopened.length > 0) return;
          await rig.reader.reorganise(1);
          const finding = rig.payerWith({}).engine.reconcile();
          reopened.push(finding);
          await Promise.race([finding, sleep(systemClock, 500)]);
        },
      });
      const { id } = await hasty.pay(task);
      assert.deepEqual(
        (await Promise.all(reopened)).flat().map(each => each.id),
        [id],
      );
      assert.deepEqual(
        (await rig.payer.journal.open()).map(each => each.id),
        [id],
      );
      await paidOnce(task, await rig.payer.engine.resume(id));
    });

    it('the wallet pays on, and what vanished is made once too', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      const first = await rig.payer.pay(task);
      await rig.reader.reorganise(2);
      const second = await rig.payer.pay(other);
      for (const { id } of await rig.payer.engine.reconcile()) await rig.payer.engine.resume(id);
      assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, [first.amount, second.amount]);
      assert.equal(await rig.reader.amountPaid(task), first.amount);
      assert.equal(await rig.reader.amountPaid(other), second.amount);
      assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
      assert.deepEqual(await rig.payer.journal.open(), []);
    });
  });

  for (const confirmations of [1, 2, 3]) {
    it(`is believed when it is ${confirmations} deep, and not before`, async () => {
      const task = await rig.payer.create();
      const { amount } = await rig.payer.quote(task);
      await rig.reader.approve(rig.privateKey, amount);
      const careful = rig.payerWith({ pace: { confirmations } });
      const payment = careful.pay(task);
      await until('the payment on the chain', async () => (await rig.reader.amountPaid(task)) === amount);
      for (let depth = 1; depth < confirmations; depth++) {
        await looks(careful, 5);
        assert.equal((await careful.journal.open())[0]?.stage, 'paying', `${depth} deep`);
        await rig.reader.mine(1);
      }
      await paidOnce(task, await payment);
    });
  }

  /** Until a rig.payer has looked for the receipt that often again. */
  async function looks(careful: Payer, times: number): Promise<void> {
    const count = async () => (await rig.reader.stats()).rpc.eth_getTransactionReceipt ?? 0;
    const before = await count();
    await until('looks at the chain', async () => (await count()) >= before + times);
    assert.ok(careful.history.every(each => each.stage !== 'paid'));
  }

  /** With a block every now and then. */
  async function mining<T>(act: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void rig.reader.mine(1), 50);
    return act().finally(() => clearInterval(timer));
  }
});
