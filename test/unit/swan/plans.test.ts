import assert from 'node:assert/strict';
import type { PaymentRecord } from '../../../src/swan/journal/record.js';
import type { Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';

describe('a plan that was left', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
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
});
