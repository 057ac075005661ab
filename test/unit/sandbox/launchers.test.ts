import assert from 'node:assert/strict';
import { type DecthingsSandbox, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { Client, codeOf, list, post, resultOf, text } from './client.js';
import { until } from './until.js';

const SPEC = { cpus: 2, memoryMebibytes: 4096, diskMebibytes: 10240, gpus: { model: 'L4', count: 1 } };

describe('sandbox: launchers', () => {
  let sandbox: DecthingsSandbox;
  let client: Client;

  before(async () => {
    sandbox = await startDecthingsSandbox({ transitionMs: 300 });
    client = await Client.open(sandbox);
  });
  after(() => sandbox.close());

  const create = (name: string) =>
    client.id('PersistentLauncher', 'createPersistentLauncher', { name, spec: SPEC }, 'persistentLauncherId');
  const call = (method: string, params: object) => client.call('PersistentLauncher', method, params);
  const find = async (id: string) => {
    const found = resultOf(await call('getPersistentLaunchers', { filter: { ids: [id] } }));
    return list(found, 'persistentLaunchers')[0];
  };
  const stateOf = async (id: string) => (await find(id))?.state;
  const isActive = (id: string) =>
    until('active', async () => JSON.stringify(await stateOf(id)) === '{"type":"active"}');
  const openTerminal = (persistentLauncherId: string) =>
    client.id(
      'Terminal',
      'launchTerminalSession',
      { modelId: sandbox.modelIds[0], executionLocation: { type: 'persistentLauncher', persistentLauncherId } },
      'terminalSessionId',
    );

  it('is created, becomes active, and keeps its name and spec', async () => {
    const id = await create('first');
    assert.deepEqual(await stateOf(id), { type: 'creating' });
    await isActive(id);
    const launcher = await find(id);
    assert.equal(launcher?.name, 'first');
    assert.deepEqual(launcher?.spec, SPEC);
    assert.deepEqual(launcher?.running, []);
    assert.equal(typeof launcher?.createdAt, 'number');
  });

  it('lets what is launched on it while it is created wait for it', async () => {
    const id = await create('early');
    const terminal = await openTerminal(id);
    const launcher = await find(id);
    assert.deepEqual(launcher?.state, { type: 'active' });
    assert.deepEqual(launcher?.running, [{ id: terminal, type: 'terminal' }]);
  });

  it('stays, deleting, until nothing runs on it', async () => {
    const id = await create('busy');
    const terminal = await openTerminal(id);
    assert.deepEqual(resultOf(await call('deletePersistentLauncher', { persistentLauncherId: id })), {});
    assert.deepEqual(await stateOf(id), { type: 'deleting' });
    const again = await call('deletePersistentLauncher', { persistentLauncherId: id });
    assert.equal(codeOf(again), 'persistent_launcher_being_deleted');
    const location = { type: 'persistentLauncher', persistentLauncherId: id };
    const refused = { modelId: sandbox.modelIds[0], executionLocation: location };
    assert.equal(
      codeOf(await client.call('Terminal', 'launchTerminalSession', refused)),
      'persistent_launcher_not_found',
    );

    // Another one, created and deleted meanwhile, is gone long before.
    const other = await create('idle');
    await isActive(other);
    await call('deletePersistentLauncher', { persistentLauncherId: other });
    await until('gone', async () => (await find(other)) === undefined);
    assert.deepEqual(await stateOf(id), { type: 'deleting' });

    await client.call('Terminal', 'terminateTerminalSession', { terminalSessionId: terminal });
    await until('gone', async () => (await find(id)) === undefined);
    const gone = await call('deletePersistentLauncher', { persistentLauncherId: id });
    assert.equal(codeOf(gone), 'persistent_launcher_not_found');
  });

  it('is recreated, and what ran on it is lost', async () => {
    const id = await create('failing');
    const terminal = await openTerminal(id);
    sandbox.recreate(id);
    assert.deepEqual(await stateOf(id), { type: 'recreating', previous: 'exit' });
    assert.deepEqual(await client.exit(terminal), { code: 'launcher_terminated' });
    await isActive(id);
    assert.deepEqual((await find(id))?.running, []);
  });

  it('names the parameter that is wrong', async () => {
    const cases: [string, object, string][] = [
      ['createPersistentLauncher', { spec: SPEC }, 'name'],
      ['createPersistentLauncher', { name: ' ', spec: SPEC }, 'name'],
      ['createPersistentLauncher', { name: 'x', spec: { ...SPEC, cpus: 0 } }, 'spec.cpus'],
      ['createPersistentLauncher', { name: 'x', spec: { ...SPEC, memoryMebibytes: '4' } }, 'spec.memoryMebibytes'],
      ['createPersistentLauncher', { name: 'x', spec: { ...SPEC, gpus: { model: 'L4' } } }, 'spec.gpus.count'],
      ['getPersistentLaunchers', { offset: -1 }, 'offset'],
      ['getPersistentLaunchers', { limit: 1001 }, 'limit'],
      ['getPersistentLaunchers', { sort: 'colour' }, 'sort'],
      ['getPersistentLaunchers', { sortDirection: 'up' }, 'sortDirection'],
      ['getPersistentLaunchers', { filter: { ids: 'all' } }, 'filter.ids'],
      ['getSysinfo', {}, 'persistentLauncherId'],
      ['deletePersistentLauncher', { persistentLauncherId: 7 }, 'persistentLauncherId'],
    ];
    for (const [method, params, parameterName] of cases) {
      const response = await call(method, params);
      assert.equal(codeOf(response), 'invalid_parameter');
      const { error } = response as { error: { parameterName?: string; reason?: string } };
      assert.equal(error.parameterName, parameterName);
      assert.ok(error.reason);
    }
  });

  it('shows figures of this machine in proportion to the spec, from a time on', async () => {
    const id = await create('measured');
    const { cpus, memoryMebibytes, diskMebibytes } = SPEC;
    const [first] = list(resultOf(await call('getSysinfo', { persistentLauncherId: id })), 'sysinfo');
    assert.ok(first);
    const { timestamp, cpus: used, memory, disk } = first;
    assert.ok(typeof timestamp === 'number' && Math.abs(Date.now() - timestamp) < 60_000);
    assert.ok(typeof used === 'number' && used >= 0 && used <= cpus);
    assert.ok(typeof memory === 'number' && Number.isInteger(memory) && memory > 0 && memory < memoryMebibytes);
    assert.ok(typeof disk === 'number' && Number.isInteger(disk) && disk >= 0 && disk < diskMebibytes);
    const later = await call('getSysinfo', { persistentLauncherId: id, fromTimestamp: Date.now() + 1000 });
    assert.deepEqual(resultOf(later), { sysinfo: [] });
    assert.equal(codeOf(await call('getSysinfo', { persistentLauncherId: 'none' })), 'persistent_launcher_not_found');

    const small = { name: 'diskless', spec: { cpus: 1, memoryMebibytes: 512 } };
    const created = text(resultOf(await call('createPersistentLauncher', small)), 'persistentLauncherId');
    const [reading] = list(resultOf(await call('getSysinfo', { persistentLauncherId: created })), 'sysinfo');
    assert.ok(reading && !('disk' in reading));
  });

  it('refuses what is beyond the quota', async () => {
    for (const spec of [
      { ...SPEC, cpus: 1000 },
      { ...SPEC, memoryMebibytes: 2 ** 30 },
      { ...SPEC, diskMebibytes: 2 ** 30 },
      { ...SPEC, gpus: { model: 'H100', count: 9 } },
    ]) {
      assert.equal(codeOf(await call('createPersistentLauncher', { name: 'huge', spec })), 'quota_exceeded');
    }
    const created = await Promise.all(
      Array.from({ length: 501 }, () => call('createPersistentLauncher', { name: 'one of many', spec: SPEC })),
    );
    assert.equal(codeOf(created.at(-1) ?? { result: {} }), 'quota_exceeded');
  });
});

describe('sandbox: a large account', () => {
  let sandbox: DecthingsSandbox;
  before(async () => {
    sandbox = await startDecthingsSandbox({ launchers: 10_000 });
  });
  after(() => sandbox.close());

  const page = async (params: object) =>
    resultOf(await post(sandbox, 'PersistentLauncher/getPersistentLaunchers', params));
  const names = (result: object) => list(result, 'persistentLaunchers').map(({ name }) => String(name));

  it('gives 20 at a time unless asked otherwise', async () => {
    const result = await page({});
    assert.equal(names(result).length, 20);
    const { total, offset, limit } = result as { total: number; offset: number; limit: number };
    assert.deepEqual({ total, offset, limit }, { total: 10_000, offset: 0, limit: 20 });
  });

  it('gives every launcher once over all pages, in order', async () => {
    const seen: string[] = [];
    for (let offset = 0; offset < 10_000; offset += 1000)
      seen.push(...names(await page({ offset, limit: 1000, sort: 'name' })));
    assert.equal(new Set(seen).size, 10_000);
    assert.deepEqual(seen, [...seen].sort());
    assert.deepEqual(names(await page({ offset: 10_000 })), []);
  });

  it('sorts by creation in either direction', async () => {
    const times = async (sortDirection: string) => {
      const rows = list(await page({ limit: 1000, sort: 'createdAt', sortDirection }), 'persistentLaunchers');
      return rows.map(({ createdAt }) => Number(createdAt));
    };
    const oldest = await times('asc');
    const newest = await times('desc');
    assert.deepEqual(
      oldest,
      oldest.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      newest,
      newest.toSorted((a, b) => b - a),
    );
    assert.ok((oldest[0] ?? 0) < (newest[0] ?? 0));
  });

  it('searches by name in any case of letters, and by id', async () => {
    const result = await page({ filter: { searchName: 'LLM-FineTune' }, limit: 1000 });
    assert.equal(Reflect.get(result, 'total'), 1000);
    assert.ok(names(result).every(name => name.startsWith('llm-finetune-')));
    const [row] = list(result, 'persistentLaunchers');
    const byId = await page({ filter: { ids: [row?.id, 'none'] } });
    assert.deepEqual(list(byId, 'persistentLaunchers'), [row]);
    assert.equal(Reflect.get(await page({ filter: { ids: [] } }), 'total'), 0);
  });

  it('is mostly active, with GPUs, and with some that are in transition and stay so', async () => {
    const rows = list(await page({ limit: 100, sortDirection: 'desc' }), 'persistentLaunchers');
    const states = rows.map(({ state }) => text(Object(state), 'type'));
    assert.deepEqual([...new Set(states)].sort(), ['active', 'creating', 'recreating']);
    assert.ok(states.filter(type => type === 'active').length > 80);
    assert.ok(rows.some(({ spec }) => 'gpus' in Object(spec)));
    const running = rows.flatMap(({ running }) => running as { type: string }[]).map(({ type }) => type);
    assert.deepEqual(running.sort(), ['createModelState', 'evaluate', 'train']);
    const stuck = rows[states.indexOf('creating')];
    const executionLocation = { type: 'persistentLauncher', persistentLauncherId: stuck?.id };
    const response = await post(sandbox, 'Terminal/launchTerminalSession', {
      modelId: sandbox.modelIds[0],
      executionLocation,
    });
    assert.equal(codeOf(response), 'server_overloaded');
  });
});

describe('sandbox: models', () => {
  let sandbox: DecthingsSandbox;
  before(async () => {
    sandbox = await startDecthingsSandbox();
  });
  after(() => sandbox.close());

  const models = async (params: object) => list(resultOf(await post(sandbox, 'Model/getModels', params)), 'models');
  const names = async (params: object) => (await models(params)).map(({ name }) => name);

  it('are listed with what a client reads of them', async () => {
    const rows = await models({});
    assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set(sandbox.modelIds));
    for (const { name, description, createdAt } of rows) {
      assert.deepEqual([typeof name, typeof description, typeof createdAt], ['string', 'string', 'number']);
    }
  });

  it('are filtered, sorted and paged', async () => {
    const all = await names({ sort: 'name' });
    assert.deepEqual(all, ['demand-forecast', 'image-upscaler', 'mnist-classifier', 'sentiment-lstm']);
    assert.deepEqual(await names({ sort: 'name', sortDirection: 'desc', offset: 1, limit: 2 }), [all[2], all[1]]);
    assert.deepEqual(await names({ filter: { searchName: 'MNIST' } }), ['mnist-classifier']);
    assert.deepEqual(await names({ filter: { names: ['sentiment-lstm'] } }), ['sentiment-lstm']);
    assert.deepEqual(await names({ filter: { tags: ['tabular'] } }), ['demand-forecast']);
    assert.deepEqual(await names({ filter: { owners: ['nobody'] } }), []);
    assert.deepEqual(
      (await models({ filter: { ids: [sandbox.modelIds[1]] } })).map(({ id }) => id),
      [sandbox.modelIds[1]],
    );
  });
});
