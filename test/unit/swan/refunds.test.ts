import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Payment } from '../../../src/core/payments.js';
import { STEPS, type Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { PayerRig } from '../../support/payerRig.js';
import { until } from '../../support/until.js';

describe('a refund', () => {
  const rig = new PayerRig();

  /** Ends a task that was paid. @returns what came back, as the service tells */
  async function ended(task: string): Promise<{ amount: bigint; hash: string }> {
    await rig.payer.api.terminate(task);
    return until('the refund', async () => {
      const { refund: amount, orders } = (await rig.payer.api.task(task)).data;
      const hash = orders[0]?.refundTxHash;
      return amount !== undefined && hash !== undefined && { amount, hash };
    });
  }

  async function refunds(): Promise<Payment['refund'][]> {
    return (await rig.payer.journal.list()).records.map(({ refund }) => refund);
  }

  it('is noted as the chain has it, with the transaction that the service names, and once', async () => {
    const task = await rig.payer.create();
    await rig.payer.pay(task);
    assert.deepEqual(await rig.payer.engine.reconcile(), []);
    assert.deepEqual(await refunds(), [undefined]);
    const before = await rig.reader.balance(rig.payer.wallet);
    const { amount, hash } = await ended(task);
    const noticed = rig.payer.history.length;
    assert.deepEqual(await rig.payer.engine.reconcile(), []);
    const [refund] = await refunds();
    assert.deepEqual([refund?.amount, refund?.hash], [amount, hash]);
    assert.equal((await rig.reader.balance(rig.payer.wallet)) - before, amount);
    assert.ok((refund?.block ?? 0) > 0);
    assert.ok(Math.abs((refund?.at ?? 0) - Date.now()) < 60_000, `${refund?.at}`);
    assert.equal(rig.payer.history.at(-1)?.refund?.amount, amount);
    assert.equal(rig.payer.history.length, noticed + 1);
    await rig.payer.engine.reconcile();
    assert.equal(rig.payer.history.length, noticed + 1);
    assert.deepEqual(readdirSync(`${rig.folder}/open`), []);
  });

  it('is noted of one task, where its end is followed', async () => {
    const [task, other] = [await rig.payer.create(), await rig.payer.create()];
    for (const each of [task, other]) {
      await rig.payer.pay(each);
      await ended(each);
    }
    await rig.payer.engine.noteRefund(task);
    const { records } = await rig.payer.journal.list();
    assert.deepEqual(
      records.filter(({ refund }) => refund).map(each => each.task),
      [task],
    );
    await rig.reader.act('rpc', { kind: 'wrongChain' });
    await rejection(rig.payer.engine.noteRefund(other), 'invalid').finally(() => rig.reader.act('clear'));
    assert.equal((await refunds()).filter(Boolean).length, 1);
  });

  it('is one payment’s alone where the task was renewed', async () => {
    const task = await rig.payer.create();
    const first = await rig.payer.pay(task);
    await rig.payer.pay(task, 'renew', { duration: 7_200 });
    const { amount } = await ended(task);
    await rig.payer.engine.reconcile();
    await rig.payer.engine.reconcile();
    const { records } = await rig.payer.journal.list();
    assert.deepEqual(
      records.flatMap(each => (each.refund ? [[each.id, each.refund.amount]] : [])),
      [[first.id, amount]],
    );
  });

  it('is noted without a transaction while the service cannot tell, and with it later', async () => {
    const task = await rig.payer.create();
    await rig.payer.pay(task);
    const { amount, hash } = await ended(task);
    const { task: ask } = rig.payer.api;
    Object.assign(rig.payer.api, { task: () => Promise.reject(new Error('A defect.')) });
    await rejection(rig.payer.engine.reconcile(), 'service');
    Object.assign(rig.payer.api, { task: ask });
    await rig.reader.act('fail', { endpoint: 'GET /v2/task_deployment', kind: 'failed', message: 'Maintenance.' });
    await rig.payer.engine.reconcile();
    const [early] = await refunds();
    assert.deepEqual([early?.amount, early?.hash], [amount, undefined]);
    await rig.payer.engine.reconcile();
    const [late] = await refunds();
    assert.deepEqual([late?.amount, late?.hash], [amount, hash]);
  });

  it('takes no transaction that gave nothing back for the task, whatever the service says', async () => {
    const [task, other] = [await rig.payer.create(), await rig.payer.create()];
    const paid = await rig.payer.pay(task);
    await rig.payer.pay(other);
    const { amount } = await ended(task);
    const { hash: foreign } = await ended(other);
    const { task: ask } = rig.payer.api;
    for (const hash of [paid.hash, foreign, `0x${'12'.repeat(32)}`, '0x12', 'javascript:alert(1)']) {
      Object.assign(rig.payer.api, {
        async task(id: string) {
          const answer = await ask(id);
          const orders = answer.data.orders.map(each => ({ ...each, refundTxHash: hash }));
          return { ...answer, data: { ...answer.data, orders } };
        },
      });
      await rig.payer.engine.reconcile();
      const noted = (await rig.payer.journal.list()).records.find(each => each.task === task)?.refund;
      assert.deepEqual([noted?.amount, noted?.hash], [amount, undefined], hash);
    }
  });

  it('that vanishes from the chain is none', async () => {
    const task = await rig.payer.create();
    await rig.payer.pay(task);
    await ended(task);
    await rig.payer.engine.reconcile();
    assert.ok((await refunds())[0]);
    await rig.reader.send('anvil_reorg', 1, []);
    assert.deepEqual(await rig.payer.engine.reconcile(), []);
    assert.deepEqual(await refunds(), [undefined]);
  });

  it('is noted once though noting it stops at whichever step', async () => {
    const steps: Step[] = [...STEPS.filter(name => name.startsWith('refund.')), 'journal.settle'];
    assert.equal(steps.length, 6);
    for (const name of steps) {
      for (const when of ['before', 'after']) {
        const task = await rig.payer.create();
        await rig.payer.pay(task);
        const { amount, hash } = await ended(task);
        let stopped = false;
        const doomed = rig.payerWith({
          onStep(step, moment) {
            if (step !== name || moment !== when) return;
            stopped = true;
            throw new Error('The test stops here.');
          },
        });
        await rejection(doomed.engine.reconcile(), 'service');
        assert.ok(stopped, `${when} ${name}`);
        await rig.payer.engine.reconcile();
        const noted = (await rig.payer.journal.list()).records.find(each => each.task === task)?.refund;
        assert.deepEqual([noted?.amount, noted?.hash], [amount, hash], `${when} ${name}`);
      }
    }
  });

  it('and what was paid are not looked for on another chain, where nothing would be found', async () => {
    await rig.payer.pay(await rig.payer.create());
    await rig.reader.act('rpc', { kind: 'wrongChain' });
    try {
      const error = await rejection(rig.payer.engine.reconcile(), 'invalid');
      assert.equal(error.code, 'wrong_chain');
    } finally {
      await rig.reader.act('clear');
    }
    assert.deepEqual(await rig.payer.journal.open(), []);
  });

  it('and what was paid are not looked for of another network with the same chain id', async () => {
    await rig.payer.pay(await rig.payer.create());
    await rig.reader.send('anvil_reorg', 1, []);
    const { services } = rig.sandbox;
    const other = rig.payerWith({ services: { ...services, url: services.url.replace('127.0.0.1', 'localhost') } });
    assert.deepEqual(await other.engine.reconcile(), []);
    assert.equal((await rig.payer.engine.reconcile()).length, 1);
    assert.equal(rig.payer.history.at(-1)?.stage, 'paying');
  });
});
