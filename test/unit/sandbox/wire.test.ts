import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { encodeWsRequest } from '../../../src/decthings/frames.js';
import { methods } from '../../../src/decthings/methods.js';
import { type DecthingsSandbox, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { Client, codeOf, post, resultOf } from './client.js';
import { until } from './until.js';

const LIST = 'PersistentLauncher/getPersistentLaunchers';

describe('sandbox: the wire', () => {
  let sandbox: DecthingsSandbox;
  before(async () => {
    sandbox = await startDecthingsSandbox();
  });
  after(() => sandbox.close());

  const listed = async (client: Client) => resultOf(await client.call('PersistentLauncher', 'getPersistentLaunchers'));
  const status = async (path: string, init: RequestInit = {}) => {
    const headers = { 'Content-Type': 'application/octet-stream' };
    const response = await fetch(`${sandbox.httpUrl}${path}`, { method: 'POST', headers, ...init });
    assert.equal((await response.arrayBuffer()).byteLength, 0);
    return response.status;
  };

  it('answers the same over both transports, on every method', async () => {
    const client = await Client.open(sandbox);
    for (const [api, names] of Object.entries(methods)) {
      for (const method of Object.keys(names)) {
        const wrong = { offset: 'none', debugSessionIds: 1, terminalSessionIds: 1, spawnedCommandIds: 1 };
        const overWs = await client.call(api, method, wrong);
        assert.equal(codeOf(overWs), 'invalid_parameter', `${api}.${method}`);
        assert.deepEqual(await post(sandbox, `${api}/${method}`, wrong), overWs);
      }
    }
    client.ws.terminate();
  });

  it('listens on the loopback only', () => {
    assert.match(sandbox.httpUrl, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/v0$/);
    assert.match(sandbox.wsUrl, /^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/v0\/ws$/);
  });

  it('refuses a wrong and a missing key', async () => {
    const stranger = { ...sandbox, apiKey: 'wrong' };
    assert.equal(codeOf(await post(stranger, LIST)), 'bad_credentials');
    const client = await Client.open(stranger);
    assert.equal(codeOf(await client.call('Model', 'getModels')), 'bad_credentials');
    client.ws.terminate();
    const anonymous = new WebSocket(sandbox.wsUrl);
    await new Promise(resolve => anonymous.once('open', resolve));
    anonymous.send(encodeWsRequest(1, { api: 'Model', method: 'getModels', params: {} }));
    const [data] = await new Promise<[Buffer]>(resolve => anonymous.once('message', data => resolve([data as Buffer])));
    assert.match(data.toString(), /bad_credentials/);
    anonymous.terminate();
  });

  it('knows its paths, and says nothing in a frame elsewhere', async () => {
    assert.equal(await status('/Model/getModel'), 404);
    assert.equal(await status('/constructor/toString'), 404);
    assert.equal(await status('/Model/getModels/more'), 404);
    assert.equal(await status('/Model/getModels', { method: 'PUT', body: 'x' }), 405);
    assert.equal(
      await status('/Model/getModels', { headers: { 'Content-Type': 'application/json' }, body: '{}' }),
      415,
    );
    const client = await Client.open(sandbox);
    const response = await client.call('Model', 'constructor');
    assert.equal(codeOf(response), 'invalid_parameter');
    client.ws.terminate();
    const lost = new WebSocket(sandbox.wsUrl.replace('/ws', '/elsewhere'));
    const error = await new Promise<Error>(resolve => lost.once('error', resolve));
    assert.match(error.message, /404/);
  });

  it('survives malformed and oversized messages', async () => {
    assert.equal(await status('/Model/getModels', { body: new Uint8Array([9, 9, 9]) }), 400);
    assert.equal(await status('/Model/getModels', { body: new Uint8Array() }), 400);
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': 2 ** 40 };
    const large = request(`${sandbox.httpUrl}/Model/getModels`, { method: 'POST', headers });
    large.on('error', () => {});
    large.flushHeaders();
    assert.equal(await new Promise(resolve => large.on('response', ({ statusCode }) => resolve(statusCode))), 413);
    large.destroy();

    const closes: [number, (ws: WebSocket) => void][] = [
      [1002, ws => ws.send(new Uint8Array([1, 2, 3]))],
      [1002, ws => ws.send(new Uint8Array())],
      [1003, ws => ws.send('text')],
      [1009, ws => ws.send(Buffer.alloc(64 * 1024 * 1024 + 1))],
    ];
    for (const [code, send] of closes) {
      const client = await Client.open(sandbox);
      const closed = client.closed();
      send(client.ws);
      assert.equal(await closed, code);
    }
    for (let count = 0; count < 60; count++) {
      const client = await Client.open(sandbox);
      const closed = client.closed();
      client.ws.send(randomBytes(1 + (count % 60)));
      assert.equal(await closed, 1002);
    }
    await listed(await Client.open(sandbox));
  });

  it('carries the calls of one socket out in order', async () => {
    const client = await Client.open(sandbox);
    const create = { name: 'measured', spec: { cpus: 1, memoryMebibytes: 512 } };
    const launcher = await client.id('PersistentLauncher', 'createPersistentLauncher', create, 'persistentLauncherId');
    const order: number[] = [];
    const calls = Array.from({ length: 50 }, async (_, index) => {
      // Every other call takes a while; none overtakes another.
      await (index % 2 === 0
        ? client.call('PersistentLauncher', 'getSysinfo', { persistentLauncherId: launcher })
        : client.call('Model', 'getModels'));
      order.push(index);
    });
    await Promise.all(calls);
    assert.deepEqual(order, [...order.keys()]);
    client.ws.terminate();
  });

  it('fails as often as it is told to, over either transport', async () => {
    const client = await Client.open(sandbox);
    const fail = { api: 'PersistentLauncher', method: 'getPersistentLaunchers' };
    for (const code of ['payment_required', 'too_many_requests', 'unknown', 'server_overloaded', 'something_new']) {
      sandbox.fail({ ...fail, code, times: 2 });
      assert.equal(codeOf(await post(sandbox, LIST)), code);
      assert.equal(codeOf(await client.call(fail.api, fail.method)), code);
      await listed(client);
    }
    client.ws.terminate();
  });

  it('obeys a test in another process that has its key', async () => {
    const control = (act: string, body: object, key = sandbox.apiKey) =>
      fetch(sandbox.httpUrl.replace('/v0', `/sandbox/${act}`), {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const fail = { api: 'Model', method: 'getModels', code: 'unknown', httpStatus: 502, times: 1 };
    assert.equal((await control('fail', fail, 'wrong')).status, 401);
    assert.equal((await control('fail', { api: 'Model' })).status, 400);
    assert.equal((await control('recreate', { persistentLauncherId: 'none' })).status, 400);
    assert.equal((await control('fail', fail)).status, 200);
    assert.equal(await status('/Model/getModels', { body: new Uint8Array([0, 2, 0x7b, 0x7d]) }), 502);
    resultOf(await post(sandbox, 'Model/getModels'));

    const client = await Client.open(sandbox);
    const headers = { Authorization: `Bearer ${sandbox.apiKey}` };
    const stats = await fetch(sandbox.httpUrl.replace('/v0', '/sandbox/stats'), { headers });
    assert.deepEqual(await stats.json(), sandbox.stats());
    const closed = client.closed();
    assert.equal((await control('drop', {})).status, 200);
    assert.equal(await closed, 1006);
    await until('every socket closed', () => sandbox.stats().sockets === 0);
    await listed(await Client.open(sandbox));
  });

  it('counts the calls it gets', async () => {
    const before = new Map(Object.entries(sandbox.stats().calls));
    await post(sandbox, 'Model/getModels');
    assert.equal(sandbox.stats().calls['Model.getModels'], (before.get('Model.getModels') ?? 0) + 1);
  });
});
