import assert from 'node:assert/strict';
import type { PaymentKind } from '../../../src/core/payments.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { PayerRig } from '../../support/payerRig.js';

describe('a price that the service sends as a number', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  /** As the text of a task's answers has it, while `act` is under way. */
  async function whileSent<T>(price: string, act: () => Promise<T>): Promise<T> {
    const truly = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const answer = await truly(input, init);
      if (!String(input).includes('/v2/task_deployment/')) return answer;
      const text = await answer.text();
      return new Response(text.replace(/"price_per_hour": ?"[\d.]+"/, `"price_per_hour": ${price}`), answer);
    };
    try {
      return await act();
    } finally {
      globalThis.fetch = truly;
    }
  }

  const prices: [sent: string, meant: string, wei: bigint][] = [
    ['0.0008333333333333334', '0.0008333333333333334', 833_333_333_333_333n],
    ['0.0033333333333333335', '0.0033333333333333335', 3_333_333_333_333_333n],
    ['8.333333333333334e-4', '0.0008333333333333334', 833_333_333_333_333n],
    ['1.2345678901234567899', '1.2345678901234567899', 1_234_567_890_123_456_789n],
    ['0.100000000000000005551115123125782702118158340454', '0.100000000000000005', 100_000_000_000_000_005n],
    ['1e-7', '0.0000001', 100_000_000_000n],
  ];
  for (const [sent, meant, wei] of prices) {
    it(`is exactly that, rounded down as the contract does, and paid: ${sent}`, async () => {
      const task = await rig.payer.create();
      await rig.reader.act('task', { task_uuid: task, price: meant });
      await whileSent(sent, async () => {
        let paid = 0n;
        for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
          const quote = await rig.payer.quote(task, kind, { duration: 5_000 });
          assert.deepEqual([quote.pricePerHour, quote.amount], [wei, (wei * BigInt(quote.duration)) / 3_600n]);
          const done = await rig.payer.engine.pay(quote, await rig.payer.signer());
          assert.deepEqual([done.stage, done.problem], ['done', undefined]);
          paid += quote.amount;
        }
        assert.equal(await rig.reader.amountPaid(task), paid);
      });
    });
  }

  for (const sent of [
    '-0.5',
    '1e400',
    '99999999999999999999999999999999999999999999999999999999999999',
    '"a lot"',
    'true',
  ]) {
    it(`is none where it makes no sense: ${sent}`, async () => {
      const task = await rig.payer.create();
      await whileSent(sent, async () => {
        await assert.rejects(rig.payer.quote(task), /did not say what this task costs/);
      });
    });
  }
});
