import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RemoteError } from '../../../src/core/errors.js';
import type { Api } from '../../../src/swan/api.js';
import { createSwanBackend } from '../../../src/swan/backend.js';
import { keyOn } from '../../support/key.js';
import { networkWith, recorded, type ScriptedService, scriptedService } from './service.js';

const TASK = 'aff0ef6c-8fec-4e01-b982-629f728bcede';

describe('answers of the orchestrator', () => {
  let service: ScriptedService;
  let answer: unknown;

  before(async () => {
    service = await scriptedService(({ endpoint }, response) =>
      endpoint === 'POST /login_by_api_key' ? undefined : void response.end(JSON.stringify(answer)),
    );
  });

  after(() => service.close());

  it('as recorded: a task with its jobs, orders and providers', async () => {
    answer = recorded('task-deployment');
    const { data: task } = await service.api.task(TASK);
    const { jobs, orders, providers, ...rest } = task;
    assert.deepEqual(rest, {
      id: TASK,
      name: undefined,
      status: 'finished',
      createdAt: 1_725_522_770_000,
      updatedAt: 1_725_619_030_000,
      startAt: 1_725_522_770_000,
      endAt: 1_725_529_970_000,
      duration: 7_200,
      startIn: 300,
      hardware: { id: 0, name: 'C1ae.small', description: 'CPU only · 2 vCPU · 2 GiB', type: 'CPU' },
      region: 'global',
      pricePerHour: 0n,
      amount: 0n,
      refund: undefined,
      refundWallet: '0xFbc1d38a2127D81BFe3EA347bec7310a1cfa2373',
      txHash: undefined,
      sourceUri: 'https://swanhub-cali.swanchain.io/spaces/086a36b1-b06e-49fb-85fe-095d83d8ac6a',
      comments: 'finish_pending(completed).',
      leadingJobId: '130efdf3-12d1-467c-a4b7-5bd1ef7ba95f',
    });
    assert.deepEqual(
      jobs.map(job => [job.status, job.address]),
      [
        ['Ended', { type: 'ssh', user: 'root', host: '38.80.81.161', port: 30_001 }],
        ['Ended', { type: 'web', url: 'https://lol7vgmp60.dev2.crosschain.computer/' }],
        ['Ended', { type: 'ssh', user: 'root', host: '40.143.96.125', port: 30_002 }],
      ],
    );
    assert.match(
      jobs[0]?.containerLog ?? '',
      /^wss:\/\/log\.pvm\.nebulablock\.com:8085\/.*type=container&order=private$/,
    );
    assert.deepEqual(orders[0], {
      id: '480253ec-3850-44e7-8019-b1479c6534d0',
      type: 'Creation',
      status: 'payment_consumed',
      task: TASK,
      txHash: '0x0454c0fdb27f8ed1f686146bdb7dce3f5e31a0d16c8f500590dc7493e10ff980',
      refundTxHash: undefined,
      duration: 7_200,
      region: 'global',
      errorCode: undefined,
      createdAt: 1_725_522_770_000,
      startedAt: 1_725_522_770_000,
      endedAt: undefined,
    });
    assert.deepEqual(providers[2], {
      address: '0x2bd6a6f41b37152677F8b4946490580F63494abD',
      name: 'new-cp-001',
      region: 'North Carolina-US',
      online: true,
      version: '2.0',
    });
  });

  it('as recorded: a page of tasks, one that was created, and one that was not', async () => {
    answer = recorded('task-list');
    const { data: page } = await service.api.tasks('0x', 1, 2);
    assert.equal(page.total, 40);
    assert.deepEqual(
      page.list.map(task => [
        task?.status,
        task?.pricePerHour,
        task?.jobs.length,
        task?.orders.map(order => order.type),
      ]),
      [
        ['finished', 10n ** 18n, 2, ['Renewal', 'Creation']],
        ['terminated', 10n ** 18n, 2, ['Creation', 'Renewal']],
      ],
    );
    answer = recorded('task-created');
    const { data: task } = await create(service.api);
    assert.deepEqual([task.id, task.status, task.jobs], ['be49dc4b-77f0-40c7-8828-2582d3e694af', 'initialized', []]);
    answer = recorded('task-creation-failed');
    await assert.rejects(create(service.api), { kind: 'service', message: 'Swan: Task creation failed.' });
    answer = recorded('task-deployment-without-jobs');
    assert.equal((await service.api.task(TASK)).data.status, 'finished');
  });

  const calls: [string, string, (api: Api) => Promise<unknown>][] = [
    ['a task', 'task-deployment', api => api.task(TASK)],
    ['a task without jobs', 'task-deployment-without-jobs', api => api.task(TASK)],
    ['a page of tasks', 'task-list', api => api.tasks('0x', 1, 10)],
    ['a created task', 'task-created', create],
  ];
  for (const [what, name, call] of calls) {
    it(`whatever of ${what} is null, missing or something else: a value or an error of ours`, async () => {
      const whole = recorded(name);
      const paths = pathsOf(whole);
      const strange = fc.constantFrom(null, undefined, 0, -1, 1e99, '', 'x', [], {}, true, [null], ['x'], { x: null });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...paths), strange), { minLength: 1, maxLength: 12 }),
          async changes => {
            answer = changes.reduce((value, [path, other]) => replaced(value, path, other), whole);
            await call(service.api).catch(error => assert.ok(error instanceof RemoteError, String(error?.stack)));
          },
        ),
        { numRuns: 150 },
      );
    });
  }

  it('with each field null in turn still give a task', async () => {
    const whole = recorded('task-deployment');
    for (const path of pathsOf(whole).filter(each => each.length > 2)) {
      answer = replaced(whole, path, null);
      const { data: task } = await service.api.task(TASK);
      assert.equal(typeof task.status, 'string');
    }
  });

  it('of hardware: what cannot be rented is left out, prices are exact', async () => {
    const hardware = [
      {
        hardware_id: 3,
        hardware_name: 'G1ae.small',
        hardware_price: '0.1',
        region: ['global', 7, null],
        hardware_type: 'GPU',
      },
      {
        hardware_id: '4',
        hardware_name: 'X',
        hardware_price: 1e-7,
        hardware_status: 'available',
        expiry_time: 1_700_000_000,
      },
      { hardware_id: null, hardware_name: 'gone' },
      { hardware_id: 5, hardware_name: null },
      null,
      'text',
    ];
    answer = { status: 'success', data: { hardware } };
    const { data } = await service.api.machines('dynamic');
    assert.deepEqual(
      data.map(each => [
        each.id,
        each.pricePerHour,
        each.regions,
        each.status,
        each.type,
        each.expiresAt,
        each.pricing,
      ]),
      [
        [3, 10n ** 17n, ['global'], 'unknown', 'GPU', undefined, 'dynamic'],
        [4, 10n ** 11n, [], 'available', 'unknown', 1_700_000_000_000, 'dynamic'],
      ],
    );
  });

  it('of app images: a list or a mapping, web addresses alone', async () => {
    const expected = [{ name: 'a', url: 'https://github.com/x/a' }];
    for (const data of [
      [{ name: 'a', url: 'https://github.com/x/a' }, { name: 'b', url: 'file:///b' }, null, { url: 'https://x/' }],
      { a: 'https://github.com/x/a', b: 'javascript:1', c: null },
      { a: { url: 'https://github.com/x/a' }, b: {} },
    ]) {
      answer = { status: 'success', data };
      assert.deepEqual((await service.api.appImages()).data, expected);
    }
  });

  it('cannot be so large or so strange that what is shown is', async () => {
    const whole = recorded('task-deployment');
    const evil = `\u202e[x](command:evil)\u0000${'n'.repeat(3_000_000)}`;
    for (const key of ['name', 'comments', 'status']) {
      answer = replaced(whole, ['data', 'task', key], evil);
      const { data } = await service.api.task(TASK);
      assert.ok(
        JSON.stringify(data, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)).length < 20_000,
      );
    }
    answer = replaced(whole, ['data', 'task', 'uuid'], '../../../terminate_task?x=');
    assert.equal((await service.api.task(TASK)).data.id, '');
    const backend = createSwanBackend(
      {
        network: networkWith(service.url),
        key: keyOn(networkWith(service.url), 'k'),
        wallet: '0x',
        confirmations: 1,
        journalFolder: '/nowhere',
        id: 'me',
        isOthers: () => false,
      },
      { now: Date.now, elapsed: () => performance.now(), after: () => () => {}, random: Math.random },
    );
    answer = replaced(whole, ['data', 'task', 'uuid'], 'another');
    await assert.rejects(backend.tasks.get(TASK), { kind: 'protocol', message: /another task/ });
    answer = { status: 'success', data: { task: null } };
    await assert.rejects(backend.tasks.get(TASK), { kind: 'notFound' });
  });
});

function create(api: Api) {
  return api.createTask('dynamic', {
    duration: 3_600,
    cfg_name: 'C1ae.small',
    region: 'global',
    start_in: 300,
    wallet: '0x',
    job_source_uri: 'https://x/',
    preferred_cp: undefined,
    ip_whitelist: undefined,
  });
}

type Path = (string | number)[];

/** Where anything is, in a value. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return at.length > 0 ? [at] : [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(at.length > 0 ? [at] : []), ...entries.flatMap(([key, each]) => pathsOf(each, [...at, key]))];
}

/** A copy with something else at a path; `undefined` drops it. */
function replaced(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? replaced(each, rest, other) : each));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === key ? replaced(each, rest, other) : each]),
  );
}
