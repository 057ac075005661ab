import assert from 'node:assert/strict';
import { Transaction } from 'ethers';
import type { Payment, Quote } from '../../../src/core/payments.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { whileLying } from '../../support/lyingNode.js';
import { PayerRig } from '../../support/payerRig.js';

/** Per gas. */
const QUOTED = 1_000_000_000n;
const PRIORITY = 1_000n;

describe('the gas of a payment', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock() }));

  let baseFee: bigint;

  beforeEach(async () => {
    baseFee = QUOTED;
    // Of whatever is offered, all is mined.
    await rig.reader.send('anvil_setNextBlockBaseFeePerGas', '0x1');
    await rig.reader.mine(1);
  });

  /** Where a node tells of the base fee as it is to be; the chain’s own is low. */
  function market<T>(act: () => Promise<T>): Promise<T> {
    const fees = (method: string) => {
      if (method === 'eth_maxPriorityFeePerGas') return { result: `0x${PRIORITY.toString(16)}` };
      return method === 'eth_getBlockByNumber' ? { result: { baseFeePerGas: `0x${baseFee.toString(16)}` } } : undefined;
    };
    return whileLying(fees, act);
  }

  async function quote(): Promise<Quote> {
    const task = await rig.payer.create();
    return rig.payer.quote(task);
  }

  /** What its transactions cost at the most. */
  async function most({ id }: Pick<Payment, 'id'>): Promise<bigint> {
    const { transactions } = await rig.payer.journal.read(id);
    return transactions
      .map(({ raw = '' }) => Transaction.from(raw))
      .reduce((sum, { gasLimit, maxFeePerGas }) => sum + gasLimit * (maxFeePerGas ?? 0n), 0n);
  }

  it('is at most what was shown, though the market has risen: of the approval and the payment together', () =>
    market(async () => {
      const confirmed = await quote();
      assert.ok(confirmed.approval);
      baseFee = (QUOTED * 12n) / 5n;
      const done = await rig.payer.engine.pay(confirmed, await rig.payer.signer());
      assert.deepEqual([done.stage, done.transactions.length], ['done', 2]);
      const cost = await most(done);
      assert.ok(cost <= confirmed.gas, `${cost} > ${confirmed.gas}`);
    }));

  it('is confirmed anew where that does not suffice, and nothing is signed', () =>
    market(async () => {
      const confirmed = await quote();
      baseFee = QUOTED * 3n;
      const error = await rejection(rig.payer.engine.pay(confirmed, await rig.payer.signer()), 'refused');
      assert.equal(error.code, 'gas_changed');
      assert.equal(await rig.reader.nonce(rig.payer.wallet), 0);
      const again = await rig.payer.quote(confirmed.request.task);
      assert.ok(again.gas > confirmed.gas);
      assert.equal((await rig.payer.engine.pay(again, await rig.payer.signer())).stage, 'done');
    }));

  it('is confirmed anew where it rises between the approval and the payment', () =>
    market(async () => {
      const confirmed = await quote();
      const payer = rig.payerWith({
        onStep(step, when) {
          if (step === 'approve.mined' && when === 'after') baseFee = QUOTED * 10n;
        },
      });
      const error = await rejection(payer.engine.pay(confirmed, await payer.signer()), 'refused');
      assert.equal(error.code, 'gas_changed');
      assert.deepEqual(await rig.payer.journal.open(), []);
      const again = await rig.payer.quote(confirmed.request.task);
      assert.equal(again.approval, false);
      const done = await rig.payer.engine.pay(again, await rig.payer.signer());
      assert.deepEqual([done.stage, done.transactions.length], ['done', 1]);
      assert.equal((await rig.reader.moves(rig.payer.wallet)).approved.length, 1);
    }));

  it('is more where the person has sped it up, by what they were told', () =>
    market(async () => {
      const confirmed = await quote();
      await rig.reader.stopMining();
      const hasty = rig.payerWith({ pace: { patienceMs: 2_000 } });
      await rejection(hasty.engine.pay(confirmed, await hasty.signer()), 'timeout');
      const [{ id } = { id: '' }] = await rig.payer.journal.open();
      const { former, next } = await rig.payer.engine.replacement(id, 'speed up');
      const { gas } = await rig.payer.engine.speedUp(id, await rig.payer.signer(), next);
      assert.equal(gas, confirmed.gas + next - former);
      await rig.reader.mineAtOnce();
      await rig.reader.mine(1);
      const done = await rig.payer.engine.resume(id, await rig.payer.signer());
      assert.equal(done.stage, 'done');
      assert.ok((await most(done)) - former <= gas);
    }));
});
