import assert from 'node:assert/strict';
import { verifyMessage } from 'ethers';
import { pythonJson } from '../../../../src/sandbox/swan/pythonJson.js';
import { type SwanSandbox, startSwanSandbox } from '../../../../src/sandbox/swan.js';
import { at, dataOf, type Json, listAt, recorded, SwanClient, text } from './client.js';

/** Fails where a value is not of a recorded one's shape: the same keys, and the same types where neither is null. */
function alike(value: unknown, known: unknown, path = 'data'): void {
  if (value === null || known === null) return;
  assert.equal(kind(value), kind(known), path);
  if (Array.isArray(value) && Array.isArray(known)) {
    for (const item of value) if (known.length > 0) alike(item, known[0], `${path}[]`);
  } else if (typeof value === 'object') {
    const keys = new Set([...Object.keys(Object(value)), ...Object.keys(Object(known))]);
    for (const key of keys) {
      assert.ok(Object.hasOwn(Object(value), key), `${path}.${key} is missing`);
      assert.ok(Object.hasOwn(Object(known), key), `${path}.${key} is not recorded`);
      alike(Object(value)[key], Object(known)[key], `${path}.${key}`);
    }
  }
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

function recordedData(name: string): Json {
  return at({ recorded: recorded(name) }, 'recorded', 'data');
}

describe('sandbox: the answers of Swan', () => {
  // Set here, it holds for the hooks too.

  let sandbox: SwanSandbox;
  let client: SwanClient;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20, tasks: 25 });
    client = new SwanClient(sandbox.services);
    await client.login();
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });
  const list = (page: number, size: number) =>
    client.get(`/v2/task_list?wallet_address=${client.wallet.address}&page=${page}&size=${size}`);

  it('are of the recorded shape for a created task', async () => {
    alike(await client.create(), recordedData('task-created').task);
  });

  it('are of the recorded shape for a task that was not created', async () => {
    const answer = await client.post('/v2/task_deployment-dp', {
      duration: '3599',
      cfg_name: 'C1ae.small',
      region: 'global',
      wallet: client.wallet.address,
      job_source_uri: 'https://example.com',
    });
    const { status, data, message } = at({ recorded: recorded('task-creation-failed') }, 'recorded');
    assert.deepEqual([answer.httpStatus, answer.status, answer.data], [200, status, data]);
    assert.ok(answer.message.startsWith(String(message)));
  });

  it('are of the recorded shape for a list, and for each of its tasks by itself', async () => {
    const data = dataOf(await list(1, 25));
    const known = recordedData('task-list');
    alike(data, known);
    const deployments = listAt(data, 'list');
    assert.equal(deployments.length, 25);
    for (const listed of deployments) {
      const uuid = text(at(listed, 'task'), 'uuid');
      const deployment = await client.deployment(uuid);
      alike(deployment, recordedData('task-deployment'));
      alike(deployment, recordedData('task-deployment-without-jobs'));
    }
    const statuses = new Set(deployments.map(deployment => at(deployment, 'task').status));
    for (const status of ['initialized', 'running', 'finished', 'terminated', 'failed']) {
      assert.ok(statuses.has(status), status);
    }
  });

  it('page a list from the newest task on, of one wallet', async () => {
    const uuids: string[] = [];
    for (let page = 1; page <= 4; page++) {
      const { list: rows, ...rest } = dataOf(await list(page, 8));
      const { total } = rest;
      assert.deepEqual(rest, { page, size: 8, total, total_page: Math.ceil(Number(total) / 8) });
      uuids.push(...listAt({ rows }, 'rows').map(row => text(at(row, 'task'), 'uuid')));
    }
    const whole = listAt(dataOf(await list(1, 100)), 'list').map(row => at(row, 'task'));
    assert.deepEqual(
      uuids,
      whole.map(({ uuid }) => uuid),
    );
    const ages = whole.map(({ created_at }) => Number(created_at));
    assert.deepEqual(
      ages,
      ages.toSorted((a, b) => b - a),
    );
    assert.deepEqual(dataOf(await client.get(`/v2/task_list?wallet_address=0x${'1'.repeat(40)}`)).list, []);
  });

  it('name the machines, with fixed prices and with dynamic ones', async () => {
    const fixed = listAt(dataOf(await client.get('/cp/machines')), 'hardware');
    const asked = Date.now();
    const dynamic = listAt(dataOf(await client.get('/cp/machines-dp-ssh-ready')), 'hardware');
    assert.equal(fixed.length, dynamic.length);
    for (const [index, machine] of fixed.entries()) {
      const [price, active] = (await client.contract.getFunction('hardwareInfo')(machine.hardware_id)).slice(1);
      assert.equal(price > 0n, Number(machine.hardware_price) > 0);
      assert.equal(active, machine.hardware_status === 'available');
      const { hardware_price, snapshot_id, expiry_time, ssh_ready, ...rest } = dynamic[index] ?? {};
      assert.deepEqual({ ...rest, hardware_price: machine.hardware_price }, machine);
      assert.match(String(hardware_price), /^\d+\.\d{6}$/);
      assert.ok(Number(expiry_time) * 1000 > asked && Number(snapshot_id) > 0);
      assert.ok(listAt({ ssh_ready }, 'ssh_ready').length > 0);
    }
  });

  it('give app images, one or all, and make a source of a repository', async () => {
    const images = listAt({ ...(await client.get('/util/example_code_mapping')) }, 'data');
    for (const image of images) {
      assert.deepEqual(dataOf(await client.get(`/util/example_code_mapping?name=${image.name}`)), image);
    }
    const form = { repo_uri: text(images[0] ?? {}, 'url'), wallet_address: client.wallet.address, dp: 'true' };
    const { job_source_uri } = dataOf(await client.post('/v2/get_source_uri', { ...form, hardware_id: '1' }));
    assert.ok(URL.canParse(String(job_source_uri)));
    assert.equal((await client.post('/v2/get_source_uri', form)).status, 'failed');
  });

  it('sign the contract info as Python writes it', async () => {
    const data = dataOf(await client.get('/contract_info'));
    const detail = at(data, 'contract_info', 'contract_detail');
    const { time } = at(data, 'contract_info');
    const members = Object.entries(detail).map(([key, value]) => `"${key}": "${value}"`);
    const signed = `{"contract_detail": {${members.join(', ')}}, "time": ${time}}`;
    assert.equal(verifyMessage(signed, text(data, 'signature')), sandbox.services.signer);
    assert.equal(detail.client_contract_address, sandbox.services.clientContract);
    assert.equal(detail.swan_token_contract_address, sandbox.services.swanToken);
    assert.equal(detail.rpc_url, sandbox.services.rpcUrl);
  });

  it('escape what is not ASCII in what they sign', () => {
    assert.equal(
      pythonJson({ a: ['é"\n\x7f😀', 1, null, true] }),
      '{"a": ["\\u00e9\\"\\n\\u007f\\ud83d\\ude00", 1, null, true]}',
    );
  });
});
