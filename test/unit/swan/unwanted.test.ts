import assert from 'node:assert/strict';
import type { PaymentKind } from '../../../src/core/payments.js';
import type { PaymentRecord } from '../../../src/swan/journal/record.js';
import type { Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { whileLying } from '../../support/lyingNode.js';
import { PayerRig } from '../../support/payerRig.js';
import { Swan } from '../../support/swan.js';

const RENEWAL = { duration: 7_200 };

describe('a payment that is signed and not on the chain', () => {
  const rig = new PayerRig(
    () => ({ clock: hurriedClock() }),
    // What a test takes back is not the money to pay with.
    reader => reader.mine(5),
  );

  const paid = async () => (await rig.reader.moves(rig.payer.wallet)).paid;

  /** What a window leaves that is killed there. */
  async function left(task: string, name: Step, kind: PaymentKind = 'create'): Promise<PaymentRecord> {
    let dead = false;
    const killed = rig.payerWith({
      onStep(step, when) {
        dead ||= step === name && when === 'after';
        if (dead) throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task, kind, RENEWAL), /killed/);
    const record = (await rig.payer.journal.open()).find(each => each.task === task);
    assert.equal(record?.stage, 'paying');
    return record;
  }

  async function payElsewhere({ kind, ...record }: PaymentRecord): Promise<void> {
    const swan = new Swan(rig.sandbox.services);
    const bill = { ...record, kind: kind === 'create' ? ('submitPayment' as const) : ('renewPayment' as const) };
    await swan.payElsewhere(bill).finally(() => swan.close());
  }

  const signer = () => rig.payer.signer();

  /** It stays open, since it may have been published before, and can be cancelled. */
  async function isGivenUp({ id }: PaymentRecord, code: string): Promise<void> {
    const before = await paid();
    const error = await rejection(rig.payer.engine.resume(id, await signer()), 'refused');
    assert.equal(error.code, code);
    assert.match(error.message, /Cancel this payment/);
    const faster = await rejection(rig.payer.engine.speedUp(id, await signer()), 'refused');
    assert.equal(faster.code, code);
    const record = await rig.payer.journal.read(id);
    assert.deepEqual([record.stage, record.problem?.code, record.transactions.length], ['paying', code, 1]);
    await rig.payer.engine.cancel(id, await signer());
    assert.equal((await rig.payer.engine.resume(id)).stage, 'cancelled');
    assert.deepEqual(await paid(), before);
  }

  for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
    it(`is not published where another wallet has paid since, to ${kind}`, async () => {
      const task = await rig.payer.create();
      if (kind === 'renew') await rig.payer.pay(task);
      await rig.allow(task, kind, RENEWAL);
      const record = await left(task, 'pay.journal', kind);
      await payElsewhere(record);
      await isGivenUp(record, 'already_paid');
      assert.equal(await rig.reader.amountPaid(task), record.paidBefore + record.amount);
    });
  }

  it('is not published where its task has ended', async () => {
    const task = await rig.payer.create();
    await rig.allow(task);
    const record = await left(task, 'pay.journal');
    await rig.payer.api.terminate(task);
    await isGivenUp(record, 'task_ended');
    assert.equal(await rig.reader.amountPaid(task), 0n);
  });

  it('is not sped up where another wallet has paid while it waited for a block', async () => {
    const record = await left(await rig.payer.create(), 'pay.journal');
    await payElsewhere(record);
    const error = await rejection(rig.payer.engine.speedUp(record.id, await signer()), 'refused');
    assert.equal(error.code, 'already_paid');
    assert.deepEqual(await paid(), []);
  });

  it('by a node that is behind, while another shows what it has paid itself, is waited for', async () => {
    const task = await rig.payer.create();
    await rig.allow(task);
    const nonce = await rig.reader.nonce(rig.payer.wallet);
    const { id, amount, transactions } = await left(task, 'pay.broadcast');
    const { hash } = transactions[0] ?? {};
    let looks = 0;
    const behind = (method: string, [of]: readonly unknown[]) => {
      if (method === 'eth_getTransactionReceipt' && of === hash) return { result: null };
      if (method !== 'eth_getTransactionCount') return undefined;
      looks++;
      return { result: `0x${nonce.toString(16)}` };
    };
    // Longer than anything is waited for to be certain.
    const long = rig.payerWith({ pace: { patienceMs: 40_000 } });
    const error = await whileLying(behind, () => rejection(long.engine.resume(id), 'timeout'));
    assert.equal(error.code, 'transaction_pending');
    assert.ok(looks > 1);
    assert.equal((await rig.payer.engine.resume(id)).stage, 'done');
    assert.deepEqual(await paid(), [amount]);
  });

  it('is not published for the sake of the next one either', async () => {
    const [task, another] = [await rig.payer.create(), await rig.payer.create()];
    const first = await rig.payer.pay(task);
    const next = await left(another, 'pay.journal');
    // With the approval of the next one, which comes after it.
    await rig.reader.reorganise(2);
    const [{ id } = { id: '' }] = await rig.payer.engine.reconcile();
    assert.equal(id, first.id);
    await payElsewhere(await rig.payer.journal.read(id));
    const hasty = rig.payerWith({ pace: { patienceMs: 30_000 } });
    await rejection(hasty.engine.resume(next.id), 'timeout');
    assert.deepEqual(await paid(), []);
    await rig.payer.engine.cancel(id, await signer());
    assert.equal((await rig.payer.engine.resume(id)).stage, 'cancelled');
    assert.equal((await rig.payer.engine.resume(next.id)).stage, 'done');
    assert.deepEqual(await paid(), [next.amount]);
    assert.deepEqual(await rig.payer.journal.open(), []);
  });
});
