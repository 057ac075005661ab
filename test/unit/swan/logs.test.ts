import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WebSocket } from 'ws';
import { RemoteError } from '../../../src/core/errors.js';
import type { FollowedLog } from '../../../src/core/tasks.js';
import { linesOf, Replay } from '../../../src/swan/logLines.js';
import { followLog } from '../../../src/swan/logs.js';
import { deferred, until } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';
import { refusingPort, type TestServer, webSocketServer } from '../../support/servers.js';

describe('a job’s log', () => {
  let server: TestServer | undefined;
  let followed: FollowedLog | undefined;
  let clock: FakeClock;
  const sockets: WebSocket[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    sockets.length = 0;
  });

  afterEach(async () => {
    followed?.dispose();
    await server?.close();
  });

  async function follow(port?: number) {
    server = await webSocketServer(socket => sockets.push(socket));
    const lines: string[] = [];
    const drops: Error[] = [];
    const closed = deferred<Error | undefined>();
    const watcher = {
      lines: (more: string[]) => void lines.push(...more),
      reconnecting: (error: Error) => void drops.push(error),
      closed: closed.resolve,
    };
    followed = followLog(`ws://127.0.0.1:${port ?? server.port}/log`, watcher, clock);
    return { lines, drops, closed: closed.promise };
  }

  const connection = async (index: number) => {
    await until(() => sockets.length > index, 'a connection');
    const socket = sockets[index];
    assert.ok(socket);
    return socket;
  };

  /** Lets the time until the next attempt pass. */
  async function reconnect(drops: Error[], count: number): Promise<void> {
    await until(() => drops.length === count, 'the drop');
    clock.advance(1_000);
  }

  it('comes line by line, as text or bytes', async () => {
    const { lines } = await follow();
    const socket = await connection(0);
    socket.send('one\ntwo\r\n');
    socket.send(Buffer.from('thrée'));
    socket.send('\u001b[31mred\u001b[0m\u0007 \u202ex');
    await until(() => lines.length === 4, 'the lines');
    assert.deepEqual(lines, ['one', 'two', 'thrée', 'red x']);
  });

  it('goes on after a drop, and repeats nothing that the provider sends again', async () => {
    const { lines, drops } = await follow();
    (await connection(0)).send('a\nb\nc');
    await until(() => lines.length === 3, 'the lines');
    sockets[0]?.terminate();
    await reconnect(drops, 1);
    (await connection(1)).send('a\nb\nc\nd');
    await until(() => lines.length === 4, 'the new line');
    sockets[1]?.terminate();
    await reconnect(drops, 2);
    (await connection(2)).send('e');
    await until(() => lines.length === 5, 'the line after');
    assert.deepEqual(lines, ['a', 'b', 'c', 'd', 'e']);
    assert.ok(drops[0] instanceof RemoteError && drops[0].kind === 'network');
  });

  it('ends when the provider ends it', async () => {
    const { closed } = await follow();
    (await connection(0)).close(1000);
    assert.equal(await closed, undefined);
    assert.equal(clock.pending, 0);
  });

  it('has no sign of life among its lines, and doubles nothing for it', async () => {
    const { lines, drops } = await follow();
    for (const message of ['a', 'ping', 'b', '', 'ping', 'ping']) (await connection(0)).send(message);
    await until(() => lines.length === 3, 'the lines');
    sockets[0]?.terminate();
    await reconnect(drops, 1);
    for (const message of ['a', 'b', 'ping', '', 'c', 'ping']) (await connection(1)).send(message);
    await until(() => lines.includes('c'), 'the new line');
    assert.deepEqual(lines, ['a', 'b', '', 'c']);
  });

  it('has its last line as it is now, where that was not written to its end', async () => {
    const { lines, drops } = await follow();
    for (const message of ['a', 'b', 'half']) (await connection(0)).send(message);
    await until(() => lines.length === 3, 'the lines');
    sockets[0]?.terminate();
    await reconnect(drops, 1);
    for (const message of ['a', 'b', 'half and whole']) (await connection(1)).send(message);
    await until(() => lines.length === 4, 'the whole line');
    assert.deepEqual(lines, ['a', 'b', 'half', 'half and whole']);
  });

  it('gives what is new when it is asked for', async () => {
    const { lines, drops } = await follow();
    (await connection(0)).send('a');
    await until(() => lines.length === 1, 'the line');
    followed?.refresh();
    for (const message of ['a', 'b']) (await connection(1)).send(message);
    await until(() => lines.length === 2, 'the new line');
    assert.deepEqual([lines, drops], [['a', 'b'], []]);
  });

  it('whose provider goes away is not at its end', async () => {
    const { lines, drops } = await follow();
    (await connection(0)).send('a');
    (await connection(0)).close(1001);
    await reconnect(drops, 1);
    for (const message of ['a', 'b']) (await connection(1)).send(message);
    await until(() => lines.length === 2, 'the rest');
  });

  it('that brings nothing new is not fetched for ever', async () => {
    const { lines, drops, closed } = await follow();
    let over = false;
    void closed.then(() => {
      over = true;
    });
    let served = 0;
    await until(() => {
      for (const socket of sockets.slice(served)) {
        served++;
        socket.send('a', () => socket.terminate());
      }
      clock.advance(1_000);
      return over;
    }, 'the end');
    assert.deepEqual([lines, drops.length, sockets.length], [['a'], 1, 9]);
    assert.match((await closed)?.message ?? '', /The connection to the log was lost/);
    assert.equal(clock.pending, 0);
  });

  it('that cannot be reached is given up in the end', async () => {
    const { drops, closed } = await follow(await refusingPort());
    let over = false;
    void closed.then(() => {
      over = true;
    });
    await until(() => {
      clock.advance(1_000);
      return over;
    }, 'the end');
    assert.match((await closed)?.message ?? '', /ECONNREFUSED/);
    assert.equal(drops.length, 1);
  });

  it('of a provider that has gone silent is opened again', async () => {
    const { drops } = await follow();
    const socket = await connection(0);
    socket.pause();
    // When the client has heard that it is connected is not known here.
    await until(() => {
      if (drops.length === 0) clock.advance(30_000);
      return drops.length === 1;
    }, 'the drop');
  });

  it('is not followed any more once disposed', async () => {
    const { lines, drops } = await follow();
    const socket = await connection(0);
    followed?.dispose();
    const gone = deferred();
    socket.on('close', () => gone.resolve());
    await gone.promise;
    assert.deepEqual([lines, drops, clock.pending], [[], [], 0]);
  });

  it('with a message of 5 MB ends that connection', async () => {
    const { drops } = await follow();
    (await connection(0)).send('x'.repeat(5_000_000));
    await until(() => drops.length === 1, 'the drop');
  });

  it('tells a repetition from a continuation', () => {
    const line = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.array(line, { maxLength: 5 }), (before, after) => {
        const replay = new Replay();
        replay.restart();
        assert.deepEqual(replay.pass(before), before);
        replay.restart();
        assert.deepEqual(replay.pass([...before, ...after]), after);
      }),
    );
    const replay = new Replay();
    replay.restart();
    replay.pass(['a', 'b', 'c']);
    replay.restart();
    assert.deepEqual(replay.pass(['a', 'x']), ['a', 'x']);
  });

  it('says nothing twice, however long it is', () => {
    const all = Array.from({ length: 60_000 }, (_, number) => `line ${number % 1_000} of ${number}`);
    const replay = new Replay();
    replay.restart();
    assert.equal(replay.pass(all).length, all.length);
    replay.restart();
    assert.deepEqual(replay.pass([...all, 'new']), ['new']);
  });

  it('has lines of bounded length', () => {
    const [line = ''] = linesOf('x'.repeat(1_000_000));
    assert.ok(line.length <= 10_001);
    assert.deepEqual(linesOf(''), []);
    assert.deepEqual(linesOf('\n\n'), ['', '']);
  });
});
