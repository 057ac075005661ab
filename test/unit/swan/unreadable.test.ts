import assert from 'node:assert/strict';
import { mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { PayerRig } from '../../support/payerRig.js';

describe('a task of which a record cannot be read', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock() }));

  for (const [what, length] of [
    ['is cut', 1_500],
    ['is empty', 0],
  ] as const) {
    it(`since it ${what}, is not paid again while a payment may be on its way, and is once the file is gone`, async () => {
      const [task, other] = [await rig.payer.create(), await rig.payer.create(7_200)];
      const quote = await rig.payer.quote(task);
      const killed = rig.payerWith({
        onStep(step, when) {
          if (step === 'journal.plan' && when === 'after') throw new Error('It is killed.');
        },
      });
      await assert.rejects(killed.engine.pay(quote, await killed.signer()), /killed/);
      const [open] = await rig.payer.journal.open();
      truncateSync(join(rig.folder, 'open', `${open?.id}.json`), length);

      const again = await rejection(rig.payer.quote(task), 'refused');
      assert.equal(again.code, 'record_unreadable');
      const [, file = ''] = /cannot be read: (.+?\.json)\. Look on the chain/.exec(again.message) ?? [];
      assert.ok(file.startsWith(join(rig.folder, 'damaged', open?.id ?? '')), again.message);
      const confirmed = await rejection(rig.payer.engine.pay(quote, await rig.payer.signer()), 'refused');
      assert.equal(confirmed.code, 'record_unreadable');
      assert.equal(await rig.reader.amountPaid(task), 0n);

      // It stops nothing else.
      assert.equal((await rig.payer.pay(other)).stage, 'done');
      rmSync(file);
      assert.equal((await rig.payer.pay(task)).stage, 'done');
      assert.equal(await rig.reader.amountPaid(task), quote.amount);
    });
  }

  it('and any other is paid where something lies in the journal that is no file', async () => {
    const task = await rig.payer.create();
    for (const place of ['open', 'settled']) mkdirSync(join(rig.folder, place, 'x.json'), { recursive: true });
    assert.equal((await rig.payer.pay(task)).stage, 'done');
    assert.deepEqual(await rig.payer.engine.reconcile(), []);
    assert.deepEqual((await rig.payer.journal.list()).damaged, ['open/x.json', 'settled/x.json']);
  });
});
