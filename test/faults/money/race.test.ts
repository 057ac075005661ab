import assert from 'node:assert/strict';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { PayerRig } from '../../support/payerRig.js';
import { seed, seededRandom } from '../../support/random.js';

const ROUNDS = 50;
/** About as long as a payment takes here. Milliseconds. */
const LATEST_MS = 400;

/** As the browser's test of two windows does, more often. */
describe(`two windows that pay from one journal (SEED=${seed})`, function () {
  this.timeout(600_000);
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  it(`pay once for a task that both are told to pay, ${ROUNDS} times`, async () => {
    const random = seededRandom();
    const windows = [rig.payerWith(), rig.payerWith()];
    const signer = await rig.payer.signer();
    const { wallet } = rig.payer;
    for (let round = 1; round <= ROUNDS; round++) {
      const task = await rig.payer.create();
      const before = await rig.reader.moves(wallet);
      const quotes = await Promise.all(windows.map(each => each.quote(task)));
      const outcomes = await Promise.allSettled(
        windows.map(async ({ engine }, index) => {
          // One after the other is not all that there is.
          if (index > 0) await new Promise(resolve => setTimeout(resolve, random() ** 2 * LATEST_MS));
          return await engine.pay(quotes[index] ?? assert.fail(), signer);
        }),
      );
      const done = outcomes.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
      const codes = outcomes.flatMap(each => (each.status === 'rejected' ? [each.reason.code] : []));
      assert.equal(done.length, 1, `round ${round}: ${codes}`);
      assert.match(codes[0], /payment_open|already_paid/, `round ${round}`);
      const after = await rig.reader.moves(wallet);
      assert.deepEqual(after.paid.slice(before.paid.length), [quotes[0]?.amount], `round ${round}`);
      assert.deepEqual(after.approved.slice(before.approved.length), [quotes[0]?.amount], `round ${round}`);
      const { orders } = (await rig.payer.api.task(task)).data;
      assert.deepEqual(
        orders.map(each => each.txHash),
        done.map(each => each.hash),
        `round ${round}`,
      );
    }
  });
});
