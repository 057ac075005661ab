import assert from 'node:assert/strict';
import type { ErrorKind } from '../../../src/core/errors.js';
import { createApi } from '../../../src/swan/api.js';
import { Transport } from '../../../src/swan/transport.js';
import { deferred, rejection } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';
import { httpServer, refusingPort } from '../../support/servers.js';
import { failed, type Script, type ScriptedService, scriptedService } from './service.js';

const LOGIN = 'POST /login_by_api_key';
const TERMINATE = 'POST /terminate_task';
const MACHINES = 'GET /cp/machines';

describe('calls of the orchestrator', () => {
  let service: ScriptedService;

  afterEach(() => service.close());

  async function serve(script: Script) {
    service = await scriptedService(script);
    return service.api;
  }

  it('carry the token that the key gives, and forms', async () => {
    const api = await serve(() => undefined);
    await api.extendTask('a-task', 3_600, '0xhash & more');
    const [login, call] = service.asked;
    assert.deepEqual(
      [login?.endpoint, login?.fields, login?.authorization],
      [LOGIN, { api_key: 'the-key' }, undefined],
    );
    assert.equal(call?.request.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual(
      [call?.endpoint, call?.fields, call?.authorization],
      ['POST /v2/extend_task', { task_uuid: 'a-task', duration: '3600', tx_hash: '0xhash & more' }, 'Bearer token-1'],
    );
  });

  it('log in once, however many wait for it', async () => {
    const api = await serve(() => undefined);
    await Promise.all([1, 2, 3].map(page => api.tasks('0x', page, 10).catch(() => {})));
    assert.equal(service.count(LOGIN), 1);
  });

  it('log in once more when the token has ended, also for calls that are made once', async () => {
    const api = await serve(({ endpoint, authorization }, response) =>
      endpoint !== LOGIN && authorization === 'Bearer token-1' ? failed(response, 'Token expired.', 401) : undefined,
    );
    await Promise.all([api.terminate('a'), api.terminate('b'), api.terminate('c')]);
    assert.equal(service.count(LOGIN), 2);
    assert.equal(service.count(TERMINATE), 6);
    await api.terminate('d');
    assert.equal(service.count(LOGIN), 2);
  });

  it('fail where the new token does not help', async () => {
    const api = await serve(({ endpoint }, response) =>
      endpoint === LOGIN ? undefined : failed(response, 'No.', 401),
    );
    const error = await rejection(api.terminate('a'), 'credentials');
    assert.match(error.message, /Sign in again\. It says: No\./);
    assert.deepEqual([service.count(LOGIN), service.count(TERMINATE)], [2, 2]);
  });

  for (const body of ['<html>Forbidden', '{"message":"Forbidden"}', '']) {
    it(`say nothing of the key where a proxy refuses with ${JSON.stringify(body)}, and keep the token`, async () => {
      let refuses = true;
      const api = await serve(({ endpoint }, response) =>
        refuses && endpoint === TERMINATE ? void response.writeHead(403).end(body) : undefined,
      );
      assert.match((await rejection(api.terminate('a'), 'network')).message, /HTTP 403/);
      refuses = false;
      await api.terminate('a');
      assert.equal(service.count(LOGIN), 1);
    });
  }

  it('say that the key was not accepted, in the service’s words, and quote no key', async () => {
    const api = await serve((_asked, response) => failed(response, 'Invalid API key.'));
    const error = await rejection(api.signIn(), 'credentials');
    assert.match(error.message, /did not accept the API key.*Invalid API key\./);
    assert.ok(!`${error.stack}${error.cause}`.includes('the-key'));
    assert.equal(service.count(LOGIN), 1);
  });

  for (const data of [null, 7, '', 'a b', 'ü', { token: 'x' }]) {
    it(`do not take ${JSON.stringify(data)} for a token`, async () => {
      const api = await serve((_asked, response) => void response.end(JSON.stringify({ status: 'success', data })));
      await assert.rejects(api.terminate('a'));
      assert.equal(service.count(TERMINATE), 0);
    });
  }

  it('fail with the service’s words, short and plain', async () => {
    const message = `Bad \u202e\u0007**thing** ${'x'.repeat(1_000_000)}`;
    const api = await serve(({ endpoint }, response) => (endpoint === LOGIN ? undefined : failed(response, message)));
    const error = await rejection(api.terminate('a'), 'service');
    assert.match(error.message, /^Swan: Bad +\*\*thing\*\* x+…$/);
    assert.ok(error.message.length < 400);
    assert.equal(error.retryable, false);
  });

  for (const message of [null, '', 7]) {
    it(`fail in words of our own where there are none: ${JSON.stringify(message)}`, async () => {
      const api = await serve(({ endpoint }, response) =>
        endpoint === LOGIN ? undefined : void response.end(JSON.stringify({ status: 'failed', message, data: null })),
      );
      assert.match((await rejection(api.terminate('a'), 'service')).message, /did not say why/);
    });
  }

  const statuses: [number, ErrorKind, number, number][] = [
    [400, 'service', 1, 1],
    [401, 'network', 4, 1],
    [403, 'network', 4, 1],
    [407, 'network', 4, 1],
    [404, 'service', 1, 1],
    [307, 'service', 1, 1],
    [429, 'busy', 4, 1],
    [500, 'service', 4, 1],
    [503, 'service', 4, 1],
  ];
  for (const [status, kind, reads, acts] of statuses) {
    it(`HTTP ${status} is ${kind}: a read is made ${reads} times, an act ${acts}`, async () => {
      const api = await serve(({ endpoint }, response) =>
        endpoint === LOGIN ? undefined : void response.writeHead(status, { Location: '/elsewhere' }).end('<html>'),
      );
      await rejection(api.machines('fixed'), kind);
      await rejection(api.terminate('a'), kind);
      assert.equal(service.count(MACHINES), reads);
      assert.equal(service.count(TERMINATE), acts);
      assert.equal(service.count('GET /elsewhere'), 0);
    });
  }

  it('HTTP 429 and 503 say how long to wait: seconds, or a date by the clock of the service, within bounds', async () => {
    const now = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const asked: [string, number | undefined][] = [
      ['7', 7_000],
      ['Wed, 21 Oct 2015 07:28:12 GMT', 12_000],
      ['Wed, 21 Oct 2015 07:27:12 GMT', undefined],
      ['later', undefined],
      ['-3', undefined],
      ['99999999999999999999999', 60_000],
      ['Wed, 21 Oct 9999 07:28:00 GMT', 60_000],
    ];
    for (const status of [429, 503]) {
      for (const [header, ms] of asked) {
        const api = await serve(({ endpoint }, response) =>
          endpoint === LOGIN ? undefined : void response.writeHead(status, { 'Retry-After': header, Date: now }).end(),
        );
        const error = await api.terminate('a').catch(reason => reason);
        assert.deepEqual([error.retryable, error.retryAfterMs], [true, ms], `${status}: ${header}`);
        await service.close();
      }
    }
  });

  it('that read get through when the service is well again', async () => {
    let calls = 0;
    const api = await serve(({ endpoint }, response) =>
      endpoint !== LOGIN && ++calls < 3 ? void response.destroy() : undefined,
    );
    assert.deepEqual((await api.machines('fixed')).data, []);
  });

  for (const body of ['', 'null', '[]', '7', '"text"', '{"status":"success"', '{}', '{"status":"success"}']) {
    it(`are no crash when the answer is ${JSON.stringify(body)}`, async () => {
      const api = await serve(({ endpoint }, response) => (endpoint === LOGIN ? undefined : void response.end(body)));
      await assert.rejects(api.machines('fixed'), { name: 'RemoteError' });
    });
  }

  it('do not read an endless answer to its end', async () => {
    const stopped = deferred();
    const api = await serve(({ endpoint }, response) => {
      if (endpoint === LOGIN) return undefined;
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        while (response.write(chunk));
      };
      response.on('drain', more).on('close', () => stopped.resolve());
      more();
      return 'later';
    });
    await rejection(api.terminate('a'), 'protocol');
    await stopped.promise;
  });

  it('can be called off, and time out', async () => {
    const arrived = deferred();
    const clock = new FakeClock();
    service = await scriptedService(({ endpoint }) => {
      if (endpoint === LOGIN) return undefined;
      arrived.resolve();
      return 'later';
    });
    const api = createApi(new Transport({ baseUrl: service.url, apiKey: 'the-key', clock }), clock);
    const abort = new AbortController();
    const off = rejection(api.machines('fixed', abort.signal), 'cancelled');
    await arrived.promise;
    abort.abort();
    await off;
    await rejection(api.machines('fixed', abort.signal), 'cancelled');
    const silent = deferred();
    service.asked.length = 0;
    const late = rejection(api.terminate('a'), 'timeout');
    const look = setInterval(() => service.asked.length > 0 && silent.resolve(), 5);
    await silent.promise;
    clearInterval(look);
    clock.advance(30_000);
    assert.match((await late).message, /may or may not have acted/);
    assert.equal(clock.pending, 0);
  });

  it('that reach nobody say so', async () => {
    service = await scriptedService(() => undefined);
    const clock = new FakeClock();
    const transport = new Transport({ baseUrl: `http://127.0.0.1:${await refusingPort()}`, apiKey: 'the-key', clock });
    assert.match(
      (await rejection(transport.signIn(), 'network')).message,
      /Swan could not be reached \(ECONNREFUSED\)/,
    );
  });

  it('do not follow a redirect, which would take the key along', async () => {
    let visits = 0;
    const elsewhere = await httpServer((_request, response) => {
      visits++;
      response.end();
    });
    const api = await serve(
      (_asked, response) => void response.writeHead(308, { Location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
    );
    await rejection(api.signIn(), 'service');
    assert.equal(visits, 0);
    await elsewhere.close();
  });
});
