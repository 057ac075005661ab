import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { FetchInit } from '../../../src/core/fetching.js';
import { httpsFetch } from '../../../src/net/httpsFetch.js';
import { deferred } from '../../support/assertions.js';
import { httpServer, refusingPort, type TestServer, tcpServer } from '../../support/servers.js';

/** What both do alike: the one is used by itself, and the other where VS Code is around. */
for (const [name, send] of [
  ['the built-in fetch', fetch],
  ['fetch by Node’s https', httpsFetch],
] as const) {
  describe(name, () => {
    let server: TestServer | undefined;

    afterEach(() => server?.close());

    const init = (more: Partial<FetchInit> = {}): FetchInit => ({
      method: 'GET',
      headers: {},
      redirect: 'manual',
      signal: new AbortController().signal,
      ...more,
    });

    async function ask(answer: RequestListener, more?: Partial<FetchInit>): Promise<Response> {
      server = await httpServer(answer);
      return await send(`http://127.0.0.1:${server.port}/path?query=1`, init(more));
    }

    it('sends method, address, headers and body, and gives status, headers and body', async () => {
      const body = Buffer.from([0, 1, 255]);
      const response = await ask(
        (request, response) => {
          const { method, url, headers } = request;
          const told = [method, url, headers.authorization, headers['content-length'], headers['transfer-encoding']];
          response.writeHead(418, { 'X-Told': told.join('|'), 'Retry-After': '7' });
          request.pipe(response);
        },
        { method: 'POST', headers: { Authorization: 'Bearer k' }, body },
      );
      assert.equal(response.status, 418);
      assert.ok(!response.ok);
      assert.equal(response.headers.get('x-told'), 'POST|/path?query=1|Bearer k|3|');
      assert.equal(response.headers.get('retry-after'), '7');
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), body);
    });

    it('follows no redirect', async () => {
      const response = await ask((_request, response) => response.writeHead(302, { Location: '/elsewhere' }).end());
      assert.equal(response.status, 302);
    });

    it('gives an answer without a body', async () => {
      const response = await ask((_request, response) => response.writeHead(204).end());
      assert.deepEqual([response.status, await response.text()], [204, '']);
    });

    for (const [when, answer] of [
      ['before an answer', () => {}],
      ['in the middle of one', (_request, response) => response.write('half')],
    ] as [string, RequestListener][]) {
      it(`ends for the reason that is given, ${when}`, async () => {
        const why = new Error('That is why.');
        const abort = new AbortController();
        const closed = deferred();
        const asked = ask(
          (request, response) => {
            request.socket.on('close', () => closed.resolve());
            answer(request, response);
            setImmediate(() => abort.abort(why));
          },
          { signal: abort.signal },
        );
        await assert.rejects(async () => (await asked).text(), why);
        await closed.promise;
        await assert.rejects(send('http://127.0.0.1:1/', init({ signal: abort.signal })), why);
      });
    }

    it('rejects where the connection is refused, drops, or speaks no HTTP', async () => {
      await assert.rejects(send(`http://127.0.0.1:${await refusingPort()}/`, init()));
      const half = await ask((_request, response) => response.write('half', () => response.destroy()));
      await assert.rejects(half.text());
      await server?.close();
      for (const text of ['', 'nonsense\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n']) {
        server = await tcpServer(socket => void socket.on('error', () => {}).end(text));
        await assert.rejects(send(`http://127.0.0.1:${server.port}/`, init()));
        await server.close();
      }
    });

    it('stops reading where it is read no further', async () => {
      const closed = deferred();
      const response = await ask((request, response) => {
        request.socket.on('close', () => closed.resolve());
        const more = () => void response.write('x'.repeat(65_536), error => error ?? setImmediate(more));
        more();
      });
      for await (const chunk of response.body ?? []) if (chunk.length > 0) break;
      await closed.promise;
    });
  });
}

it('fetch by Node’s https takes no answer whose status is none', async () => {
  const server = await tcpServer(socket => void socket.end('HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'));
  const { signal } = new AbortController();
  const init: FetchInit = { method: 'GET', headers: {}, redirect: 'manual', signal };
  await assert.rejects(httpsFetch(`http://127.0.0.1:${server.port}/`, init), RangeError);
  await server.close();
});
