import assert from 'node:assert/strict';
import { isError, parseUnits, Transaction, verifyMessage } from 'ethers';
import { pythonJson } from '../../../../src/sandbox/swan/pythonJson.js';
import { type SwanSandbox, startSwanSandbox } from '../../../../src/sandbox/swan.js';
import { until } from '../until.js';
import { at, dataOf, listAt, SwanClient, text } from './client.js';

const JSON_BODY = { 'Content-Type': 'application/json' };

describe('sandbox: Swan as it goes wrong', () => {
  // Set here, it holds for the hooks too.

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
  afterEach(() => client.act('clear'));

  const fetchInfo = (signal?: AbortSignal) =>
    fetch(`${sandbox.services.url}/contract_info`, {
      headers: { Authorization: `Bearer ${client.bearer}` },
      ...(signal && { signal }),
    });
  const rpc = async (method: string, params: unknown[] = [], patienceMs = 10_000) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
    const response = await fetch(sandbox.services.rpcUrl, {
      method: 'POST',
      headers: JSON_BODY,
      body,
      signal: AbortSignal.timeout(patienceMs),
    });
    return at({ answer: await response.json() }, 'answer');
  };
  /** A signed transfer of nothing to oneself. */
  const signed = async () =>
    client.wallet.signTransaction(await client.wallet.populateTransaction({ to: client.wallet.address }));
  async function paid(): Promise<Record<string, string>> {
    const task = await client.create();
    const uuid = text(task, 'uuid');
    const price = parseUnits(text(at(task, 'task_detail'), 'price_per_hour'), 18);
    const { hash } = await client.pay('submitPayment', { uuid, hardware: 1, price, duration: 3600 });
    return { task_uuid: uuid, tx_hash: hash };
  }

  it('answers with a status, as often as it was told to', async () => {
    await client.act('fail', { endpoint: 'GET /contract_info', kind: 'status', status: 502, times: 2 });
    assert.deepEqual(
      [await fetchInfo(), await fetchInfo(), await fetchInfo()].map(({ status }) => status),
      [502, 502, 200],
    );
  });

  it('knows of no fault of an endpoint that there is not', async () => {
    const fault = { endpoint: 'GET /contract', kind: 'status', status: 502 };
    await assert.rejects(client.act('fail', fault), /There is no endpoint GET \/contract/);
  });

  it('fails with HTTP 200 and no data, having done nothing, or all', async () => {
    const endpoint = 'POST /v2/task_payment_validate';
    const form = await paid();
    await client.act('fail', { endpoint, kind: 'failed', message: 'Busy.' });
    const busy = { httpStatus: 200, status: 'failed', message: 'Busy.', data: null };
    assert.deepEqual(await client.post('/v2/task_payment_validate', form), busy);
    assert.equal((await client.post('/v2/config_order_status', form)).status, 'failed');
    await client.act('fail', { endpoint, kind: 'failed', message: 'Busy.', after: true });
    assert.deepEqual(await client.post('/v2/task_payment_validate', form), busy);
    assert.equal((await client.post('/v2/config_order_status', form)).status, 'success');
  });

  it('does what it was asked, and answers late, never, or for another task', async () => {
    const endpoint = 'POST /v2/task_payment_validate';
    for (const kind of ['silent', 'cut']) {
      const form = await paid();
      await client.act('fail', { endpoint, kind });
      const aborted = new AbortController();
      const answer = fetch(`${sandbox.services.url}/v2/task_payment_validate`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${client.bearer}` },
        body: new URLSearchParams(form),
        signal: aborted.signal,
      });
      answer.catch(() => {});
      await until('the order', async () => (await client.post('/v2/config_order_status', form)).status === 'success');
      if (kind === 'silent') aborted.abort();
      await assert.rejects(answer);
    }
    await client.act('fail', { endpoint, kind: 'otherTask' });
    const form = await paid();
    assert.notEqual(dataOf(await client.post('/v2/task_payment_validate', form)).task_uuid, form.task_uuid);
    await client.act('fail', { endpoint: 'GET /contract_info', kind: 'delay', ms: 30 });
    assert.equal((await fetchInfo()).status, 200);
  });

  it('takes a transaction and does not say so', async () => {
    const transaction = await signed();
    await client.act('rpc', { kind: 'timeout' });
    await assert.rejects(rpc('eth_sendRawTransaction', [transaction], 500), { name: 'TimeoutError' });
    const { hash } = Transaction.from(transaction);
    assert.equal(at(await rpc('eth_getTransactionReceipt', [hash]), 'result').status, '0x1');
    await client.act('rpc', { kind: 'lostReceipt', times: 1 });
    assert.equal((await rpc('eth_getTransactionReceipt', [hash])).result, null);
    assert.equal(at(await rpc('eth_getTransactionReceipt', [hash]), 'result').status, '0x1');
  });

  it('loses its answer, does not take what it is given, or is not there at all', async () => {
    const mined = async (transaction: string) =>
      (await client.provider.getTransactionReceipt(Transaction.from(transaction).hash ?? '')) !== null;
    const [lost, withheld] = [await signed(), await signed()];
    await client.act('rpc', { kind: 'withheld' });
    await assert.rejects(rpc('eth_sendRawTransaction', [withheld], 500), { name: 'TimeoutError' });
    assert.equal(await mined(withheld), false);
    await client.act('rpc', { kind: 'lostAnswer' });
    await assert.rejects(rpc('eth_sendRawTransaction', [lost]), TypeError);
    assert.equal(await mined(lost), true);
    await client.act('rpc', { kind: 'unavailable', times: 2 });
    const call = { method: 'POST', headers: JSON_BODY, body: '{"id":1,"method":"eth_chainId"}' };
    const ask = () => fetch(sandbox.services.rpcUrl, call);
    assert.deepEqual(
      [await ask(), await ask()].map(({ status }) => status),
      [503, 503],
    );
    assert.equal((await ask()).status, 200);
  });

  it('rejects a transaction in the words of a node', async () => {
    const messages: [string, string, boolean][] = [
      ['alreadyKnown', 'already known', true],
      ['nonceTooLow', 'nonce too low', false],
      ['underpriced', 'replacement transaction underpriced', false],
    ];
    for (const [kind, message, taken] of messages) {
      const transaction = await signed();
      await client.act('rpc', { kind });
      const { error } = await rpc('eth_sendRawTransaction', [transaction]);
      assert.deepEqual(error, { code: -32000, message });
      const receipt = await client.provider.getTransactionReceipt(Transaction.from(transaction).hash ?? '');
      assert.equal(receipt !== null, taken, kind);
    }
    await client.act('rpc', { kind: 'nonceTooLow' });
    await assert.rejects(client.wallet.sendTransaction({ to: client.wallet.address }), error =>
      isError(error, 'NONCE_EXPIRED'),
    );
  });

  it('is on another chain, lies about balances, or does not answer at all, until that is cleared', async () => {
    await client.act('rpc', { kind: 'wrongChain' });
    assert.equal((await rpc('eth_chainId')).result, '0x1');
    await client.act('clear');
    assert.equal(Number((await rpc('eth_chainId')).result), sandbox.services.chainId);
    const honest = await client.read(client.token, 'balanceOf', client.wallet.address);
    await client.act('rpc', { kind: 'lyingBalance' });
    assert.equal(await client.read(client.token, 'balanceOf', client.wallet.address), 10n ** 27n);
    assert.equal(await client.provider.getBalance(client.wallet.address), 10n ** 27n);
    await client.act('clear');
    assert.equal(await client.read(client.token, 'balanceOf', client.wallet.address), honest);
    await client.act('rpc', { kind: 'noAnswer' });
    await assert.rejects(rpc('eth_blockNumber', [], 500), { name: 'TimeoutError' });
    const batch = JSON.stringify([{ jsonrpc: '2.0', id: 1, method: 'eth_chainId' }]);
    await client.act('clear');
    const answer = await fetch(sandbox.services.rpcUrl, { method: 'POST', headers: JSON_BODY, body: batch });
    assert.equal(at({ answers: await answer.json() }, 'answers', '0').id, 1);
  });

  it('stops mining, and goes on', async () => {
    await client.act('set', { mining: false });
    const { hash } = await client.wallet.sendTransaction({ to: client.wallet.address });
    const block = await client.provider.getBlockNumber();
    assert.equal(await client.provider.getTransactionReceipt(hash), null);
    assert.equal(await client.provider.getBlockNumber(), block);
    await client.act('set', { mining: true });
    await until('the receipt', async () => (await client.provider.getTransactionReceipt(hash)) !== null);
    await client.provider.send('evm_setAutomine', [true]);
  });

  it('forgets a block that was reorganised away, and the transaction in it', async () => {
    const { hash } = await client.send(client.token, 'approve', sandbox.services.clientContract, 1);
    await client.provider.send('anvil_reorg', [1, []]);
    assert.equal(await client.provider.getTransactionReceipt(hash), null);
  });

  it('does harm, where it is told to', async () => {
    const form = await paid();
    dataOf(await client.post('/v2/task_payment_validate', form));
    const uuid = form.task_uuid ?? '';
    await client.reaches(uuid, 'running');
    const jobUri = async (trick: string) => {
      await client.act('set', { malice: [trick] });
      return text(listAt(await client.deployment(uuid), 'jobs')[0] ?? {}, 'job_real_uri');
    };
    assert.match(await jobUri('sshOptions'), /^ssh -oProxyCommand=/);
    assert.match(await jobUri('sshShell'), /; touch/);
    assert.match(await jobUri('javascriptUrl'), /^javascript:/);
    assert.match(await jobUri('fileUrl'), /^file:/);
    assert.match(await jobUri('commandUrl'), /^command:/);

    const name = async (trick: string) => {
      await client.act('set', { malice: [trick] });
      return text(at(await client.deployment(uuid), 'task'), 'name');
    };
    assert.match(await name('markdownName'), /\]\(https:/);
    assert.match(await name('commandLinkName'), /\]\(command:/);
    assert.equal((await name('hugeName')).length, 10 * 1024 * 1024);

    const info = async (trick: string) => {
      await client.act('set', { malice: [trick] });
      const data = dataOf(await client.get('/contract_info'));
      const signer = verifyMessage(pythonJson(data.contract_info), text(data, 'signature'));
      return { contract: at(data, 'contract_info', 'contract_detail').client_contract_address, signer };
    };
    const { clientContract, signer } = sandbox.services;
    const changed = await info('changedContract');
    assert.notEqual(changed.contract, clientContract);
    assert.equal(changed.signer, signer);
    const forged = await info('forgedSignature');
    assert.equal(forged.contract, clientContract);
    assert.notEqual(forged.signer, signer);

    await client.act('set', { malice: ['endlessList'] });
    const page = (number: number) =>
      client.get(`/v2/task_list?wallet_address=${client.wallet.address}&page=${number}&size=3`);
    const [first, far] = [dataOf(await page(1)), dataOf(await page(5000))];
    assert.equal(first.total_page, 1_000_000_000);
    const uuids = [first, far].flatMap(data => listAt(data, 'list').map(row => at(row, 'task').uuid));
    assert.equal(new Set(uuids).size, 6);
    await client.act('set', { malice: [] });
    assert.equal(at(await client.deployment(uuid), 'task').name, null);
  });

  it('counts what it was asked, and keeps the last of each', async () => {
    await client.create({ preferred_cp: `0x${'c2'.repeat(20)}` });
    const headers = { Authorization: `Bearer ${sandbox.services.apiKey}` };
    const response = await fetch(`${sandbox.services.url}/sandbox/swan/stats`, { headers });
    const stats = at({ stats: await response.json() }, 'stats');
    assert.ok(Number(at(stats, 'calls')['POST /v2/task_deployment-dp']) > 0);
    assert.ok(Number(at(stats, 'rpc').eth_sendRawTransaction) > 0);
    assert.equal(at(stats, 'last', 'POST /v2/task_deployment-dp').preferred_cp, `0x${'c2'.repeat(20)}`);
    assert.ok(!JSON.stringify(stats).includes(sandbox.services.apiKey));
  });
});
