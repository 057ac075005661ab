import assert from 'node:assert/strict';
import type { MachineBackend } from '../../../src/core/backend.js';
import type { MachineSpec } from '../../../src/core/resources.js';
import { createDecthingsBackend } from '../../../src/decthings/backend.js';
import {
  decodeHttpRequest,
  decodeWsRequest,
  encodeHttpResponse,
  encodeWsResponse,
} from '../../../src/decthings/frames.js';
import { deferred } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';
import { keyFor } from '../../support/key.js';
import { httpServer, type TestServer, webSocketServer } from '../../support/servers.js';
import { told } from '../../support/told.js';

const spec = told<MachineSpec>({ cpus: 2, memoryMebibytes: 4096, gpus: { model: 'L4', count: 1 } });
const location = { type: 'persistentLauncher', persistentLauncherId: 'l1' } as const;
const page = { total: 41, offset: 0, limit: 20 };

/** What the service answers, by method. */
const results: Record<string, object> = {
  getPersistentLaunchers: {
    persistentLaunchers: [{ id: 'l1', name: 'one', spec, state: { type: 'active' } }],
    ...page,
  },
  createPersistentLauncher: { persistentLauncherId: 'l2' },
  getSysinfo: { sysinfo: [{ timestamp: 1, cpus: 0.5, memory: 100 }] },
  getModels: { models: [{ id: 'm1', name: 'model' }], ...page },
  getDebugSessions: { debugSessions: [{ id: 'd1', startedAt: 1, modelId: 'm1', executionLocation: location }] },
  getTerminalSessions: { terminalSessions: [{ id: 't1', startedAt: 1, modelId: 'm1', executionLocation: location }] },
};

describe('the Decthings backend', () => {
  let http: TestServer;
  let sent: [path: string, params: unknown][];
  /** Stands in for {@link results}, where it is set. */
  let answer: ((params: { offset?: number; filter: { ids: string[] } }) => object) | undefined;

  before(async () => {
    http = await httpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const path = request.url?.slice(1) ?? '';
      const { params } = decodeHttpRequest(Buffer.concat(chunks));
      sent.push([path, params]);
      const result = answer?.(Object(params)) ?? results[path.split('/')[1] ?? ''] ?? {};
      response.end(encodeHttpResponse({ result }));
    });
  });
  beforeEach(() => {
    sent = [];
    answer = undefined;
  });
  after(() => http.close());

  const backend = (wsUrl = 'ws://127.0.0.1:1') => {
    const httpUrl = `http://127.0.0.1:${http.port}`;
    return createDecthingsBackend({ httpUrl, wsUrl, key: keyFor('key', [httpUrl, wsUrl]) }, new FakeClock());
  };

  const calls: [string, (service: MachineBackend) => Promise<unknown>, path: string, params: object][] = [
    [
      'lists launchers as asked',
      service => service.launchers.list({ offset: 20, limit: 10, search: 'gpu', sort: 'createdAt', descending: true }),
      'PersistentLauncher/getPersistentLaunchers',
      { offset: 20, limit: 10, filter: { searchName: 'gpu' }, sort: 'createdAt', sortDirection: 'desc' },
    ],
    [
      'leaves what was not asked to the service',
      service => service.launchers.list({ search: '' }),
      'PersistentLauncher/getPersistentLaunchers',
      {},
    ],
    [
      'finds launchers by id',
      service => service.launchers.find(['l1']),
      'PersistentLauncher/getPersistentLaunchers',
      { filter: { ids: ['l1'] }, limit: 1 },
    ],
    [
      'creates a launcher',
      service => service.launchers.create('two', spec),
      'PersistentLauncher/createPersistentLauncher',
      { name: 'two', spec },
    ],
    [
      'deletes a launcher',
      service => service.launchers.delete('l1'),
      'PersistentLauncher/deletePersistentLauncher',
      { persistentLauncherId: 'l1' },
    ],
    [
      'reads what a launcher uses',
      service => service.launchers.sysinfo('l1', 5),
      'PersistentLauncher/getSysinfo',
      { persistentLauncherId: 'l1', fromTimestamp: 5 },
    ],
    [
      'lists models',
      service => service.models.list({ descending: false }),
      'Model/getModels',
      { sortDirection: 'asc' },
    ],
    ['finds models', service => service.models.find(['m1']), 'Model/getModels', { filter: { ids: ['m1'] }, limit: 1 }],
    ['lists debug sessions', service => service.debugSessions.list(), 'Debug/getDebugSessions', {}],
    [
      'ends a debug session',
      service => service.debugSessions.terminate('d1'),
      'Debug/terminateDebugSession',
      { debugSessionId: 'd1' },
    ],
    ['lists terminals', service => service.terminals.list(), 'Terminal/getTerminalSessions', {}],
    [
      'ends a terminal',
      service => service.terminals.terminate('t1'),
      'Terminal/terminateTerminalSession',
      { terminalSessionId: 't1' },
    ],
    [
      'lets a terminal reach another model',
      service => service.terminals.addFilesystemAccess('t1', 'm2'),
      'Terminal/addFilesystemAccessForTerminalSession',
      { terminalSessionId: 't1', modelId: 'm2' },
    ],
    [
      'ends a terminal that runs on a launcher',
      service => service.endRunning('terminal', 't1'),
      'Terminal/terminateTerminalSession',
      { terminalSessionId: 't1' },
    ],
    [
      'ends a debug session that runs on a launcher',
      service => service.endRunning('debug', 'd1'),
      'Debug/terminateDebugSession',
      { debugSessionId: 'd1' },
    ],
    [
      'ends a command that runs on a launcher',
      service => service.endRunning('spawned', 's1'),
      'Spawned/terminateSpawnedCommand',
      { spawnedCommandId: 's1' },
    ],
  ];
  for (const [what, act, path, params] of calls) {
    it(what, async () => {
      await act(backend());
      assert.deepEqual(sent, [[path, params]]);
    });
  }

  it('gives rows and their total', async () => {
    const { rows, total } = await backend().launchers.list({});
    assert.deepEqual([rows[0]?.name, rows[0]?.running, total], ['one', [], 41]);
    assert.equal((await backend().models.list({})).rows[0]?.name, 'model');
    assert.equal((await backend().debugSessions.list())[0]?.id, 'd1');
    assert.equal((await backend().terminals.list())[0]?.executionLocation.persistentLauncherId, 'l1');
    assert.equal(await backend().launchers.create('two', spec), 'l2');
  });

  it('finds all of many, though the service gives few at a time', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `m${n}`);
    const there = ids.slice(0, 30).map(id => ({ id, name: `name of ${id}` }));
    answer = ({ offset = 0, filter }) => {
      const rows = there.filter(({ id }) => filter.ids.includes(id));
      return { models: rows.slice(offset, offset + 20), total: rows.length, offset, limit: 20 };
    };
    assert.deepEqual(await backend().models.find(ids), there);
    assert.deepEqual(
      sent.map(([, params]) => Object(params).offset),
      [undefined, 20],
    );
  });

  it('does not ask for ever where the total is wrong', async () => {
    answer = ({ filter }) => ({ models: [{ id: filter.ids[0], name: 'one' }], total: 1_000, offset: 0, limit: 20 });
    assert.deepEqual(
      (await backend().models.find(['a', 'b'])).map(({ id }) => id),
      ['a'],
    );
    assert.equal(sent.length, 2);
  });

  it('asks nothing about no ids', async () => {
    assert.deepEqual([await backend().launchers.find([]), await backend().models.find([])], [[], []]);
    assert.deepEqual(sent, []);
  });

  it('cannot end what trains or evaluates', async () => {
    assert.equal(await backend().endRunning('train', 'x'), false);
    assert.equal(await backend().endRunning('terminal', 't1'), true);
    assert.equal(sent.length, 1);
  });

  it('opens a WebSocket for each terminal and each followed debug session', async () => {
    const methods: string[] = [];
    const three = deferred();
    const server = await webSocketServer(socket =>
      socket.once('message', data => {
        const { id, message } = decodeWsRequest(data as Buffer);
        assert.equal(message.apiKey, 'key');
        methods.push(message.method);
        socket.send(encodeWsResponse(id, { result: {} }));
        if (methods.length === 3) three.resolve();
      }),
    );
    const service = backend(`ws://127.0.0.1:${server.port}`);
    const ended: string[] = [];
    const handlers = { data() {}, exit() {}, alive() {}, closed: () => ended.push('terminal') };
    const links = await Promise.all([service.terminals.connect(handlers), service.terminals.connect(handlers)]);
    await Promise.all(links.map(link => link.write('t1', Buffer.from('x'))));
    const watching = service.debugSessions.watch('d1', { output() {}, exit() {}, closed: () => ended.push('debug') });
    await three.promise;
    assert.deepEqual(methods, ['writeToTerminalSession', 'writeToTerminalSession', 'subscribeToEvents']);
    watching.dispose();
    await server.close();
  });
});
