import assert from 'node:assert/strict';
import { once } from 'node:events';
import { parseUnits } from 'ethers';
import { Client as SshClient } from 'ssh2';
import { WebSocket } from 'ws';
import { type SwanSandbox, startSwanSandbox } from '../../../../src/sandbox/swan.js';
import { until } from '../until.js';
import { at, dataOf, type Json, listAt, SwanClient, text } from './client.js';

describe('sandbox: a task, from its payment to its end', () => {
  // Set here, it holds for the hooks too.

  let sandbox: SwanSandbox;
  let client: SwanClient;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    client = new SwanClient(sandbox.services);
    await client.login();
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });

  async function source(image: string): Promise<string> {
    const { url } = dataOf(await client.get(`/util/example_code_mapping?name=${image}`));
    const form = { repo_uri: String(url), wallet_address: client.wallet.address, hardware_id: '1', dp: 'true' };
    return text(dataOf(await client.post('/v2/get_source_uri', form)), 'job_source_uri');
  }
  function priceOf(task: Json): bigint {
    return parseUnits(text(at(task, 'task_detail'), 'price_per_hour'), 18);
  }
  async function firstJob(uuid: string): Promise<Json> {
    return listAt(await client.reaches(uuid, 'running'), 'jobs')[0] ?? {};
  }

  it('is paid, runs, answers, is logged, renewed, terminated and refunded, with one-second blocks', async () => {
    const balance = () => client.read(client.token, 'balanceOf', client.wallet.address);
    const before = await balance();
    const task = await client.create({ job_source_uri: await source('hello-world') });
    const uuid = text(task, 'uuid');
    const price = priceOf(task);
    assert.deepEqual(listAt(await client.deployment(uuid), 'config_orders'), []);

    const { hash } = await client.pay('submitPayment', { uuid, hardware: 1, price, duration: 3600 });
    const form = { task_uuid: uuid, tx_hash: hash };
    const order = dataOf(await client.post('/v2/task_payment_validate', form));
    assert.deepEqual([order.tx_hash, order.order_type, order.task_uuid], [hash, 'Creation', uuid]);
    // A client that did not hear the answer asks again.
    assert.equal(dataOf(await client.post('/v2/task_payment_validate', form)).uuid, order.uuid);

    const job = await firstJob(uuid);
    assert.equal(dataOf(await client.post('/v2/config_order_status', form)).status, 'payment_consumed');
    const page = await fetch(text(job, 'job_real_uri'));
    assert.match(await page.text(), new RegExp(`<h1>${uuid}</h1>`));

    const log = new WebSocket(text(job, 'container_log'));
    let lines = '';
    log.on('message', chunk => {
      lines += chunk;
    });
    await until('the log begins at the start, and goes on', () => /starts on.*GET \/apps\/.*memory \d+/s.test(lines));
    await client.act('drop');
    await once(log, 'close');

    // One that still follows must not hold the sandbox's end up.
    const build = new WebSocket(text(job, 'build_log'));
    assert.match(String((await once(build, 'message'))[0]), /Fetching/);

    const { end_at } = at(await client.deployment(uuid), 'task');
    const renewal = await client.pay('renewPayment', { uuid, hardware: 1, price, duration: 7200 });
    const extend = { task_uuid: uuid, duration: '7200', tx_hash: renewal.hash };
    const answers = await Promise.all([client.post('/v2/extend_task', extend), client.post('/v2/extend_task', extend)]);
    for (const extended of answers.map(dataOf)) {
      assert.equal(at(extended, 'config_order').order_type, 'Renewal');
      assert.equal(at(extended, 'task').end_at, Number(end_at) + 7200);
    }
    assert.equal(await balance(), before - 3n * price);

    const ended = dataOf(await client.post('/terminate_task', { task_uuid: uuid }));
    assert.deepEqual(ended, { retryable: false, task_status: 'terminated' });
    const final = await until('the refund is told', async () => {
      const deployment = await client.deployment(uuid);
      return at(deployment, 'task').refund_amount !== null && deployment;
    });
    const refund = parseUnits(text(at(final, 'task'), 'refund_amount'), 18);
    assert.equal(await client.read(client.contract, 'refundedAmount', uuid), refund);
    assert.equal(await balance(), before - 3n * price + refund);
    // All but the seconds that it ran.
    const ran = 10800 - Number((refund * 3600n + price - 1n) / price);
    assert.ok(ran >= 0 && ran < 20, `${ran}`);
    const receipt = await client.provider.getTransactionReceipt(text(at(final, 'task'), 'tx_hash'));
    assert.equal(receipt?.from, sandbox.services.signer);
    assert.deepEqual(
      listAt(final, 'jobs').map(({ status }) => status),
      ['Cancelled', 'Cancelled'],
    );
    assert.equal((await fetch(text(job, 'job_real_uri'))).status, 404);
    assert.match((await client.post('/terminate_task', { task_uuid: uuid })).message, /ended already/);
  });

  it('has a shell behind SSH, where its image is made for that', async () => {
    await client.provider.send('evm_setAutomine', [true]);
    const task = await client.create({ job_source_uri: await source('ssh-ubuntu-22.04') });
    const uuid = text(task, 'uuid');
    const { hash } = await client.pay('submitPayment', { uuid, hardware: 1, price: priceOf(task), duration: 3600 });
    dataOf(await client.post('/v2/task_payment_validate', { task_uuid: uuid, tx_hash: hash }));
    const uri = text(await firstJob(uuid), 'job_real_uri');
    const [, host = '', port = ''] = /^ssh root@([\d.]+) -p(\d+)$/.exec(uri) ?? [];

    const ssh = new SshClient();
    ssh.connect({ host, port: Number(port), username: 'root' });
    await once(ssh, 'ready');
    const [typed, closed] = await new Promise<[string, unknown[]]>((resolve, reject) => {
      ssh.shell({ cols: 91, rows: 30 }, (error, channel) => {
        if (error) return reject(error);
        let printed = '';
        channel.on('data', (chunk: Buffer) => {
          printed += chunk;
        });
        channel.on('exit', (...how: unknown[]) => channel.on('close', () => resolve([printed, how])));
        channel.write('stty size; echo $((6 * 7)); exit 3\r');
      });
    });
    assert.match(typed, /30 91\r\n42\r\n/);
    assert.equal(closed[0], 3);
    const answer = await new Promise((resolve, reject) => {
      ssh.exec('cat; echo done; exit 4', (error, channel) => {
        if (error) return reject(error);
        let printed = '';
        channel.on('data', (chunk: Buffer) => {
          printed += chunk;
        });
        channel.on('exit', code => channel.on('close', () => resolve({ printed, code })));
        channel.end('typed\n');
      });
    });
    assert.deepEqual(answer, { printed: 'typed\ndone\n', code: 4 });
    ssh.end();
  });

  it('finishes when its time is up', async () => {
    const task = await client.create({ cfg_name: 'C1ae.medium' }, '/v2/task_deployment');
    const uuid = text(task, 'uuid');
    assert.equal(at(task, 'task_detail').price_per_hour, '1.0');
    const { hash } = await client.pay('submitPayment', { uuid, hardware: 1, duration: 3600 });
    dataOf(await client.post('/v2/task_payment_validate', { task_uuid: uuid, tx_hash: hash }));
    await client.reaches(uuid, 'running');
    await client.act('task', { task_uuid: uuid, end_in: 0 });
    const jobs = listAt(await client.reaches(uuid, 'finished'), 'jobs');
    assert.ok(jobs.every(({ status }) => status === 'Ended'));
  });

  it('is refunded whole where it never ran, by a review', async () => {
    await client.act('set', { deploys: false });
    const task = await client.create();
    const uuid = text(task, 'uuid');
    const price = priceOf(task);
    const { hash } = await client.pay('submitPayment', { uuid, hardware: 1, price, duration: 3600 });
    dataOf(await client.post('/v2/task_payment_validate', { task_uuid: uuid, tx_hash: hash }));
    await client.reaches(uuid, 'accepting_bids');
    assert.equal((await client.post('/claim_review', { task_uuid: uuid })).status, 'success');
    await until('the refund', async () => (await client.read(client.contract, 'refundedAmount', uuid)) === price);
    await client.act('set', { deploys: true });
  });

  it('is cancelled without a refund where it was never paid', async () => {
    const uuid = text(await client.create(), 'uuid');
    const ended = dataOf(await client.post('/terminate_task', { task_uuid: uuid }));
    assert.deepEqual(ended, { retryable: false, task_status: 'cancelled' });
  });
});
