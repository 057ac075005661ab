import assert from 'node:assert/strict';
import type { PaymentKind } from '../../../src/core/payments.js';
import type { PaymentRecord } from '../../../src/swan/journal/record.js';
import type { Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { PayerRig } from '../../support/payerRig.js';
import { until } from '../../support/until.js';

const RENEWAL = { duration: 3_600 };

describe('a payment that was given up, and is in the pool again after a reorganisation', () => {
  const rig = new PayerRig(
    () => ({ clock: hurriedClock(), pace: HURRIED_PACE }),
    // What a test takes back is not the money to pay with.
    reader => reader.mine(5),
  );

  const paid = async () => (await rig.reader.moves(rig.payer.wallet)).paid;
  const read = (id: string) => rig.payer.journal.read(id);

  /** On its way, while nothing is mined: its transaction, and the nonce of it. */
  async function stuck(task: string, kind: PaymentKind = 'create') {
    await rig.reader.approve(rig.privateKey, (await rig.payer.quote(task, kind, RENEWAL)).amount);
    await rig.reader.stopMining();
    await rejection(rig.payerWith({ pace: { patienceMs: 2_000 } }).pay(task, kind, RENEWAL), 'timeout');
    const record = (await rig.payer.journal.open()).find(each => each.task === task);
    const { raw = '', hash = '', nonce = 0 } = record?.transactions[0] ?? {};
    assert.ok(record && raw !== '');
    return { id: record.id, raw, hash, nonce };
  }

  async function mine(): Promise<void> {
    await rig.reader.mineAtOnce();
    await rig.reader.send('evm_mine');
  }

  /** Cancelled on the chain, which loses that; the payment is in the pool, and nothing is mined. */
  async function cancelledAndBack(task: string, kind: PaymentKind = 'create') {
    const payment = await stuck(task, kind);
    await rig.payer.engine.cancel(payment.id, await rig.payer.signer());
    await mine();
    assert.equal((await rig.payer.engine.resume(payment.id)).stage, 'cancelled');
    await rig.reader.stopMining();
    await rig.reader.reorganise(2);
    await rig.reader.send('anvil_dropTransaction', (await read(payment.id)).transactions[1]?.hash);
    await rig.reader.send('eth_sendRawTransaction', payment.raw);
    return payment;
  }

  it('is not made beside the next one, where it was cancelled', async () => {
    const task = await rig.payer.create();
    await cancelledAndBack(task);
    const broadcasts: Step[] = ['pay.broadcast', 'chain.rebroadcast'];
    const next = rig.payerWith({
      async onStep(step, when) {
        if (broadcasts.includes(step) && when === 'after') await mine();
      },
    });
    // The cancellation may be mined first, so that the allowance is another than was seen: then it ends unpaid.
    await next.pay(task).catch(error => assert.ok(error.code !== undefined, error));
    for (const { id } of await rig.payer.journal.open()) await next.engine.resume(id, await rig.payer.signer());
    assert.equal((await paid()).length, 1);
  });

  it('is not made beside the next one, where another transaction had taken its place', async () => {
    const task = await rig.payer.create();
    const { id, raw, hash, nonce } = await stuck(task);
    await rig.reader.send('anvil_dropTransaction', hash);
    await rig.reader.mineAtOnce();
    await rig.reader.spend(rig.privateKey, nonce);
    assert.equal((await rig.payer.engine.resume(id)).stage, 'superseded');
    await rig.reader.stopMining();
    await rig.reader.reorganise(1);
    await rig.reader.send('eth_sendRawTransaction', raw);
    // Nodes that estimate upon what is in the pool refuse it there: what is allowed is allowed once.
    const paying = rig.payer.pay(task).catch(error => error);
    await Promise.race([
      paying,
      until('the next one to be sent', async () => {
        const open = await rig.payer.journal.open();
        return open.some(({ stage }) => stage === 'paying');
      }),
    ]);
    await mine();
    const { stage, code, transactions } = await paying;
    if (stage === 'done') assert.equal(transactions.at(-1)?.nonce, nonce);
    else assert.equal(code, 'reverted');
    assert.equal((await paid()).length, 1);
    await rejection(rig.payer.quote(task), 'refused');
    for (const each of await rig.payer.engine.reconcile()) await rig.payer.engine.resume(each.id);
    assert.equal((await paid()).length, 1);
  });

  for (const told of ['by the quote', 'by the payment'] as const) {
    it(`is not made beside the next renewal, where it was mined after all: that is told ${told}`, async () => {
      const task = await rig.payer.create();
      await rig.payer.pay(task);
      const before = (await paid()).length;
      let quote = told === 'by the payment' ? await rig.payer.quote(task, 'renew', RENEWAL) : undefined;
      const { id } = await cancelledAndBack(task, 'renew');
      await mine();
      assert.equal((await paid()).length, before + 1);
      assert.equal((await read(id)).stage, 'cancelled');
      // As it was read just now, but that nobody looked at what was given up.
      if (quote) quote = { ...quote, paidBefore: await rig.reader.amountPaid(task), approval: true };
      const next = quote
        ? rig.payer.engine.pay(quote, await rig.payer.signer())
        : rig.payer.quote(task, 'renew', RENEWAL);
      const error = await rejection(next, 'refused');
      assert.equal(error.code, 'payment_open');
      assert.match(error.message, /on the chain after all/);
      assert.equal((await read(id)).stage, 'paid');
      assert.equal((await rejection(rig.payer.quote(task, 'renew', RENEWAL), 'refused')).code, 'payment_open');
      assert.equal((await rig.payer.engine.resume(id)).stage, 'done');
      assert.equal((await paid()).length, before + 1);
      const { orders } = (await rig.payer.api.task(task)).data;
      assert.deepEqual(
        orders.map(({ type }) => type),
        ['Creation', 'Renewal'],
      );
      // And the next one is the person's to make.
      assert.equal((await rig.payer.pay(task, 'renew', RENEWAL)).stage, 'done');
      assert.equal((await paid()).length, before + 2);
    });
  }

  it('is done by its hash, where it is mined after all', async () => {
    const task = await rig.payer.create();
    const { id, hash } = await cancelledAndBack(task);
    await mine();
    assert.equal((await paid()).length, 1);
    const error = await rejection(rig.payer.quote(task), 'refused');
    assert.match(error.message, /hash/);
    const done = await rig.payer.engine.validate({
      task,
      kind: 'create',
      hash: hash.toUpperCase().replace('0X', '0x'),
    });
    assert.deepEqual([done.id, done.stage, done.hash], [id, 'done', hash]);
    assert.deepEqual(outcomes(await read(id)), ['pay mined', 'cancel replaced']);
  });

  it('is published again, and not its cancellation, where it was mined last', async () => {
    const [task, another] = [await rig.payer.create(), await rig.payer.create(7_200)];
    const { id } = await cancelledAndBack(task);
    await mine();
    assert.equal((await rig.payer.engine.reconcile()).length, 1);
    assert.equal((await rig.payer.engine.resume(id)).stage, 'done');
    assert.deepEqual(outcomes(await read(id)), ['pay mined', 'cancel replaced']);
    await rig.reader.reorganise(2);
    assert.equal(await rig.reader.amountPaid(task), 0n);
    await rig.payer.pay(another);
    assert.ok((await rig.reader.amountPaid(task)) > 0n);
  });

  it('leaves a way on, where a replacement from elsewhere had paid and something else is in its place', async () => {
    const [task, another] = [await rig.payer.create(), await rig.payer.create(7_200)];
    const { id, raw, hash, nonce } = await stuck(task);
    await rig.reader.send('anvil_dropTransaction', hash);
    await rig.reader.mineAtOnce();
    const foreign = await rig.reader.replace(rig.privateKey, nonce, raw);
    assert.equal((await rig.payer.engine.resume(id)).hash, foreign);
    await rig.reader.reorganise(1);
    assert.equal((await rig.payer.engine.reconcile()).length, 1);
    await rig.reader.spend(rig.privateKey, nonce);
    assert.equal((await rig.payer.engine.resume(id)).stage, 'superseded');
    assert.equal((await rig.payer.pay(another)).stage, 'done');
    assert.equal(await rig.reader.amountPaid(task), 0n);
  });

  function outcomes({ transactions }: PaymentRecord): string[] {
    return transactions.map(({ purpose, outcome }) => `${purpose} ${outcome}`);
  }
});
