import assert from 'node:assert/strict';
import type { PaymentKind } from '../../../src/core/payments.js';
import type { Order, Task } from '../../../src/core/tasks.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { whileLying } from '../../support/lyingNode.js';
import { type Payer, temporaryJournal } from '../../support/payer.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';
import { Swan } from '../../support/swan.js';
import { told } from '../../support/told.js';

describe('what the service’s orders say', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  /** The service tells of a task as `change` has it. */
  function telling(payer: Payer, change: (task: Task) => Partial<Task>): void {
    const truly = payer.api.task;
    payer.api.task = async (id, signal) => {
      const answer = await truly(id, signal);
      Object.assign(answer.data, change(answer.data));
      return answer;
    };
  }

  const creation = (task: string, txHash?: string): Order =>
    told<Order>({
      id: 'o',
      type: 'Creation',
      status: 'pending_payment_confirm',
      task,
      txHash,
    });

  /** By the contract's own call, whatever the task says. @returns the transaction's hash */
  async function payElsewhere(task: string, kind: PaymentKind): Promise<string> {
    const swan = new Swan(rig.sandbox.services);
    const { hardware, pricePerHour = 0n } = (await rig.payer.api.task(task)).data;
    const bill = { task, hardwareId: hardware.id ?? 0, pricePerHour, duration: 3_600 };
    return await swan
      .payElsewhere({ ...bill, kind: kind === 'create' ? 'submitPayment' : 'renewPayment' })
      .finally(() => swan.close());
  }

  it('a payment from elsewhere that is on its way is not paid beside', async () => {
    const task = await rig.payer.create();
    const privateKey = await rig.reader.fund(FUNDS);
    await rig.reader.approve(privateKey, (await rig.payer.quote(task)).amount);
    await rig.reader.stopMining();
    const { folder, remove } = temporaryJournal();
    const other = rig.payerWith({ folder, privateKey, pace: { patienceMs: 2_000 } });
    await rejection(other.pay(task), 'timeout');
    const hash = (await other.journal.open())[0]?.transactions.at(-1)?.hash;
    remove();
    telling(rig.payer, () => ({ orders: [creation(task, hash)] }));
    const error = await rejection(rig.payer.quote(task), 'refused');
    assert.equal(error.code, 'already_paid');
    assert.match(error.message, new RegExp(`made elsewhere \\(${hash}\\)\\. Validate it`));
  });

  it('one that was reverted, or that no node has heard of, does not stand in the way', async () => {
    const task = await rig.payer.create();
    const hash = `0x${'ab'.repeat(32)}`;
    telling(rig.payer, () => ({ orders: [creation(task, hash)] }));
    const quote = await rig.payer.quote(task);
    const reverted = { status: '0x0', blockNumber: '0x1', blockHash: hash, from: rig.payer.wallet, to: null, logs: [] };
    let asked = 0;
    const lie = (method: string, [of]: readonly unknown[]) => {
      if (of === hash && method === 'eth_getTransactionByHash') asked++;
      return of === hash && method === 'eth_getTransactionReceipt' ? { result: reverted } : undefined;
    };
    assert.deepEqual(await whileLying(lie, () => rig.payer.quote(task)), quote);
    assert.equal(asked, 0, 'its receipt is enough');
  });

  it('a task whose payment is not confirmed is not renewed', async () => {
    const task = await rig.payer.create();
    telling(rig.payer, () => ({ orders: [creation(task)] }));
    await rejection(rig.payer.quote(task, 'renew', { duration: 3_600 }), 'invalid');
    await payElsewhere(task, 'create');
    const error = await rejection(rig.payer.quote(task, 'renew', { duration: 3_600 }), 'refused');
    assert.match(error.message, /has not confirmed the payment for this task yet\. Validate that payment first/);
  });

  for (const status of ['unknown', 'payment_failed'] as const) {
    it(`a payment is done when the service has it, not on the word “${status}”`, async () => {
      const task = await rig.payer.create();
      const impatient = rig.payerWith({ pace: { tellPatienceMs: 3_000 } });
      const { orderStatus, validatePayment } = impatient.api;
      const wordless = async () => ({ data: { id: '', type: 'unknown' as const, status }, message: '', text: '' });
      Object.assign(impatient.api, { orderStatus: wordless, validatePayment: wordless });
      const error = await rejection(impatient.pay(task), 'busy');
      assert.equal(error.code, 'not_validated');
      const [open] = await impatient.journal.open();
      assert.equal(open?.stage, 'paid');
      // It has it now, and says no more about it.
      Object.assign(impatient.api, { validatePayment });
      await impatient.api.validatePayment(task, open.hash ?? '');
      assert.equal((await impatient.engine.resume(open.id)).stage, 'done');
      Object.assign(impatient.api, { orderStatus });
    });
  }

  it('one that the service has lost is told again where it is validated', async () => {
    const task = await rig.payer.create();
    const { hash = '' } = await rig.payer.pay(task);
    const losing = rig.payerWith();
    const { validatePayment } = losing.api;
    let told = 0;
    telling(losing, ({ orders }) => (told > 0 ? { orders } : { orders: [creation(task)], status: 'initialized' }));
    losing.api.validatePayment = async (...args) => {
      told++;
      return await validatePayment(...args).catch(() => losing.api.orderStatus(...args));
    };
    assert.equal((await losing.engine.validate({ task, kind: 'create', hash })).stage, 'done');
    assert.equal(told, 1);
    assert.equal((await losing.engine.validate({ task, kind: 'create', hash })).stage, 'done');
    assert.equal(told, 1, 'the service has it');
  });

  it('what the service will never take comes to its end, and says so', async () => {
    const task = await rig.payer.create();
    const killed = rig.payerWith({
      onStep(step, when) {
        if (step === 'pay.mined' && when === 'after') throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task), /killed/);
    const [open] = await rig.payer.journal.open();
    assert.equal(open?.stage, 'paid');
    await rig.payer.api.terminate(task);
    const error = await rejection(rig.payer.engine.resume(open.id), 'refused');
    assert.equal(error.code, 'not_taken');
    assert.match(error.message, /on the chain, but Swan does not take it: .*claim review/);
    const { records } = await rig.payer.journal.list();
    assert.deepEqual(
      records.map(({ stage, problem }) => [stage, problem?.code]),
      [['done', 'not_taken']],
    );
    assert.deepEqual(await rig.payer.journal.open(), []);
  });

  it('a second creation of a task that is paid comes to its end, whatever it was taken for', async () => {
    const task = await rig.payer.create();
    await rig.payer.pay(task);
    const hash = await payElsewhere(task, 'create');
    const error = await rejection(rig.payer.engine.validate({ task, kind: 'renew', hash }), 'refused');
    assert.equal(error.code, 'not_taken');
    assert.deepEqual(await rig.payer.journal.open(), []);
    assert.ok((await rig.payer.quote(task, 'renew', { duration: 3_600 })).amount > 0n, 'it can be renewed');
  });
});
