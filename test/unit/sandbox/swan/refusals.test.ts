import assert from 'node:assert/strict';
import { isError, parseUnits } from 'ethers';
import { type SwanSandbox, startSwanSandbox } from '../../../../src/sandbox/swan.js';
import { at, dataOf, SwanClient, text } from './client.js';

describe('sandbox: what Swan refuses', () => {
  // Set here, it holds for the hooks too.

  let sandbox: SwanSandbox;
  let client: SwanClient;
  let uuid: string;
  let price: bigint;

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
  beforeEach(async () => {
    const task = await client.create();
    uuid = text(task, 'uuid');
    price = parseUnits(text(at(task, 'task_detail'), 'price_per_hour'), 18);
  });

  const validate = async (hash: string, task = uuid) =>
    (await client.post('/v2/task_payment_validate', { task_uuid: task, tx_hash: hash })).message;
  const extend = async (hash: string, duration: number) =>
    (await client.post('/v2/extend_task', { task_uuid: uuid, tx_hash: hash, duration: String(duration) })).message;
  const pay = async (changes: object = {}) =>
    (await client.pay('submitPayment', { uuid, hardware: 1, price, duration: 3600, ...changes })).hash;

  it('a transaction that the chain does not have, or not yet', async () => {
    assert.match(await validate(`0x${'0'.repeat(64)}`), /was not found/);
    assert.match(await validate('0xnonsense'), /not a transaction's hash/);
    await client.send(client.token, 'approve', sandbox.services.clientContract, price);
    await client.provider.send('evm_setAutomine', [false]);
    const { hash } = await client.contract
      .getFunction('submitPayment(string,uint256,uint256,uint256)')
      .send(uuid, 1, price, 3600, { gasLimit: 300_000 });
    assert.match(await validate(hash), /was not found/);
    await client.provider.send('evm_mine', []);
    assert.equal(await validate(hash), 'Payment validated.');
    await client.provider.send('evm_setAutomine', [true]);
  });

  it('a payment for another task, at another price, for another time or machine', async () => {
    assert.match(await validate(await pay({ uuid: text(await client.create(), 'uuid') })), /pays another task/);
    assert.match(await validate(await pay({ price: price - 1n })), new RegExp(`due are ${price} wei`));
    assert.match(await validate(await pay({ duration: 3599 })), /pays 3599 s/);
    assert.match(await validate(await pay({ hardware: 2 })), /pays hardware 2, not 1/);
    assert.equal(await validate(await pay()), 'Payment validated.');
  });

  it('a transaction that is no payment', async () => {
    const { hash } = await client.send(client.token, 'approve', sandbox.services.signer, 1);
    assert.match(await validate(hash), /is not for the contract/);
    assert.match(
      await validate((await client.pay('renewPayment', { uuid, hardware: 1, price, duration: 3600 })).hash),
      /not a submitPayment/,
    );
  });

  it('a reverted payment', async () => {
    await client.send(client.token, 'approve', sandbox.services.clientContract, 0);
    const { hash } = await client.contract
      .getFunction('submitPayment(string,uint256,uint256,uint256)')
      .send(uuid, 1, price, 3600, { gasLimit: 300_000 });
    await client.provider.waitForTransaction(hash).catch(() => undefined);
    assert.match(await validate(hash), /was reverted/);
  });

  it('a hash that paid already, for this task or another', async () => {
    const hash = await pay();
    assert.equal(await validate(hash), 'Payment validated.');
    assert.match(await validate(hash, text(await client.create(), 'uuid')), /used already/);
    assert.match(await extend(hash, 3600), /used already/);
    assert.match(await validate(await pay()), /is paid already/);
  });

  it('a renewal of what is not paid, is not due, or has ended', async () => {
    const renew = async (duration: number) =>
      (await client.pay('renewPayment', { uuid, hardware: 1, price, duration })).hash;
    const early = await renew(3600);
    assert.match(await extend(early, 3600), /not paid yet/);
    assert.equal(await validate(await pay()), 'Payment validated.');
    assert.match(await extend(early, 7200), /pays 3600 s/);
    assert.match(await extend(await pay(), 3600), /not a renewPayment/);
    assert.equal(await extend(early, 3600), 'Task extended.');
    dataOf(await client.post('/terminate_task', { task_uuid: uuid }));
    assert.match(await extend(await renew(3600), 3600), /has ended/);
  });

  it('a task that cannot be', async () => {
    const refusals: [Record<string, string>, RegExp][] = [
      [{ duration: '1209601' }, /duration must be/],
      [{ duration: '1h' }, /not a whole number/],
      [{ cfg_name: 'Z9' }, /no instance type Z9/],
      [{ cfg_name: 'G2ae.large' }, /not available/],
      [{ cfg_name: 'G1ae.small', region: 'Hong Kong-HK' }, /not available in Hong Kong-HK/],
      [{ wallet: '0x12' }, /wallet is not an address/],
      [{ job_source_uri: '' }, /job_source_uri is required/],
      [{ preferred_cp: `0x${'12'.repeat(20)}` }, /no provider/],
      [{ ip_whitelist: '10.0.0.0/8,::1,300.1.1.1' }, /ip_whitelist holds 300/],
      [{ ip_whitelist: '10.0.0.0/33' }, /ip_whitelist holds 10/],
    ];
    for (const [fields, reason] of refusals) await assert.rejects(client.create(fields), reason);
    await client.create({ ip_whitelist: '10.0.0.0/8,::1', preferred_cp: `0x${'c1'.repeat(20)}` });
  });

  it('a stranger, an expired token, and an unknown task', async () => {
    assert.equal((await client.post('/login_by_api_key', { api_key: 'guessed' })).status, 'failed');
    const unknown = await client.get('/v2/task_deployment/nothing');
    assert.deepEqual([unknown.httpStatus, unknown.status, unknown.data], [404, 'failed', null]);
    await client.act('expire');
    const expired = await client.get('/contract_info');
    assert.deepEqual([expired.httpStatus, expired.status], [401, 'failed']);
    await client.login();
    assert.equal((await client.get('/contract_info')).status, 'success');
    const headers = { Authorization: 'Bearer guessed', 'Content-Type': 'application/json' };
    const foreign = { method: 'POST', headers };
    assert.equal((await fetch(`${sandbox.services.url}/sandbox/swan/expire`, foreign)).status, 401);
  });

  it('a machine that was taken off, also on the chain, with a reason', async () => {
    await client.act('hardware', { name: 'C1ae.medium', available: false });
    await assert.rejects(client.create(), /not available/);
    await assert.rejects(pay(), error => isError(error, 'CALL_EXCEPTION') && error.reason === 'Hardware is not active');
    await client.act('hardware', { name: 'C1ae.medium', available: true });
    await client.create();
  });

  it('more than was allowed or than there is, with a reason', async () => {
    const reasonOf = async (amount: bigint) => {
      const call = client.contract.getFunction('submitPayment(string,uint256,uint256,uint256)');
      try {
        await call.staticCall(uuid, 1, amount, 3600);
      } catch (error) {
        return isError(error, 'CALL_EXCEPTION') ? error.reason : error;
      }
      return undefined;
    };
    await client.send(client.token, 'approve', sandbox.services.clientContract, price - 1n);
    assert.equal(await reasonOf(price), 'ERC20: insufficient allowance');
    assert.equal(await reasonOf(price - 1n), undefined);
    await client.send(client.token, 'approve', sandbox.services.clientContract, 10n ** 30n);
    assert.equal(await reasonOf(10n ** 30n), 'ERC20: transfer amount exceeds balance');
    const refund = client.contract.getFunction('sendRefund');
    await assert.rejects(
      refund.staticCall(uuid, client.wallet.address, 1),
      error => isError(error, 'CALL_EXCEPTION') && error.revert?.name === 'OwnableUnauthorizedAccount',
    );
  });
});
