import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ErrorKind, RemoteError } from '../../../src/core/errors.js';
import { decodeHttpRequest, encodeHttpResponse } from '../../../src/decthings/frames.js';
import { HttpTransport } from '../../../src/decthings/http.js';
import type { CallOptions } from '../../../src/decthings/transport.js';
import { deferred, rejection } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';
import { httpServer, refusingPort, type TestServer } from '../../support/servers.js';

describe('HttpTransport', () => {
  const clock = new FakeClock();
  const servers: TestServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map(server => server.close()));
    assert.equal(clock.pending, 0, 'a time-out is left behind');
  });

  async function call(answer: RequestListener, options: CallOptions = {}, apiKey: string | undefined = 'the-key') {
    const server = await httpServer(answer);
    servers.push(server);
    const transport = new HttpTransport({ baseUrl: `http://127.0.0.1:${server.port}/v0`, apiKey, clock });
    return transport.call('Terminal', 'getTerminalSessions', { a: 'å' }, options);
  }

  const status =
    (code: number, headers: Record<string, string> = {}): RequestListener =>
    (_request, response) =>
      response.writeHead(code, headers).end('<html>no frame</html>');

  it('posts a frame with the key, and gives the result and the blobs', async () => {
    const seen = deferred<{ request: IncomingMessage; body: Buffer }>();
    const reply = await call(
      async (request, response) => {
        seen.resolve({ request, body: await bodyOf(request) });
        response.end(encodeHttpResponse({ result: { ok: true } }, [Buffer.from('one'), Buffer.from('')]));
      },
      { blobs: [Buffer.from('in')] },
    );
    assert.deepEqual(reply.result, { ok: true });
    assert.deepEqual(
      reply.blobs.map(blob => Buffer.from(blob).toString()),
      ['one', ''],
    );
    const { request, body } = await seen.promise;
    assert.equal(`${request.method} ${request.url}`, 'POST /v0/Terminal/getTerminalSessions');
    assert.equal(request.headers.authorization, 'Bearer the-key');
    assert.equal(request.headers['content-type'], 'application/octet-stream');
    const { params, blobs } = decodeHttpRequest(body);
    assert.deepEqual(params, { a: 'å' });
    assert.equal(Buffer.concat(blobs).toString(), 'in');
  });

  it('without a key sends no Authorization', async () => {
    const headers = deferred<IncomingMessage['headers']>();
    const transport = async (request: IncomingMessage, response: ServerResponse) => {
      headers.resolve(request.headers);
      response.end(encodeHttpResponse({ result: {} }));
    };
    const server = await httpServer(transport);
    servers.push(server);
    await new HttpTransport({ baseUrl: `http://127.0.0.1:${server.port}`, clock }).call('Model', 'getModels', {});
    assert.equal((await headers.promise).authorization, undefined);
  });

  it('only the service itself says that the key is not accepted, in a frame', async () => {
    const body = encodeHttpResponse({ error: { code: 'bad_credentials' } });
    await rejection(
      call((_request, response) => response.end(body)),
      'credentials',
    );
    const page = '<html>{"error":{"code":"bad_credentials"}}';
    const error = await rejection(
      call((_request, response) => response.writeHead(403).end(page)),
      'network',
    );
    assert.match(error.message, /proxy or a firewall, refuses the connection \(HTTP 403\)/);
    await rejection(
      call((_request, response) => response.end('<html>Sign in to the network')),
      'protocol',
    );
  });

  it('an error of the service keeps its code', async () => {
    const body = encodeHttpResponse({ error: { code: 'quota_exceeded' } });
    const error = await rejection(
      call((_request, response) => response.end(body)),
      'refused',
    );
    assert.equal(error.code, 'quota_exceeded');
  });

  const statuses: [number, ErrorKind, boolean][] = [
    [401, 'network', true],
    [403, 'network', true],
    [511, 'network', true],
    [404, 'service', false],
    [418, 'service', false],
    [429, 'busy', true],
    [500, 'service', true],
    [502, 'service', true],
    [503, 'service', true],
  ];
  for (const [code, kind, retryable] of statuses) {
    it(`HTTP ${code} is an error of kind ${kind}`, async () => {
      const error = await rejection(call(status(code)), kind);
      assert.equal(error.code, `http_${code}`);
      assert.equal(error.retryable, retryable);
    });
  }

  it('HTTP 429 says how long to wait', async () => {
    const error = await rejection(call(status(429, { 'Retry-After': '7' })), 'busy');
    assert.equal(error.retryAfterMs, 7_000);
  });

  it('a Retry-After may be a date by the clock of the service, and asks for nothing where it is past or none', async () => {
    const now = 'Fri, 31 Dec 1999 23:59:49 GMT';
    const error = await rejection(
      call(status(503, { 'Retry-After': 'Fri, 31 Dec 1999 23:59:59 GMT', Date: now })),
      'service',
    );
    assert.equal(error.retryAfterMs, 10_000);
    for (const header of ['Fri, 31 Dec 1999 23:59:39 GMT', 'soon']) {
      const past = await rejection(call(status(429, { 'Retry-After': header, Date: now })), 'busy');
      assert.equal(past.retryAfterMs, undefined);
    }
  });

  it('does not follow a redirect, which would take the key along', async () => {
    let visits = 0;
    const elsewhere = await httpServer((_request, response) => {
      visits++;
      response.end(encodeHttpResponse({ result: {} }));
    });
    try {
      const error = await rejection(call(status(307, { Location: `http://127.0.0.1:${elsewhere.port}/` })), 'service');
      assert.equal(error.code, 'http_307');
      assert.equal(visits, 0);
    } finally {
      await elsewhere.close();
    }
  });

  it('a body that is no frame is a protocol error', async () => {
    await rejection(call(status(200)), 'protocol');
  });

  it('a frame cut short is a protocol error', async () => {
    const body = encodeHttpResponse({ result: { text: 'long enough' } });
    await rejection(
      call((_request, response) => response.end(body.subarray(0, body.length - 3))),
      'protocol',
    );
  });

  it('a connection cut while the body comes is a network error', async () => {
    const answer: RequestListener = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('some', () => response.destroy());
    };
    assert.equal((await rejection(call(answer), 'network')).retryable, true);
  });

  it('does not read an endless answer to its end', async () => {
    const stopped = deferred();
    const answer: RequestListener = (_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (response.write(chunk));
      };
      response.on('drain', more).on('close', () => stopped.resolve());
      more();
    };
    await rejection(call(answer), 'protocol');
    await stopped.promise;
  });

  it('a refused connection is a network error that names the reason', async () => {
    const baseUrl = `http://127.0.0.1:${await refusingPort()}`;
    const transport = new HttpTransport({ baseUrl, clock });
    assert.match((await rejection(transport.call('Model', 'getModels', {}), 'network')).message, /ECONNREFUSED/);
  });

  it('an address that is none is a network error', async () => {
    const transport = new HttpTransport({ baseUrl: 'nowhere', clock });
    await rejection(transport.call('Model', 'getModels', {}), 'network');
  });

  it('aborting ends the call and the request', async () => {
    const abort = new AbortController();
    const ended = deferred();
    const answer: RequestListener = (_request, response) => {
      response.on('close', () => ended.resolve());
      abort.abort();
    };
    await rejection(call(answer, { signal: abort.signal }), 'cancelled');
    await ended.promise;
  });

  it('aborted beforehand, nothing is sent', async () => {
    let requests = 0;
    await rejection(
      call(() => requests++, { signal: AbortSignal.abort() }),
      'cancelled',
    );
    assert.equal(requests, 0);
  });

  it('gives up after the time-out, and says that the outcome is unknown', async () => {
    const arrived = deferred();
    const failed = rejection(
      call(() => arrived.resolve()),
      'timeout',
    );
    await arrived.promise;
    clock.advance(29_999);
    assert.equal(clock.pending, 1);
    clock.advance(1);
    assert.match((await failed).message, /30 s.*may or may not/);
  });

  it('the time-out also bounds a body that stops coming', async () => {
    const started = deferred();
    const answer: RequestListener = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('some', () => started.resolve());
    };
    const failed = rejection(call(answer, { timeoutMs: 500 }), 'timeout');
    await started.promise;
    clock.advance(500);
    await failed;
  });

  it('a key that cannot stand in a header is refused without being quoted', async () => {
    for (const key of ['se cret', 'secret\r\nX-Evil: 1', 'secret…']) {
      const error = await rejection(call(status(200), {}, key), 'credentials');
      assert.ok(error instanceof RemoteError && !`${error.stack} ${error.cause}`.includes('ecret'));
    }
  });
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
