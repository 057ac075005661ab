import assert from 'node:assert/strict';
import type { SpendingLimits } from '../../../src/core/payments.js';
import type { Task } from '../../../src/core/tasks.js';
import type { PaymentRecord } from '../../../src/swan/journal/record.js';
import { exceeded } from '../../../src/swan/payments/requirements.js';
import type { Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';

describe('a plan that was left', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock() }));

  /** By a window that was killed there. */
  async function left(task: string, name: Step = 'journal.plan'): Promise<PaymentRecord> {
    let dead = false;
    const killed = rig.payerWith({
      onStep(step, when) {
        dead ||= step === name && when === 'after';
        if (dead) throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task), /killed/);
    const record = (await rig.payer.journal.open()).find(each => each.task === task);
    assert.equal(record?.stage, 'ready');
    return record;
  }

  const read = (id: string) => rig.payer.journal.read(id);
  const paid = async () => (await rig.reader.moves(rig.payer.wallet)).paid;

  it('is not ended by a start without a network', async () => {
    const { id, amount } = await left(await rig.payer.create());
    const truly = globalThis.fetch;
    globalThis.fetch = async () => {
      throw new TypeError('fetch failed');
    };
    const error = await rejection(rig.payer.engine.resume(id), 'network').finally(() => {
      globalThis.fetch = truly;
    });
    assert.ok(error.retryable);
    const { stage, problem } = await read(id);
    assert.deepEqual([stage, problem?.code], ['ready', 'network']);
    assert.equal((await rig.payer.engine.resume(id, await rig.payer.signer())).stage, 'done');
    assert.deepEqual(await paid(), [amount]);
  });

  it('waits for the person, and not for another payment of the wallet', async () => {
    const { id } = await left(await rig.payer.create());
    await rig.reader.approve(rig.privateKey, FUNDS);
    await rig.reader.stopMining();
    const other = rig.payerWith({ pace: { patienceMs: 2_000 } });
    await rejection(other.pay(await rig.payer.create(7_200)), 'timeout');
    assert.equal((await rejection(other.engine.resume(id), 'invalid')).code, 'needs_signature');
    assert.equal((await read(id)).stage, 'ready');
    // Neither is it ended by who can sign it, and has waited in vain.
    const error = await rejection(other.engine.resume(id, await rig.payer.signer()), 'busy');
    assert.equal(error.code, 'payment_open');
    assert.equal((await read(id)).stage, 'ready');
  });

  describe('is not signed', () => {
    /** It is at its end: what there is now can be paid anew. */
    async function isOver({ id, task }: PaymentRecord, code: string, words: RegExp, limits?: SpendingLimits) {
      const before = (await read(id)).transactions.length;
      const error = await rejection(rig.payer.engine.resume(id, await rig.payer.signer(), limits), 'refused');
      assert.equal(error.code, code);
      assert.match(error.message, words);
      const { stage, problem, transactions } = await read(id);
      assert.deepEqual([stage, problem?.code, transactions.length], ['failed', code, before]);
      assert.deepEqual(await rig.payer.journal.open(), []);
      assert.equal(await rig.reader.amountPaid(task), 0n);
    }

    function tellTask(change: (task: Task) => void): void {
      const truly = rig.payer.api.task;
      rig.payer.api.task = async (id, signal) => {
        const answer = await truly(id, signal);
        change(answer.data);
        return answer;
      };
    }

    for (const name of ['journal.plan', 'approve.mined'] satisfies Step[]) {
      it(`at another price than the task’s, after ${name}`, async () => {
        const record = await left(await rig.payer.create(), name);
        tellTask(task => {
          task.pricePerHour = record.pricePerHour / 2n;
        });
        await isOver(record, 'price_changed', /it is now [\d.]+ SWAN for 3600 s\. Nothing was paid\. Pay .* anew/);
        assert.equal((await rig.payer.quote(record.task)).amount, record.amount / 2n);
      });
    }

    it('for hardware that is gone', async () => {
      const name = 'C1ae.medium';
      const record = await left(await rig.payer.create());
      await rig.reader.act('hardware', { name, available: false });
      await isOver(record, 'hardware_gone', /another instance type/).finally(() =>
        rig.reader.act('hardware', { name, available: true }),
      );
    });

    it('for what the service has as paid', async () => {
      const record = await left(await rig.payer.create());
      tellTask(task => {
        const status = 'payment_consumed';
        Object.assign(task, { orders: [{ id: 'an-order', type: 'Creation', status, task: task.id, txHash: '0x1' }] });
      });
      await isOver(record, 'already_paid', /is paid/);
    });

    it('above the limits as they are by then', async () => {
      const record = await left(await rig.payer.create());
      const { amount } = record;
      const limits = { payment: amount, day: amount - 1n };
      await isOver(record, 'above_limit', /Your limit for the payments of 24 hours is .* Nothing was signed/, limits);
    });
  });

  it('is signed within the limits', async () => {
    const { id, amount } = await left(await rig.payer.create());
    const limits = { payment: amount, day: amount };
    assert.equal((await rig.payer.engine.resume(id, await rig.payer.signer(), limits)).stage, 'done');
  });

  it('counts for the day on which it is signed', async () => {
    const record = await left(await rig.payer.create());
    const { amount, network } = record;
    const now = record.createdAt + 25 * 3_600_000;
    const request = rig.payer.request('another', 'create', { limits: { payment: amount, day: amount } });
    const over = (each: PaymentRecord) => exceeded([each], { request, amount, network }, now);
    assert.deepEqual(over(record), {});
    const signed = { purpose: 'approve', hash: '0x1', signedAt: now - 1, outcome: 'mined' } as const;
    assert.deepEqual(over({ ...record, transactions: [signed] }), { day: 2n * amount });
  });
});
