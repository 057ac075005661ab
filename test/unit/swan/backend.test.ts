import assert from 'node:assert/strict';
import { systemClock } from '../../../src/core/clock.js';
import { silentLog } from '../../../src/core/log.js';
import type { Payment } from '../../../src/core/payments.js';
import type { Job, TaskBackend, TaskRequest } from '../../../src/core/tasks.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { openSwan } from '../../../src/swan/index.js';
import { rejection } from '../../support/assertions.js';
import { keyOn } from '../../support/key.js';
import { networkOf, Reader, temporaryJournal } from '../../support/payer.js';
import { told } from '../../support/told.js';
import { until } from '../../support/until.js';
import { networkWith, type Script, type ScriptedService, scriptedService } from './service.js';

const WALLET = `0x${'ab'.repeat(20)}`;
const HARDWARE = { id: 7, name: 'C1ae.medium', pricing: 'dynamic' } as const;
const SOURCE = 'https://swan.example/spaces/x';

describe('the backend of Swan’s tasks', () => {
  let service: ScriptedService | undefined;
  const journal = temporaryJournal();

  afterEach(() => service?.close());
  after(() => journal.remove());

  async function backendOf(script: Script, wallet: string = WALLET): Promise<TaskBackend> {
    service = await scriptedService(script);
    const { url } = service;
    const account = {
      network: networkWith(url),
      key: keyOn(networkWith(url), 'the-key'),
      wallet: wallet || undefined,
      journalFolder: journal.folder,
      confirmations: 1,
      id: 'me',
      isOthers: () => false,
    };
    return openSwan(account, systemClock, silentLog);
  }

  const creating: Script = ({ endpoint, fields }) => {
    if (endpoint === 'POST /v2/get_source_uri') return { job_source_uri: SOURCE };
    if (endpoint === 'GET /util/example_code_mapping')
      return { name: fields.name, url: `https://git.example/${fields.name}` };
    if (endpoint.startsWith('POST /v2/task_deployment')) return { task: { uuid: 'new-task', status: 'initialized' } };
    return undefined;
  };
  const request = (more: Partial<TaskRequest>): TaskRequest => ({
    source: { type: 'uri', uri: SOURCE },
    hardware: HARDWARE,
    region: 'global',
    duration: 3_600,
    ...more,
  });
  const lastForm = () => service?.asked.at(-1);

  it('creates a task of a source, with all that was chosen', async () => {
    const backend = await backendOf(creating);
    const more = {
      region: 'Quebec-CA',
      startIn: 60,
      preferredProviders: ['0x1', '0x2'],
      ipWhitelist: ['10.0.0.0/8', '::1'],
    };
    const task = await backend.tasks.create(request({ ...more, duration: 7_200 }));
    assert.deepEqual([task.id, task.status], ['new-task', 'initialized']);
    assert.equal(lastForm()?.endpoint, 'POST /v2/task_deployment-dp');
    assert.deepEqual(lastForm()?.fields, {
      duration: '7200',
      cfg_name: 'C1ae.medium',
      region: 'Quebec-CA',
      start_in: '60',
      wallet: WALLET,
      job_source_uri: SOURCE,
      preferred_cp: '0x1,0x2',
      ip_whitelist: '10.0.0.0/8,::1',
    });
    await backend.tasks.create(request({ hardware: { ...HARDWARE, pricing: 'fixed' } }));
    assert.equal(lastForm()?.endpoint, 'POST /v2/task_deployment');
    assert.deepEqual(Object.keys(lastForm()?.fields ?? {}).length, 6);
    assert.equal(lastForm()?.fields.start_in, '300');
  });

  it('turns an app or a repository into a source first', async () => {
    const backend = await backendOf(creating);
    await backend.tasks.create(request({ source: { type: 'image', name: 'Hello' } }));
    const forms = () =>
      service?.asked.filter(each => each.endpoint === 'POST /v2/get_source_uri').map(each => each.fields);
    const common = { wallet_address: WALLET, hardware_id: '7', dp: 'true' };
    assert.deepEqual(forms()?.[0], { repo_uri: 'https://git.example/Hello', ...common });
    const source = { repository: 'https://git.example/r', branch: 'b', owner: 'o', name: 'n' };
    await backend.tasks.create(request({ source: { type: 'repository', ...source } }));
    assert.deepEqual(forms()?.[1], {
      repo_uri: 'https://git.example/r',
      repo_branch: 'b',
      repo_owner: 'o',
      repo_name: 'n',
      ...common,
    });
    assert.equal(await backend.sourceUri({ repository: 'https://git.example/r' }, 7), SOURCE);
  });

  it('refuses what the service would, and what it answers without sense', async () => {
    const backend = await backendOf(({ endpoint }) =>
      endpoint === 'POST /login_by_api_key' ? undefined : { task: null, url: null, job_source_uri: null },
    );
    for (const duration of [3_599, 1_209_601, 3_600.5, Number.NaN]) {
      await rejection(backend.tasks.create(request({ duration })), 'invalid');
    }
    assert.equal(service?.asked.length, 0);
    assert.match((await rejection(backend.tasks.create(request({})), 'protocol')).message, /refresh the list/);
    await rejection(backend.tasks.create(request({ source: { type: 'image', name: 'x' } })), 'notFound');
    await rejection(backend.sourceUri({ repository: 'x' }, 7), 'service');
    assert.equal(service?.count('POST /v2/task_deployment-dp'), 1);
  });

  it('says that a wallet is needed where there is none', async () => {
    const backend = await backendOf(creating, '');
    const error = await rejection(backend.tasks.list({ offset: 0, limit: 20 }), 'invalid');
    assert.equal(error.code, 'no_wallet');
  });

  it('ends tasks, has them reviewed, and shows the whole answer', async () => {
    const backend = await backendOf(({ endpoint }, response) => {
      if (endpoint === 'POST /terminate_task') return { retryable: true, task_status: 'terminating' };
      if (endpoint === 'POST /claim_review') {
        return void response.end(JSON.stringify({ status: 'success', message: 'Review\u0000 claimed.', data: null }));
      }
      if (endpoint.startsWith('GET /v2/task_deployment/')) {
        return void response.end('{"status":"success","data":{"task":{"uuid":"t","new_field":[1.0]}}}');
      }
      return undefined;
    });
    assert.deepEqual(await backend.tasks.terminate('t'), { status: 'terminating', retryable: true });
    assert.equal(await backend.tasks.claimReview('t'), 'Review claimed.');
    assert.match(await backend.tasks.deployment('t'), /\n {6}"new_field": \[\n/);
    assert.throws(() => backend.followLog(told<Job>({ id: 'j', status: 'x' }), 'build', assertNothing), {
      kind: 'notFound',
    });
  });
});

const assertNothing = { lines() {}, reconnecting() {}, closed() {} };

describe('a task’s whole life, from its app to its refund', () => {
  let sandbox: SwanSandbox;
  let reader: Reader;
  let backend: TaskBackend;
  const journal = temporaryJournal();

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 50 });
    reader = new Reader(sandbox.services);
    await reader.mineAtOnce();
    const { services } = sandbox;
    const account = {
      network: networkOf(services),
      key: keyOn(networkOf(services), services.apiKey),
      wallet: services.wallet.address,
      journalFolder: journal.folder,
      confirmations: 1,
      id: 'me',
      isOthers: () => false,
    };
    backend = await openSwan(account, systemClock, silentLog);
  });

  after(async () => {
    journal.remove();
    reader.close();
    await sandbox.close();
  });

  it('is paid, runs, is followed, renewed and ended, and the chain agrees', async () => {
    const { wallet } = sandbox.services;
    await backend.signIn();
    const signer = await backend.payments.signerFromKey(wallet.privateKey);
    const { trust, client, token } = await backend.payments.contract();
    assert.equal(trust, 'signed');
    const hardware = (await backend.hardware.list('dynamic')).find(
      each => each.status === 'available' && each.pricePerHour,
    );
    const [image] = await backend.images.list();
    assert.ok(hardware && image);
    const funds = await reader.balance(wallet.address);

    const created = await backend.tasks.create({
      source: { type: 'image', name: image.name },
      hardware,
      region: 'global',
      duration: 3_600,
    });
    const payRequest = {
      task: created.id,
      kind: 'create',
      pricing: 'dynamic',
      wallet: wallet.address,
      contract: { client, token },
    } as const;
    const seen: Payment[] = [];
    const listening = backend.payments.onDidChange(payment => seen.push(payment));
    const first = await backend.payments.pay(await backend.payments.estimate(payRequest), signer);
    listening.dispose();
    assert.equal(seen.at(-1)?.stage, 'done');

    const running = await until('the task runs', async () => {
      const task = await backend.tasks.get(created.id);
      return task.status === 'running' && task.jobs.some(job => job.address?.type === 'web') && task;
    });
    const job = running.jobs.find(each => each.address?.type === 'web');
    assert.ok(job?.address?.type === 'web');
    assert.equal((await fetch(job.address.url)).status, 200);
    const lines: string[] = [];
    const log = backend.followLog(job, 'container', { ...assertNothing, lines: more => lines.push(...more) });
    await until('lines of the log', () => lines.some(line => line.includes(created.id)));
    log.dispose();

    const renewal = await backend.payments.estimate({ ...payRequest, kind: 'renew', duration: 7_200 });
    const second = await backend.payments.pay(renewal, signer);
    assert.equal(second.amount, first.amount * 2n);
    assert.deepEqual(
      (await backend.payments.list()).payments.map(each => [each.kind, each.stage]),
      [
        ['renew', 'done'],
        ['create', 'done'],
      ],
    );

    assert.equal((await backend.tasks.terminate(created.id)).status, 'terminated');
    const ended = await until('the refund', async () => {
      const task = await backend.tasks.get(created.id);
      return task.refund !== undefined && task;
    });
    const { paid, refunded } = await backend.payments.balanceOfTask(created.id);
    assert.equal(paid, first.amount + second.amount);
    assert.equal(refunded, ended.refund);
    assert.equal(await reader.balance(wallet.address), funds - paid + refunded);
    const refundHash = ended.orders.find(order => order.refundTxHash)?.refundTxHash ?? '';
    assert.equal(await backend.payments.transaction(refundHash), 'mined');
    assert.equal(await backend.payments.transaction(`0x${'12'.repeat(32)}`), 'unknown');
  });

  it('lists the tasks of the wallet', async () => {
    const page = await backend.tasks.list({ offset: 0, limit: 20 });
    assert.equal(page.rows.length, 1);
    assert.deepEqual((await backend.tasks.listAll()).rows, page.rows);
  });

  describe('of a service that means harm', () => {
    afterEach(() => reader.act('set', { malice: [] }));

    for (const trick of ['sshOptions', 'sshShell', 'javascriptUrl', 'fileUrl', 'commandUrl']) {
      it(`opens and runs nothing: ${trick}`, async () => {
        await reader.act('set', { malice: [trick] });
        const { rows } = await backend.tasks.listAll();
        const addresses = rows.flatMap(task => task.jobs.map(job => job.address?.type));
        assert.ok(addresses.length > 0);
        for (const type of addresses) assert.equal(type, 'text');
      });
    }

    it('shows no name of 10 MB', async () => {
      await reader.act('set', { malice: ['hugeName'] });
      const { rows } = await backend.tasks.listAll();
      assert.ok(rows.length > 0);
      for (const { name = '' } of rows) assert.ok(name.length <= 500);
    });

    it('ends a list without end', async () => {
      await reader.act('set', { malice: ['endlessList'] });
      assert.ok((await backend.tasks.listAll()).rows.length <= 1_000);
      assert.ok((await backend.tasks.list({ offset: 0, limit: 20 })).rows.length <= 20);
    });

    it('pays no contract that has changed, and tells who signed', async () => {
      const { client, token } = await backend.payments.contract();
      const hardware = (await backend.hardware.list('dynamic')).find(each => each.status === 'available');
      assert.ok(hardware);
      const source = { type: 'uri', uri: SOURCE } as const;
      const task = await backend.tasks.create({ source, hardware, region: 'global', duration: 3_600 });
      await reader.act('set', { malice: ['changedContract'] });
      const request = { task: task.id, kind: 'create', pricing: 'dynamic', contract: { client, token } } as const;
      const { address: wallet } = sandbox.services.wallet;
      const error = await rejection(backend.payments.estimate({ ...request, wallet }), 'refused');
      assert.equal(error.code, 'contract_changed');
      await reader.act('set', { malice: ['forgedSignature'] });
      assert.equal((await backend.payments.contract()).trust, 'other signer');
    });
  });
});
