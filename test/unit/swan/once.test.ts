import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Interface } from 'ethers';
import type { Payment, PaymentKind } from '../../../src/core/payments.js';
import { paymentLock } from '../../../src/swan/payments/context.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { whileLying } from '../../support/lyingNode.js';
import { type Payer, temporaryJournal } from '../../support/payer.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';
import { Swan } from '../../support/swan.js';
import { until } from '../../support/until.js';

const AMOUNT_PAID = new Interface(['function amountPaid(string)']).getFunction('amountPaid')?.selector ?? '';

describe('a task is paid for once', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  const paidBy = async (...payers: Payer[]) =>
    (await Promise.all(payers.map(async ({ wallet }) => (await rig.reader.moves(wallet)).paid))).flat();

  for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
    it(`though two wallets are told to at the same time, to ${kind}`, async () => {
      const task = await rig.payer.create();
      if (kind === 'renew') await rig.payer.pay(task);
      const before = await rig.reader.amountPaid(task);
      const privateKey = await rig.reader.fund(FUNDS);
      const payers = [rig.payer, rig.payerWith({ privateKey })];
      // With an approval to wait for, the later one would look again.
      const { amount } = await rig.payer.quote(task, kind, { duration: 3_600 });
      for (const key of [rig.privateKey, privateKey]) await rig.reader.approve(key, amount);
      const quotes = await Promise.all(payers.map(each => each.quote(task, kind, { duration: 3_600 })));
      const outcomes = await Promise.allSettled(
        payers.map(async (each, index) => each.engine.pay(quotes[index] ?? assert.fail(), await each.signer())),
      );
      const [failure, ...more] = outcomes.flatMap(each => (each.status === 'rejected' ? each.reason.code : []));
      assert.ok(['payment_open', 'already_paid'].includes(failure), failure);
      assert.deepEqual(more, []);
      assert.equal((await rig.reader.amountPaid(task)) - before, quotes[0]?.amount);
    });
  }

  it('though a window lost the task’s lock while it looked', async () => {
    const task = await rig.payer.create();
    const stopped = rig.payerWith({
      onStep(step, when) {
        if (step !== 'journal.plan' || when !== 'before') return;
        const locks = join(rig.folder, 'locks');
        const name = readdirSync(locks).find(each => each.startsWith('task-')) ?? '';
        rmSync(join(locks, name), { recursive: true });
      },
    });
    await rejection(stopped.pay(task), 'busy');
    assert.deepEqual((await rig.payer.journal.list()).records, []);
  });

  for (const [when, step, left] of [
    ['while it looked', 'chain.height', ['ready']],
    ['at the moment it did', 'journal.plan', ['failed', 'ready']],
  ] as const) {
    it(`though another window entered its plan ${when}`, async () => {
      const [task, model] = [await rig.payer.create(), await rig.payer.create()];
      const killed = rig.payerWith({
        onStep(at, when) {
          if (at === 'journal.plan' && when === 'after') throw new Error('The window is killed.');
        },
      });
      await assert.rejects(killed.pay(model), /killed/);
      const [theirs] = await rig.payer.journal.open();
      assert.ok(theirs);
      rmSync(join(rig.folder, 'open', `${theirs.id}.json`));
      let paying = false;
      const late = rig.payerWith({
        async onStep(at, when) {
          if (!paying || at !== step || when !== 'before') return;
          paying = false;
          await rig.payer.journal.save({ ...theirs, task, revision: 0 }, 'planned');
        },
      });
      const quote = await late.quote(task);
      paying = true;
      const error = await rejection(late.engine.pay(quote, await late.signer()), 'refused');
      assert.equal(error.code, 'payment_open');
      const { records } = await rig.payer.journal.list();
      assert.deepEqual(new Set(records.map(each => each.stage)), new Set(left));
      assert.deepEqual(await paidBy(rig.payer), []);
    });
  }

  it('and two wallets at the same time stay within one limit of a day', async () => {
    const privateKey = await rig.reader.fund(FUNDS);
    const payers = [rig.payer, rig.payerWith({ privateKey })];
    const tasks = await Promise.all(payers.map(each => each.create()));
    const { amount } = await rig.payer.quote(tasks[0] ?? '');
    const limits = { payment: amount, day: 2n * amount - 1n };
    const outcomes = await Promise.allSettled(
      payers.map(async (each, index) => each.pay(tasks[index] ?? '', 'create', { limits })),
    );
    assert.deepEqual(
      outcomes.flatMap(each => (each.status === 'rejected' ? (each.reason.code ?? each.reason.message) : [])),
      ['above_limit'],
    );
    assert.deepEqual(await paidBy(...payers), [amount]);
  });

  it('though a renewal is confirmed twice, and the node is behind', async () => {
    const task = await rig.payer.create();
    await rig.payer.pay(task);
    const quote = await rig.payer.quote(task, 'renew', { duration: 3_600 });
    await rig.payer.engine.pay(quote, await rig.payer.signer());
    const before = `0x${quote.paidBefore.toString(16).padStart(64, '0')}`;
    const behind = (method: string, [call]: readonly unknown[]) =>
      method === 'eth_call' && JSON.stringify(call).includes(AMOUNT_PAID) ? { result: before } : undefined;
    const error = await whileLying(behind, async () =>
      rejection(rig.payer.engine.pay(quote, await rig.payer.signer()), 'busy'),
    );
    assert.equal(error.code, 'payment_missing');
    assert.match(error.message, /does not show an earlier payment.* Nothing was signed/);
    assert.equal((await paidBy(rig.payer)).length, 2);
  });

  it('though its plan waited for another window, and it was paid elsewhere meanwhile', async () => {
    const stuck = await stuckPayment();
    const task = await rig.payer.create(7_200);
    const recovering = rig.payerWith();
    const recovered: Promise<unknown>[] = [];
    const planning = rig.payerWith({
      async onStep(step, when) {
        if (step !== 'journal.plan' || when !== 'after') return;
        const plan = (await rig.payer.journal.open()).find(each => each.task === task);
        assert.ok(plan);
        // As soon as it is in the journal, whoever looks finds it under way, or waits for it.
        assert.equal(await recovering.locks.isHeld(paymentLock(plan.id)), true);
        recovered.push(recovering.engine.resume(plan.id).then(({ stage }) => stage));
      },
    });
    const paying = planning.pay(task).catch(error => error);
    await until('the other window', () => recovered.length === 1);
    const plan = (await rig.payer.journal.open()).find(each => each.task === task) ?? assert.fail();
    await rig.reader.mineAtOnce();
    await rig.reader.mine(1);
    const swan = new Swan(rig.sandbox.services);
    await swan.payElsewhere({ ...plan, kind: 'submitPayment' }).finally(() => swan.close());
    await rig.payer.engine.resume(stuck.id, await rig.payer.signer());
    assert.equal((await paying).code, 'already_paid');
    assert.deepEqual(await Promise.all(recovered), ['failed']);
    assert.deepEqual(await paidBy(rig.payer), [stuck.amount]);
    assert.equal(await rig.reader.amountPaid(task), plan.amount);
  });

  it('and its plan is not ended by who looks after it and cannot sign', async () => {
    const task = await rig.payer.create();
    const killed = rig.payerWith({
      onStep(step, when) {
        if (step === 'journal.plan' && when === 'after') throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task), /killed/);
    const stuck = await stuckPayment();
    const plan = (await rig.payer.journal.open()).find(each => each.task === task) ?? assert.fail();
    const hasty = rig.payerWith({ pace: { patienceMs: 2_000 } });
    await assert.rejects(hasty.engine.resume(plan.id));
    const elsewhere = (method: string) => (method === 'eth_chainId' ? { result: '0x1' } : undefined);
    await whileLying(elsewhere, () => assert.rejects(hasty.engine.resume(plan.id), { code: 'wrong_chain' }));
    assert.equal((await rig.payer.journal.read(plan.id)).stage, 'ready');
    await rig.reader.mineAtOnce();
    await rig.reader.mine(1);
    await rig.payer.engine.resume(stuck.id, await rig.payer.signer());
    assert.equal((await rig.payer.engine.resume(plan.id, await rig.payer.signer())).stage, 'done');
  });

  it('and not where it has ended since it was planned', async () => {
    const task = await rig.payer.create();
    const killed = rig.payerWith({
      onStep(step, when) {
        if (step === 'pay.estimate' && when === 'before') throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task), /killed/);
    const [plan] = await rig.payer.journal.open();
    assert.equal(plan?.stage, 'ready');
    await rig.payer.api.terminate(task);
    const error = await rejection(rig.payer.engine.resume(plan.id, await rig.payer.signer()), 'invalid');
    assert.equal(error.code, 'task_ended');
    assert.deepEqual(await paidBy(rig.payer), []);
    assert.equal((await rig.payer.engine.cancel(plan.id)).stage, 'cancelled');
  });

  it('and stays so though the node has forgotten its receipt', async () => {
    const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
    const { hash, amount } = await rig.payer.pay(task);
    const forgotten = (method: string, [of]: readonly unknown[]) =>
      /^eth_getTransaction(Receipt|ByHash)$/.test(method) && of === hash ? { result: null } : undefined;
    const next = await whileLying(forgotten, async () => {
      assert.deepEqual(await rig.payer.engine.reconcile(), []);
      return rig.payer.pay(other);
    });
    assert.deepEqual(await paidBy(rig.payer), [amount, next.amount]);
  });

  it('by one of one price, sent elsewhere and taken back, which is sped up at more than that', async () => {
    const task = await rig.payer.create();
    const { folder, remove } = temporaryJournal();
    const elsewhere = rig.payerWith({
      folder,
      onStep(step, when) {
        if (step === 'pay.journal' && when === 'after') throw new Error('Another program sends it.');
      },
    });
    await assert.rejects(elsewhere.pay(task), /Another program/);
    const [record] = await elsewhere.journal.open();
    remove();
    const { nonce = 0, raw = '' } = record?.transactions.at(-1) ?? {};
    const hash = await rig.reader.replace(rig.privateKey, nonce, raw, 0);
    const { id } = await rig.payer.engine.validate({ task, kind: 'create', hash });
    await rig.reader.reorganise(1);
    assert.equal((await rig.payer.engine.reconcile()).length, 1);
    const { former, next } = await rig.payer.engine.replacement(id, 'speed up');
    assert.ok(former > 0n && next > former, `${former} ${next}`);
    await rig.payer.engine.speedUp(id, await rig.payer.signer(), next);
    assert.equal((await rig.payer.engine.resume(id)).stage, 'done');
    assert.equal((await paidBy(rig.payer)).length, 1);
  });

  /** On its way, while nothing is mined. */
  async function stuckPayment(): Promise<Payment> {
    const task = await rig.payer.create();
    await rig.allow(task);
    await rig.reader.stopMining();
    await rejection(rig.payerWith({ pace: { patienceMs: 2_000 } }).pay(task), 'timeout');
    const record = (await rig.payer.journal.open()).find(each => each.task === task);
    assert.ok(record);
    return { ...record, open: true };
  }
});
