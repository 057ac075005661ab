import assert from 'node:assert/strict';
import { Transaction } from 'ethers';
import type { Payment } from '../../../src/core/payments.js';
import { rejection } from '../../support/assertions.js';
import { PayerRig } from '../../support/payerRig.js';

describe('a replacement', () => {
  const rig = new PayerRig(() => ({ pace: { patienceMs: 300 } }));
  let stuck: Payment;

  beforeEach(async () => {
    const quote = await rig.payer.quote(await rig.payer.create());
    await rig.reader.approve(rig.privateKey, quote.amount);
    await rig.reader.stopMining();
    await rejection(rig.payer.engine.pay(quote, await rig.payer.signer()), 'timeout');
    const [record] = await rig.payer.journal.open();
    assert.ok(record);
    stuck = { ...record, open: true };
  });

  /** What the newest transaction costs at the most. */
  async function mostOf(): Promise<bigint> {
    const raw = (await rig.payer.journal.read(stuck.id)).transactions.at(-1)?.raw ?? '';
    const { gasLimit, maxFeePerGas } = Transaction.from(raw);
    return gasLimit * (maxFeePerGas ?? 0n);
  }

  for (const act of ['speed up', 'cancel'] as const) {
    it(`costs what was told before, to ${act}`, async () => {
      const former = await mostOf();
      const cost = await rig.payer.engine.replacement(stuck.id, act);
      assert.equal(cost.former, former);
      const signer = await rig.payer.signer();
      if (act === 'cancel') await rig.payer.engine.cancel(stuck.id, signer, cost.next);
      else await rig.payer.engine.speedUp(stuck.id, signer, cost.next);
      assert.equal(await mostOf(), cost.next);
      assert.equal(cost.next > former, act === 'speed up');
    });
  }

  it('costs no more than was told, though the market has risen since', async () => {
    const { next } = await rig.payer.engine.replacement(stuck.id, 'speed up');
    // Above what is on its way, so that it is not mined either.
    await rig.reader.send('anvil_setNextBlockBaseFeePerGas', '0x174876e800');
    await rig.reader.send('evm_mine');
    assert.ok((await rig.payer.engine.replacement(stuck.id, 'speed up')).next > next);
    await rig.payer.engine.speedUp(stuck.id, await rig.payer.signer(), next);
    assert.equal(await mostOf(), next);
  });

  it('is refused where the least that nodes take is above what was told', async () => {
    const signer = await rig.payer.signer();
    const { next } = await rig.payer.engine.replacement(stuck.id, 'speed up');
    await rig.payer.engine.speedUp(stuck.id, signer, next);
    const error = await rejection(rig.payer.engine.speedUp(stuck.id, signer, next), 'refused');
    assert.equal(error.code, 'gas_changed');
  });
});
