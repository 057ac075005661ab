import assert from 'node:assert/strict';
import type { WebSocket } from 'ws';
import { RemoteError } from '../../../src/core/errors.js';
import { decodeWsRequest, encodeWsEvent, encodeWsResponse } from '../../../src/decthings/frames.js';
import { RpcConnection, type RpcEvent } from '../../../src/decthings/rpc.js';
import { webSocketOpener } from '../../../src/decthings/socket.js';
import { deferred, rejection, until } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';
import { FakeRemote } from '../../support/fakeSocket.js';
import { type TestServer, webSocketServer } from '../../support/servers.js';

describe('RpcConnection', () => {
  async function connected(apiKey?: string) {
    const clock = new FakeClock();
    const remote = new FakeRemote();
    const events: RpcEvent[] = [];
    const closes: RemoteError[] = [];
    const connection = await RpcConnection.open(
      { open: remote.open, clock, apiKey },
      { event: event => events.push(event), closed: error => closes.push(error) },
    );
    const call = (method: string, options = {}) => connection.call('Terminal', method, {}, options);
    return { clock, remote, connection, events, closes, call };
  }

  const ids = (remote: FakeRemote) => remote.calls.map(({ id }) => id);

  it('sends calls at once and in order, each with its own id and the key', async () => {
    const { remote, call, clock } = await connected('the-key');
    const replies = ['a', 'b', 'c'].map(method => call(method, { blobs: [Buffer.from(method)] }));
    assert.deepEqual(remote.methods, ['Terminal.a', 'Terminal.b', 'Terminal.c']);
    assert.equal(new Set(ids(remote)).size, 3);
    assert.ok(remote.calls.every(({ message }) => message.apiKey === 'the-key'));
    // Answers may come in any order.
    for (const { id, message } of remote.calls.toReversed()) remote.respond(id, { result: message.method });
    assert.deepEqual(
      (await Promise.all(replies)).map(reply => reply.result),
      ['a', 'b', 'c'],
    );
    assert.equal(clock.pending, 0);
  });

  it('has no key to send in an anonymous call', async () => {
    const { remote, call } = await connected();
    void call('a');
    assert.equal('apiKey' in (remote.calls[0]?.message ?? {}), false);
  });

  it('an error rejects the one call', async () => {
    const { remote, call, closes } = await connected();
    const failed = rejection(call('a'), 'notFound');
    const fine = call('b');
    const [first = 0, second = 0] = ids(remote);
    remote.respond(first, { error: { code: 'terminal_session_not_found' } });
    remote.respond(second, { result: {} });
    assert.equal((await failed).code, 'terminal_session_not_found');
    await fine;
    assert.deepEqual(closes, []);
  });

  it('events come before the answer of the call that subscribed to them', async () => {
    const { remote, call, events } = await connected();
    const reply = call('subscribeToEvents');
    remote.event('Terminal', 'data', { terminalSessionId: 't' }, 'early');
    assert.equal(events.length, 1);
    remote.respond(ids(remote)[0] ?? 0, { result: {} });
    await reply;
  });

  it('a dropped socket rejects every pending call, and every later one', async () => {
    const { remote, call, closes, clock, connection } = await connected();
    const pending = ['a', 'b'].map(method => rejection(call(method), 'network'));
    const lost = new RemoteError('network', 'lost');
    remote.drop(lost);
    assert.deepEqual(await Promise.all(pending), [lost, lost]);
    assert.equal(await rejection(call('c'), 'network'), lost);
    assert.deepEqual(closes, [lost]);
    assert.equal(connection.ended.reason, lost);
    assert.equal(clock.pending, 0);
    assert.equal(remote.calls.length, 2);
  });

  it('nothing that comes after the end is passed on', async () => {
    const { remote, events, closes } = await connected();
    remote.drop(new RemoteError('network', 'lost'));
    remote.drop(new RemoteError('network', 'again'));
    remote.event('Terminal', 'data', {});
    remote.message(Buffer.from('nonsense'));
    assert.deepEqual([events.length, closes.length], [0, 1]);
  });

  it('an answer that nobody waits for any more is ignored', async () => {
    const { remote, call, clock, closes } = await connected();
    const timedOut = rejection(call('a', { timeoutMs: 1_000 }), 'timeout');
    clock.advance(1_000);
    await timedOut;
    const abort = new AbortController();
    const aborted = rejection(call('b', { signal: abort.signal }), 'cancelled');
    abort.abort();
    await aborted;
    for (const id of [...ids(remote), 4_000_000]) remote.respond(id, { result: {} });
    assert.deepEqual(closes, []);
    assert.equal(clock.pending, 0);
    const next = call('c');
    remote.respond(ids(remote)[2] ?? 0, { result: 'c' });
    assert.equal((await next).result, 'c');
  });

  it('a call without a time-out waits for as long as the connection lasts', async () => {
    const { remote, call, clock } = await connected();
    const failed = rejection(call('a', { timeoutMs: null }), 'network');
    assert.equal(clock.pending, 0);
    clock.advance(24 * 3_600_000);
    remote.drop(new RemoteError('network', 'lost'));
    await failed;
  });

  it('aborted beforehand, a call is not sent', async () => {
    const { remote, call } = await connected();
    await rejection(call('a', { signal: AbortSignal.abort() }), 'cancelled');
    assert.equal(remote.calls.length, 0);
  });

  it('a message that makes no sense ends the connection', async () => {
    for (const bytes of [[], [2, 0], [0, 0, 0, 0, 1, 255], [1, 0, 2, 0x7b, 0x7d]]) {
      const { remote, call, closes } = await connected();
      const failed = rejection(call('a'), 'protocol');
      remote.message(Buffer.from(bytes));
      await failed;
      assert.equal(closes[0]?.kind, 'protocol');
      assert.deepEqual(remote.acts, ['terminate']);
    }
  });

  it('a first message that makes no sense ends it too', async () => {
    const remote = new FakeRemote();
    const opening = RpcConnection.open(
      { open: remote.open, clock: new FakeClock() },
      { event() {}, closed: () => closed.resolve() },
    );
    const closed = deferred();
    remote.message(Buffer.from('nonsense'));
    await opening;
    await closed.promise;
    assert.deepEqual(remote.acts, ['terminate']);
  });

  it('what a listener throws ends it as a protocol error', async () => {
    const remote = new FakeRemote();
    const closed = deferred<RemoteError>();
    const fail = () => {
      throw new TypeError('no such thing');
    };
    await RpcConnection.open(
      { open: remote.open, clock: new FakeClock() },
      { event: fail, closed: error => closed.resolve(error) },
    );
    remote.event('Terminal', 'data', {});
    assert.equal((await closed.promise).kind, 'protocol');
  });

  it('passes ping, pause, resume and close on to the socket', async () => {
    const { connection, remote } = await connected();
    connection.ping();
    connection.pause();
    connection.resume();
    connection.close();
    assert.deepEqual(remote.acts, ['ping', 'pause', 'resume', 'close']);
  });

  describe('over a real WebSocket', () => {
    let server: TestServer | undefined;

    afterEach(() => server?.close());

    async function over(connected: (socket: WebSocket) => void) {
      server = await webSocketServer(connected);
      const events: RpcEvent[] = [];
      const closed = deferred<RemoteError>();
      const connection = await RpcConnection.open(
        { open: webSocketOpener(`ws://127.0.0.1:${server.port}`, 1_000_000), clock: new FakeClock() },
        { event: event => events.push(event), closed: error => closed.resolve(error) },
      );
      return { connection, events, closed: closed.promise };
    }

    it('10,000 pipelined calls arrive in order and are all answered', async () => {
      const arrived: unknown[] = [];
      const { connection } = await over(socket =>
        socket.on('message', data => {
          const { id, message } = decodeWsRequest(data as Buffer);
          arrived.push(message.params);
          socket.send(encodeWsResponse(id, { result: message.params }));
        }),
      );
      const sent = Array.from({ length: 10_000 }, (_, n) => ({ n }));
      const replies = await Promise.all(sent.map(params => connection.call('Terminal', 'write', params)));
      assert.deepEqual(arrived, sent);
      assert.deepEqual(
        replies.map(reply => reply.result),
        sent,
      );
      connection.close();
    });

    it('an event that comes with the handshake is not lost', async () => {
      const { events, connection } = await over(socket => socket.send(encodeWsEvent('Debug', 'initialized', {})));
      await until(() => events.length === 1, 'the event');
      connection.close();
    });

    it('a cut connection rejects what is pending', async () => {
      const { connection, closed } = await over(socket => socket.on('message', () => socket.terminate()));
      await rejection(connection.call('Terminal', 'write', {}), 'network');
      assert.equal((await closed).kind, 'network');
    });
  });
});
