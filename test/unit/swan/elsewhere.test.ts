import assert from 'node:assert/strict';
import { isOf } from '../../../src/swan/journal/record.js';
import { createEngine } from '../../../src/swan/payments/engine.js';
import { rejection } from '../../support/assertions.js';
import { hurriedClock } from '../../support/hurry.js';
import { networkOf, PACE } from '../../support/payer.js';
import { PayerRig } from '../../support/payerRig.js';
import { record } from '../../support/records.js';

describe('a payment and the address that is set', () => {
  const clock = hurriedClock();
  const rig = new PayerRig(() => ({ clock }));

  it('belong together however the address is written', () => {
    const { chainId } = record('a').network;
    const made = record('a', { orchestratorUrl: 'https://Swan.example/api/' });
    for (const orchestratorUrl of ['https://swan.example/api', 'HTTPS://SWAN.example:443/api/']) {
      assert.ok(isOf({ chainId, orchestratorUrl }, made), orchestratorUrl);
    }
    for (const orchestratorUrl of [
      'https://swan.example',
      'https://swan.example/API',
      'http://swan.example/api',
      'x',
    ]) {
      assert.ok(!isOf({ chainId, orchestratorUrl }, made), orchestratorUrl);
    }
    assert.ok(!isOf({ chainId: chainId + 1, orchestratorUrl: made.orchestratorUrl }, made));
  });

  it('are named where they differ, and it goes on where they do not', async () => {
    const task = await rig.payer.create();
    const killed = rig.payerWith({
      onStep(step, when) {
        if (step === 'pay.journal' && when === 'after') throw new Error('The window is killed.');
      },
    });
    await assert.rejects(killed.pay(task), /killed/);
    const [plan] = await rig.payer.journal.open();
    assert.ok(plan);
    const { services } = rig.sandbox;
    const engineAt = (orchestratorUrl: string) => {
      const { api, journal, locks } = rig.payer;
      const network = { ...networkOf(services), orchestratorUrl };
      return createEngine({ network, api, clock, journal, locks, changed() {}, pace: PACE });
    };
    const error = await rejection(engineAt('https://other.example').resume(plan.id), 'invalid');
    assert.ok(error.message.includes(services.url), error.message);
    const url = services.url.replace(/^http/, 'HTTP');
    assert.equal((await engineAt(`${url}/`).resume(plan.id)).stage, 'done');
  });
});
