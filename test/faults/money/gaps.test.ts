import assert from 'node:assert/strict';
import type { Payment } from '../../../src/core/payments.js';
import type { PaymentRecord } from '../../../src/swan/journal/record.js';
import type { Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { type Payer, temporaryJournal } from '../../support/payer.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';
import { until } from '../../support/until.js';

describe('a wallet of which a reorganisation takes earlier transactions back', () => {
  const rig = new PayerRig(
    () => ({ clock: hurriedClock(), pace: HURRIED_PACE }),
    // What a test takes back is not the money to pay with.
    reader => reader.mine(5),
  );

  const at = (name: Step, when: 'before' | 'after', act: () => Promise<void>): Payer => {
    let left = 1;
    return rig.payerWith({
      async onStep(step, moment) {
        if (step === name && moment === when && left-- > 0) await act();
      },
    });
  };

  /** Leaves the wallet with so many tokens. */
  const deal = async (tokens: bigint) =>
    void (await rig.reader.send(
      'anvil_dealERC20',
      rig.payer.wallet,
      rig.sandbox.services.swanToken,
      `0x${tokens.toString(16)}`,
    ));

  /** A payment whose transaction is on the chain, and did not pay; `takeBack` lets it. */
  async function reverted(task: string): Promise<PaymentRecord> {
    const { id } = await at('pay.journal', 'after', () => deal(0n)).pay(task);
    await deal(FUNDS);
    const record = await rig.payer.journal.read(id);
    assert.equal(record.transactions.at(-1)?.outcome, 'reverted');
    return record;
  }

  async function takeBack(blocks: number): Promise<void> {
    await rig.reader.reorganise(blocks);
    await deal(FUNDS);
  }

  const last = ({ transactions }: PaymentRecord) => {
    const { nonce, raw } = transactions.at(-1) ?? {};
    assert.ok(nonce !== undefined && raw !== undefined);
    return { nonce, raw };
  };

  const paid = async () => (await rig.reader.moves(rig.payer.wallet)).paid;

  /** It is told which transaction is missing, and goes on when it may sign. */
  async function unblocked({ id, amount }: Payment, nonce: number): Promise<PaymentRecord> {
    const error = await rejection(rig.payer.engine.resume(id), 'invalid');
    assert.equal(error.code, 'nonce_gap');
    assert.match(error.message, new RegExp(`lost an earlier transaction of this wallet \\(nonce ${nonce}\\)`));
    assert.equal((await rig.payer.journal.read(id)).problem?.code, 'nonce_gap');
    assert.deepEqual(await paid(), []);
    const done = await rig.payer.engine.resume(id, await rig.payer.signer());
    assert.equal(done.stage, 'done');
    assert.deepEqual(await paid(), [amount]);
    assert.deepEqual(await rig.payer.journal.open(), []);
    const record = await rig.payer.journal.read(id);
    assert.deepEqual(
      record.fillers.map(each => [each.purpose, each.nonce, each.outcome]),
      [['fill', nonce, 'mined']],
    );
    return record;
  }

  describe('below a payment that is on its way', () => {
    it('has what was reverted there replaced by an empty one: it can never pay', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      const first = await reverted(task);
      const second = await rig.payer.pay(other);
      await takeBack(3);
      assert.deepEqual(
        (await rig.payer.engine.reconcile()).map(each => each.id),
        [second.id],
      );
      const { nonce, raw } = last(first);
      await unblocked(second, nonce);
      await assert.rejects(rig.reader.send('eth_sendRawTransaction', raw), /nonce/);
      assert.equal(await rig.reader.amountPaid(task), 0n);
      assert.equal((await rig.payer.journal.read(first.id)).stage, 'failed');
    });

    it('has what another program sent there replaced by an empty one', async () => {
      const task = await rig.payer.create();
      const interfered = at('approve.journal', 'after', () => rig.reader.spend(rig.privateKey, 0));
      const done = await interfered.pay(task);
      assert.deepEqual(
        done.transactions.map(each => [each.nonce, each.outcome]),
        [
          [0, 'replaced'],
          [1, 'mined'],
          [2, 'mined'],
        ],
      );
      await takeBack(3);
      await rig.payer.engine.reconcile();
      await unblocked(done, 0);
    });

    it('is published again as far as it was mined, without a signature: a cancellation and another’s payment', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      const cancelling = rig.payerWith({
        async onStep(step, when) {
          if (step !== 'pay.broadcast' || when !== 'before') return;
          const [record] = await rig.payer.journal.open();
          await rig.payer.engine.cancel(record?.id ?? '', await rig.payer.signer());
        },
      });
      assert.equal((await cancelling.pay(task)).stage, 'cancelled');
      const second = await rig.payer.pay(other);
      const third = await rig.payer.pay(task);
      await takeBack(5);
      assert.equal((await rig.payer.engine.reconcile()).length, 2);
      assert.equal((await rig.payer.engine.resume(third.id)).stage, 'done');
      assert.equal((await rig.payer.engine.resume(second.id)).stage, 'done');
      assert.deepEqual(await paid(), [second.amount, third.amount]);
    });

    it('is left alone while the node has what another program sent there', async () => {
      const task = await rig.payer.create();
      const interfered = at('approve.journal', 'after', () => rig.reader.spend(rig.privateKey, 0));
      const done = await interfered.pay(task);
      await rig.reader.stopMining();
      await takeBack(3);
      await rig.payer.engine.reconcile();
      // Nodes keep what a reorganisation takes back.
      const again = rig.reader.spend(rig.privateKey, 0);
      await until('it in the pool', async () => (await rig.reader.pendingNonce(rig.payer.wallet)) === 1);
      const impatient = rig.payerWith({ pace: { patienceMs: 30_000 } });
      const error = await rejection(impatient.engine.resume(done.id, await rig.payer.signer()), 'timeout');
      assert.equal(error.code, 'transaction_pending');
      await rig.reader.mineAtOnce();
      await rig.reader.mine(1);
      await again;
      assert.equal((await rig.payer.engine.resume(done.id)).stage, 'done');
      const record = await rig.payer.journal.read(done.id);
      assert.deepEqual([await paid(), record.fillers], [[done.amount], []]);
    });

    it('is replaced once, by whichever of two windows comes first', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      await reverted(task);
      const payments = [await rig.payer.pay(other), await rig.payer.pay(task)];
      await takeBack(5);
      await rig.payer.engine.reconcile();
      const windows = [rig.payerWith({}), rig.payerWith({})];
      const ended = await Promise.all(
        payments.map(async ({ id }, index) => windows[index]?.engine.resume(id, await rig.payer.signer())),
      );
      assert.deepEqual(
        ended.map(each => each?.stage),
        ['done', 'done'],
      );
      assert.deepEqual(
        await paid(),
        payments.map(({ amount }) => amount),
      );
      const { records } = await rig.payer.journal.list();
      assert.equal(records.flatMap(each => each.fillers).length, 1);
    });
  });

  describe('before the next payment', () => {
    it('loses the place of what was reverted to that one: only one of them can be mined', async () => {
      const task = await rig.payer.create();
      const { nonce, raw } = last(await reverted(task));
      await takeBack(1);
      const done = await rig.payer.pay(task);
      assert.deepEqual(
        done.transactions.map(each => [each.purpose, each.nonce]),
        [['pay', nonce]],
      );
      await assert.rejects(rig.reader.send('eth_sendRawTransaction', raw), /nonce/);
      assert.deepEqual(await paid(), [done.amount]);
      assert.deepEqual(await rig.payer.engine.reconcile(), []);
    });

    it('loses it also where nodes have it still, and would mine it', async () => {
      const task = await rig.payer.create();
      const { nonce, raw } = last(await reverted(task));
      await rig.reader.stopMining();
      await takeBack(1);
      // Enough for both, so that the next one's approval takes the place.
      const { swanToken, clientContract } = rig.sandbox.services;
      const enough = `0x${FUNDS.toString(16)}`;
      await rig.reader.send('anvil_setERC20Allowance', rig.payer.wallet, clientContract, swanToken, enough);
      await rig.reader.send('eth_sendRawTransaction', raw);
      const paying = rig.payer.pay(task);
      const signed = async () => (await rig.payer.journal.open()).flatMap(each => each.transactions);
      await until('the next one', async () => (await signed()).length > 0);
      assert.equal((await signed())[0]?.nonce, nonce);
      await until(
        'the first outbid',
        async () => (await rig.reader.nonceOf((await signed())[0]?.hash ?? '')) === nonce,
      );
      await rig.reader.mineAtOnce();
      await rig.reader.mine(1);
      const { stage, amount } = await paying;
      assert.equal(stage, 'done');
      assert.deepEqual(await paid(), [amount]);
    });

    it('is on the chain again first where it was mined', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      const first = await rig.payer.pay(task);
      await takeBack(2);
      const second = await rig.payer.pay(other);
      assert.deepEqual(await paid(), [first.amount, second.amount]);
      assert.deepEqual(
        second.transactions.map(each => each.nonce),
        [2, 3],
      );
      assert.deepEqual(await rig.payer.engine.reconcile(), []);
    });
  });

  describe('that were sent elsewhere, and validated here', () => {
    /** @param type of transaction: 0 and 1 are the older ones, which some programs still send */
    async function elsewhere(task: string, type = 2): Promise<Payment> {
      const { folder, remove } = temporaryJournal();
      const other = rig.payerWith({
        folder,
        onStep(step, when) {
          if (step === 'pay.journal' && when === 'after') throw new Error('Another program sends it.');
        },
      });
      await assert.rejects(other.pay(task));
      const [record] = await other.journal.open();
      assert.ok(record);
      remove();
      const { nonce, raw } = last(record);
      const hash = await rig.reader.replace(rig.privateKey, nonce, raw, type);
      return rig.payer.engine.validate({ task, kind: 'create', hash });
    }

    for (const type of [0, 1, 2]) {
      it(`has them published again, of type ${type}`, async () => {
        const task = await rig.payer.create();
        const { id, gas, amount, transactions } = await elsewhere(task, type);
        assert.deepEqual([gas > 0n, transactions[0]?.nonce], [true, 1]);
        await takeBack(1);
        assert.equal(await rig.reader.amountPaid(task), 0n);
        assert.equal((await rig.payer.engine.reconcile()).length, 1);
        assert.equal((await rig.payer.engine.resume(id)).stage, 'done');
        assert.deepEqual(await paid(), [amount]);
      });
    }

    it('pays nothing else at their place while they are undecided', async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      const first = await elsewhere(task);
      await takeBack(1);
      await rig.payer.engine.reconcile();
      const impatient = rig.payerWith({ pace: { patienceMs: 500 } });
      assert.equal((await rejection(impatient.pay(other), 'busy')).code, 'payment_open');
      const plan = (await rig.payer.journal.open()).find(each => each.task === other);
      await rig.payer.engine.resume(first.id);
      const second = await rig.payer.engine.resume(plan?.id ?? '', await rig.payer.signer());
      assert.deepEqual(await paid(), [first.amount, second.amount]);
    });
  });

  it('an approval has gas enough where what it was estimated upon is taken back', async () => {
    const task = await rig.payer.create();
    await rig.reader.approve(rig.privateKey, 1n);
    const unlucky = at('approve.journal', 'after', () => rig.reader.reorganise(1));
    assert.equal((await unlucky.pay(task)).stage, 'done');
  });
});
