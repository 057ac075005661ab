import assert from 'node:assert/strict';
import { parseUnits } from 'ethers';
import { type SwanSandbox, startSwanSandbox } from '../../../../src/sandbox/swan.js';
import { at, dataOf, SwanClient, text } from './client.js';

describe('sandbox: a payment for a task', () => {
  let sandbox: SwanSandbox;
  let client: SwanClient;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    client = new SwanClient(sandbox.services);
    await client.login();
    await client.provider.send('evm_setAutomine', [true]);
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });

  it('is believed once it is on the chain, and the task then runs', async () => {
    const task = await client.create();
    const uuid = text(task, 'uuid');
    const price = parseUnits(text(at(task, 'task_detail'), 'price_per_hour'), 18);
    const { hash } = await client.pay('submitPayment', { uuid, hardware: 1, price, duration: 3600 });
    const order = dataOf(await client.post('/v2/task_payment_validate', { task_uuid: uuid, tx_hash: hash }));
    assert.equal(order.tx_hash, hash);
    await client.reaches(uuid, 'running');
    assert.equal(await client.read(client.contract, 'amountPaid', uuid), price);
  });
}).timeout(20_000);
