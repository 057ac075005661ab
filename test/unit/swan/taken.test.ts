import assert from 'node:assert/strict';
import { Interface } from 'ethers';
import type { Payment } from '../../../src/core/payments.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { whileLying } from '../../support/lyingNode.js';
import type { Payer, PayerOptions } from '../../support/payer.js';
import { PayerRig } from '../../support/payerRig.js';

const CONTRACT = new Interface([
  'function owner() view returns (address)',
  'function setHardware(uint256, string, uint256, bool)',
]);

describe('what the chain says of a payment', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock() }));

  const paid = async () => (await rig.reader.moves(rig.payer.wallet)).paid;

  async function only(): Promise<Payment> {
    const [record, ...more] = (await rig.payer.journal.list()).records;
    assert.ok(record && more.length === 0);
    return { ...record, open: true };
  }

  /** Of the contract, which is its owner's to set. */
  async function setPrice(id: number, pricePerHour: bigint): Promise<void> {
    const to = rig.sandbox.services.clientContract;
    const answer = await rig.reader.send('eth_call', { to, data: CONTRACT.encodeFunctionData('owner') }, 'latest');
    const [from] = CONTRACT.decodeFunctionResult('owner', String(answer));
    const data = CONTRACT.encodeFunctionData('setHardware', [id, 'C1ae.medium', pricePerHour, true]);
    await rig.reader.send('anvil_impersonateAccount', from);
    await rig.reader.send('eth_sendTransaction', { from, to, data });
  }

  function onceSigned(act: (record: Payment) => Promise<void>, more: Partial<PayerOptions> = {}): Payer {
    return rig.payerWith({
      ...more,
      async onStep(step, when) {
        if (step === 'pay.journal' && when === 'after') await act(await only());
      },
    });
  }

  it('is what the journal says was paid, where a fixed price is lowered after it was confirmed', async () => {
    const task = await rig.payer.create(3_600, 'fixed');
    const { hardwareId, pricePerHour, amount } = await rig.payer.quote(task, 'create', { pricing: 'fixed' });
    const payer = onceSigned(() => setPrice(hardwareId, pricePerHour / 2n));
    // The sandbox takes nothing but its own price.
    const answer = async (id: string, txHash: string) => ({ data: order(id, txHash), message: '', text: '' });
    Object.assign(payer.api, { validatePayment: answer, orderStatus: answer });
    const done = await payer.pay(task, 'create', { pricing: 'fixed' });
    await setPrice(hardwareId, pricePerHour);
    assert.deepEqual([done.stage, done.amount, done.pricePerHour], ['done', amount / 2n, pricePerHour / 2n]);
    assert.equal(await rig.reader.amountPaid(task), done.amount);
    assert.equal(done.problem?.code, 'amount_changed');
    assert.match(done.problem?.message ?? '', /took [\d.]+ SWAN, where [\d.]+ SWAN were confirmed/);
    assert.ok(done.history.some(({ what }) => what === 'pay mined: amount_changed'));
  });

  it('is no payment, where the contract has gone and its call succeeds', async () => {
    const task = await rig.payer.create();
    const { clientContract } = rig.sandbox.services;
    const code = String(await rig.reader.send('eth_getCode', clientContract, 'latest'));
    const payer = onceSigned(async () => void (await rig.reader.send('anvil_setCode', clientContract, '0x')));
    const ended = await payer.pay(task).finally(() => rig.reader.send('anvil_setCode', clientContract, code));
    assert.deepEqual([ended.stage, ended.problem?.code], ['failed', 'nothing_taken']);
    assert.match(ended.problem?.message ?? '', /took nothing/);
    assert.deepEqual(await paid(), []);
    assert.deepEqual(await rig.payer.engine.reconcile(), []);
    assert.equal((await rig.payer.pay(task)).stage, 'done');
    assert.equal((await paid()).length, 1);
  });

  describe('is believed when it is deep enough', () => {
    const PATIENCE_MS = 120_000;

    it('which is waited for as long as blocks come', async () => {
      const task = await rig.payer.create();
      await rig.allow(task);
      const clock = hurriedClock();
      let passed = 0;
      const careful = rig.payerWith({
        clock: { ...clock, now: () => clock.now() + passed },
        pace: { confirmations: 5, patienceMs: PATIENCE_MS },
        async onStep(step, when) {
          if (step !== 'chain.height' || when !== 'before' || !(await paid()).length) return;
          passed += PATIENCE_MS * 0.7;
          await rig.reader.mine(1);
        },
      });
      assert.equal((await careful.pay(task)).stage, 'done');
      assert.ok(passed > 2 * PATIENCE_MS);
    });

    it('or else it is told how many are missing', async () => {
      const task = await rig.payer.create();
      await rig.allow(task);
      const careful = rig.payerWith({ pace: { confirmations: 64, patienceMs: 5_000 } });
      const error = await rejection(careful.pay(task), 'timeout');
      assert.equal(error.code, 'unconfirmed');
      assert.match(error.message, /on the chain\. Blocks that are to follow .*: 63\./);
      assert.equal((await paid()).length, 1);
      await rig.reader.mine(63);
      assert.equal((await careful.engine.resume((await only()).id)).stage, 'done');
    });
  });

  it('is believed of the block where a node has lost the logs of the receipt', async () => {
    const task = await rig.payer.create();
    const stopped = rig.payerWith({
      onStep(step) {
        if (step === 'pay.receipt') throw new Error('The window is killed.');
      },
    });
    await assert.rejects(stopped.pay(task), /killed/);
    const { id, amount, transactions } = await only();
    const hash = transactions.at(-1)?.hash ?? '';
    const receipt = await rig.reader.send('eth_getTransactionReceipt', hash);
    const without = (method: string, [of]: readonly unknown[]) =>
      method === 'eth_getTransactionReceipt' && of === hash ? { result: { ...Object(receipt), logs: [] } } : undefined;
    const done = await whileLying(without, () => rig.payer.engine.resume(id));
    assert.deepEqual([done.stage, done.amount], ['done', amount]);
  });

  it('is believed by its event, where the node has forgotten the receipt of what was on its way', async () => {
    const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
    let dead = false;
    const killed = rig.payerWith({
      onStep(step, when) {
        dead ||= step === 'pay.broadcast' && when === 'after';
        if (dead) throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task), /killed/);
    const { id, amount, transactions } = await only();
    const hash = transactions.at(-1)?.hash;
    await rig.reader.mine(3);
    const forgotten = (method: string, [of]: readonly unknown[]) =>
      /^eth_getTransaction(Receipt|ByHash)$/.test(method) && of === hash ? { result: null } : undefined;
    await whileLying(forgotten, async () => {
      const done = await rig.payer.engine.resume(id);
      assert.deepEqual([done.stage, done.hash], ['done', hash]);
      assert.equal(done.transactions.at(-1)?.outcome, 'mined');
      assert.deepEqual(await rig.payer.engine.reconcile(), []);
      // The wallet goes on.
      assert.equal((await rig.payer.pay(other)).stage, 'done');
    });
    assert.equal((await paid())[0], amount);
    assert.equal((await paid()).length, 2);
    await rejection(rig.payer.quote(task), 'refused');
  });
});

function order(task: string, txHash: string) {
  return { id: 'an-order', type: 'Creation', status: 'payment_consumed', task, txHash };
}
