import assert from 'node:assert/strict';
import https from 'node:https';
import { connect } from 'node:net';
import tls from 'node:tls';
import type { WebSocket } from 'ws';
import { type MessageSocket, type SocketHandlers, webSocketOpener } from '../../../src/decthings/socket.js';
import { deferred, rejection, until } from '../../support/assertions.js';
import { HarmfulProxy } from '../../support/proxy/proxy.js';
import { CERTIFICATE, secureWebSocketServer, type TestServer } from '../../support/servers.js';

describe('webSocketOpener, over TLS', () => {
  const originals = { request: https.request, connect: tls.connect };
  let server: TestServer;
  let proxy: HarmfulProxy;
  let received: { texts: string[]; closed: Promise<void>; remote: WebSocket }[];

  beforeEach(async () => {
    received = [];
    server = await secureWebSocketServer(remote => {
      const closed = deferred();
      const texts: string[] = [];
      received.push({ texts, closed: closed.promise, remote });
      remote.on('message', data => texts.push(String(data)));
      remote.on('error', () => {});
      remote.on('close', () => closed.resolve());
    });
    proxy = await HarmfulProxy.before(`wss://localhost:${server.port}`);
  });

  afterEach(async () => {
    https.request = originals.request;
    tls.connect = originals.connect;
    await proxy.close();
    await server.close();
  });

  function open(handlers: Partial<SocketHandlers> = {}): Promise<MessageSocket> {
    const given = { message: () => {}, alive: () => {}, closed: () => {}, ...handlers };
    return webSocketOpener(proxy.through(`wss://localhost:${server.port}`), 1024)(given);
  }

  /** As a machine does that has the certificate among its own. */
  function trust(more: tls.ConnectionOptions = {}): void {
    const connectTls = (options: tls.ConnectionOptions) =>
      originals.connect({ ...options, ca: CERTIFICATE, ...more, ...(more.socket ? { path: undefined } : {}) });
    tls.connect = connectTls as typeof tls.connect;
  }

  /** Another connection is in use when the stall of the first is over. */
  async function nextAndFlow(): Promise<void> {
    const next = await open();
    next.send(Buffer.from('newer'));
    await until(() => received[1]?.texts.length === 1, 'a message over the next connection');
    proxy.flow();
    await received[0]?.closed;
  }

  const ways: [string, () => void][] = [
    ['opened by itself', () => trust()],
    [
      'opened by an agent, as VS Code does',
      () => {
        trust();
        const request = (options: https.RequestOptions) => originals.request({ ...options, agent: new https.Agent() });
        https.request = request as typeof https.request;
      },
    ],
    [
      'on a connection to a proxy',
      () => {
        const { port } = new URL(proxy.through('wss://localhost'));
        trust({ socket: connect(Number(port), '127.0.0.1') });
      },
    ],
  ];
  for (const [how, prepare] of ways) {
    it(`what was not read when it was terminated does not arrive later; ${how}`, async () => {
      prepare();
      const closed = deferred();
      const former = await open({ closed: () => closed.resolve() });
      former.send(Buffer.from('before'));
      await until(() => received[0]?.texts.length === 1, 'the first message');
      proxy.stall('up');
      former.send(Buffer.from('in doubt'));
      await until(() => proxy.held('up') > 0, 'it is on its way');
      former.terminate();
      await closed.promise;
      trust();
      await nextAndFlow();
      assert.deepEqual(received[0]?.texts, ['before']);
    });
  }

  it('a broken stream ends so as well', async () => {
    trust();
    const closed = deferred();
    const socket = await open({ closed: () => closed.resolve() });
    proxy.stall('up');
    socket.send(Buffer.from('in doubt'));
    await until(() => proxy.held('up') > 0, 'it is on its way');
    received[0]?.remote.send('a text');
    await closed.promise;
    await nextAndFlow();
    assert.deepEqual(received[0]?.texts, []);
  });

  it('terminated while it closes, it ends', async () => {
    trust();
    const closed = deferred();
    const socket = await open({ closed: () => closed.resolve() });
    socket.close();
    socket.terminate();
    await closed.promise;
  });

  it('a certificate that nobody vouches for, or of another host, is refused', async () => {
    const cause = async () => Object((await rejection(open(), 'network')).cause).code;
    assert.equal(await cause(), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    trust({ servername: 'elsewhere.example' });
    assert.equal(await cause(), 'ERR_TLS_CERT_ALTNAME_INVALID');
    assert.equal(received.length, 0);
  });
});
