import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ErrorKind, RemoteError } from '../../../src/core/errors.js';
import { type MessageSocket, type SocketHandlers, webSocketOpener } from '../../../src/decthings/socket.js';
import { deferred, rejection, until } from '../../support/assertions.js';
import { refusingPort, type TestServer, tcpServer, webSocketServer } from '../../support/servers.js';

const LIMIT = 1024 * 1024;

describe('webSocketOpener', () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  function handlers() {
    const messages: string[] = [];
    const closed = deferred<RemoteError>();
    let alive = 0;
    let closes = 0;
    const given: SocketHandlers = {
      message: bytes => messages.push(Buffer.from(bytes).toString()),
      alive: () => alive++,
      closed: error => {
        closes++;
        closed.resolve(error);
      },
    };
    return { given, messages, closed: closed.promise, alive: () => alive, closes: () => closes };
  }

  async function open(connected: (remote: WebSocket) => void, limit = LIMIT) {
    const remote = deferred<WebSocket>();
    server = await webSocketServer(socket => {
      socket.on('error', () => {});
      connected(socket);
      remote.resolve(socket);
    });
    const ours = handlers();
    const socket = await webSocketOpener(`ws://127.0.0.1:${server.port}`, limit)(ours.given);
    return { ...ours, socket, remote: await remote.promise };
  }

  it('carries binary messages both ways, in order', async () => {
    const received: string[] = [];
    const { socket, messages, remote } = await open(each => each.on('message', data => received.push(String(data))));
    for (const each of ['1', '2', '3']) {
      socket.send(Buffer.from(each));
      remote.send(Buffer.from(each));
    }
    await until(() => messages.length === 3 && received.length === 3, 'three messages each way');
    assert.deepEqual(
      [messages, received],
      [
        ['1', '2', '3'],
        ['1', '2', '3'],
      ],
    );
  });

  it('answers to a ping are a sign of life', async () => {
    const { socket, alive } = await open(() => {});
    assert.equal(alive(), 0);
    socket.ping();
    await until(() => alive() > 0, 'a pong');
  });

  it('a part of a message is a sign of life', async () => {
    const { remote, alive, messages } = await open(() => {});
    remote.send(Buffer.alloc(10), { fin: false });
    await until(() => alive() > 0, 'a sign of life');
    assert.deepEqual(messages, []);
  });

  const closes: [number, ErrorKind][] = [
    [1000, 'network'],
    [1001, 'network'],
    [1002, 'protocol'],
    [1003, 'protocol'],
    [1008, 'network'],
    [1009, 'protocol'],
    [1011, 'network'],
    [1012, 'busy'],
    [1013, 'busy'],
    [4000, 'network'],
  ];
  for (const [code, kind] of closes) {
    it(`a close with ${code} is an error of kind ${kind}`, async () => {
      const { closed } = await open(socket => socket.close(code));
      const error = await closed;
      assert.deepEqual([error.kind, error.code], [kind, `close_${code}`]);
    });
  }

  it('a cut connection is a network error, told once', async () => {
    const { closed, closes: times, remote, socket } = await open(() => {});
    remote.terminate();
    assert.equal((await closed).kind, 'network');
    // None of these may throw, or tell again.
    socket.send(Buffer.from('x'));
    socket.ping();
    socket.pause();
    socket.resume();
    socket.close();
    socket.terminate();
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(times(), 1);
  });

  it('a text message ends it as a protocol error', async () => {
    const { closed, messages } = await open(socket => socket.send('text'));
    assert.equal((await closed).kind, 'protocol');
    assert.deepEqual(messages, []);
  });

  it('a message over the limit ends it before it is read', async () => {
    const { closed, messages } = await open(socket => socket.send(Buffer.alloc(2_000)), 1_000);
    assert.equal((await closed).kind, 'protocol');
    assert.deepEqual(messages, []);
  });

  it('a claimed length beyond all measure ends it', async () => {
    server = await webSocketServer(socket => {
      const { _socket: raw } = socket as WebSocket & { _socket: Socket };
      raw.write(Buffer.from('827f7fffffffffffffff', 'hex'));
      // It agrees to no close either.
      raw.pause();
    });
    const ours = handlers();
    await webSocketOpener(`ws://127.0.0.1:${server.port}`, LIMIT)(ours.given);
    assert.equal((await ours.closed).kind, 'protocol');
  });

  const statuses: [number, ErrorKind][] = [
    [200, 'service'],
    [301, 'service'],
    [401, 'network'],
    [403, 'network'],
    [407, 'network'],
    [404, 'service'],
    [429, 'busy'],
    [502, 'service'],
  ];
  for (const [status, kind] of statuses) {
    it(`a handshake answered with ${status} is an error of kind ${kind}`, async () => {
      const port = await refusingPort();
      server = await tcpServer(socket =>
        socket.on('data', () =>
          socket.write(`HTTP/1.1 ${status} No\r\nRetry-After: 3\r\nLocation: http://127.0.0.1:${port}/\r\n\r\n`),
        ),
      );
      const ours = handlers();
      const error = await rejection(webSocketOpener(`ws://127.0.0.1:${server.port}`, LIMIT)(ours.given), kind);
      assert.deepEqual([error.code, error.retryAfterMs], [`http_${status}`, status === 429 ? 3_000 : undefined]);
      assert.equal(ours.closes(), 0);
    });
  }

  it('a handshake that makes no sense, and one cut short, are network errors', async () => {
    for (const answer of [
      'SSH-2.0-OpenSSH_9.2\r\n',
      'HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nUpgrade: h2\r\n\r\n',
      '',
    ]) {
      server = await tcpServer(socket => socket.on('data', () => socket.end(answer)));
      await rejection(webSocketOpener(`ws://127.0.0.1:${server.port}`, LIMIT)(handlers().given), 'network');
      await server.close();
    }
  });

  it('a handshake that never comes is given up', async () => {
    server = await tcpServer(() => {});
    const open = webSocketOpener(`ws://127.0.0.1:${server.port}`, LIMIT, 20);
    await rejection(open(handlers().given), 'network');
  });

  it('a refused connection and an address that is none are network errors', async () => {
    const port = await refusingPort();
    await rejection(webSocketOpener(`ws://127.0.0.1:${port}`, LIMIT)(handlers().given), 'network');
    await rejection(webSocketOpener('nowhere', LIMIT)(handlers().given), 'network');
  });

  it('can be cancelled before and while connecting', async () => {
    const arrived = deferred();
    const left = deferred();
    server = await tcpServer(socket => {
      socket.on('close', () => left.resolve()).on('error', () => {});
      arrived.resolve();
    });
    const open = webSocketOpener(`ws://127.0.0.1:${server.port}`, LIMIT);
    await rejection(open(handlers().given, AbortSignal.abort()), 'cancelled');
    const abort = new AbortController();
    const cancelled = rejection(open(handlers().given, abort.signal), 'cancelled');
    await arrived.promise;
    abort.abort();
    await cancelled;
    await left.promise;
  });

  it('an abort after it opened does nothing', async () => {
    server = await webSocketServer(socket => socket.on('message', data => socket.send(data)));
    const abort = new AbortController();
    const ours = handlers();
    const socket = await webSocketOpener(`ws://127.0.0.1:${server.port}`, LIMIT)(ours.given, abort.signal);
    abort.abort();
    socket.send(Buffer.from('still there'));
    await until(() => ours.messages.length === 1, 'an echo');
  });

  it('paused, reads nothing more and makes the other end hold back; resumed, goes on', async () => {
    const { socket, messages, remote } = await open(() => {});
    socket.pause();
    const flood = Buffer.alloc(256 * 1024, 0x61);
    for (let sent = 0; sent < 100; sent++) remote.send(flood);
    await until(() => remote.bufferedAmount > 1024 * 1024, 'the other end holding back');
    const before = messages.length;
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(messages.length, before);
    assert.ok(before < 100);
    socket.resume();
    await until(() => messages.length === 100, 'all messages');
  });

  const ends: [string, (socket: MessageSocket) => void][] = [
    ['closes', socket => socket.close()],
    ['closes while paused, with unread messages', socket => closePaused(socket)],
    ['terminates', socket => socket.terminate()],
  ];
  for (const [what, end] of ends) {
    it(`${what}, and says so once`, async () => {
      const { socket, closed, closes: times, remote } = await open(() => {});
      const gone = deferred();
      remote.on('close', () => gone.resolve());
      remote.send(Buffer.alloc(200_000));
      end(socket);
      await closed;
      await gone.promise;
      assert.equal(times(), 1);
    });
  }

  it('closes, though the other end does not agree to it', async () => {
    const { socket, closed, remote } = await open(() => {});
    remote.pause();
    socket.close();
    await closed;
  });
});

function closePaused(socket: MessageSocket): void {
  socket.pause();
  socket.close();
}
