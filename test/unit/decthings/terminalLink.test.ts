import assert from 'node:assert/strict';
import type { TerminalLaunch } from '../../../src/core/backend.js';
import { RemoteError } from '../../../src/core/errors.js';
import type { ExitReason } from '../../../src/core/resources.js';
import { connectTerminal } from '../../../src/decthings/terminalLink.js';
import { rejection } from '../../support/assertions.js';
import { FakeClock, settled } from '../../support/fakeClock.js';
import { FakeRemote } from '../../support/fakeSocket.js';

const session = { id: 't1', startedAt: 1, modelId: 'm', executionLocation: { type: 'persistentLauncher' } };
const launch: TerminalLaunch = {
  modelId: 'm',
  location: { type: 'persistentLauncher', persistentLauncherId: 'l1' },
};

describe('connectTerminal', () => {
  async function connected() {
    const clock = new FakeClock();
    const remote = new FakeRemote();
    const data: string[] = [];
    const exits: [string, ExitReason][] = [];
    const closes: RemoteError[] = [];
    let alive = 0;
    const link = await connectTerminal(
      { open: remote.open, apiKey: 'the-key', clock },
      {
        data: (id, bytes) => data.push(`${id}:${Buffer.from(bytes)}`),
        exit: (id, reason) => exits.push([id, reason]),
        alive: () => alive++,
        closed: error => closes.push(error as RemoteError),
      },
    );
    const params = () => remote.calls.at(-1)?.message.params;
    return { clock, remote, link, data, exits, closes, params, alive: () => alive };
  }

  it('launches what was asked for, with the real size', async () => {
    const { remote, link, params } = await connected();
    remote.answer = () => ({ result: { terminalSessionId: 't1' } });
    const id = await link.launch({ ...launch, idleTimeout: 600, filesystems: ['a', 'b'] }, { cols: 120, rows: 40 });
    assert.equal(id, 't1');
    assert.deepEqual(params(), {
      modelId: 'm',
      executionLocation: launch.location,
      options: {
        cols: 120,
        rows: 40,
        terminateAfterInactiveSeconds: 600,
        addFilesystemAccess: [{ modelId: 'a' }, { modelId: 'b' }],
      },
      subscribeToEvents: true,
    });
  });

  it('leaves what was not asked for to the service', async () => {
    const { remote, link, params } = await connected();
    remote.answer = () => ({ result: { terminalSessionId: 't1' } });
    await link.launch({ ...launch, filesystems: [] }, { cols: 80, rows: 24 });
    assert.deepEqual(Object(params()).options, { cols: 80, rows: 24 });
  });

  it('a machine has five minutes to start, and a launch is never sent twice', async () => {
    const { remote, link, clock } = await connected();
    const failed = rejection(link.launch(launch, { cols: 80, rows: 24 }), 'timeout');
    await clock.run(299_999);
    assert.equal(clock.pending, 1);
    await clock.run(1);
    await failed;
    assert.equal(remote.calls.length, 1);
  });

  it('an answer without an id is a protocol error', async () => {
    const { remote, link } = await connected();
    remote.answer = () => ({ result: {} });
    await rejection(link.launch(launch, { cols: 80, rows: 24 }), 'protocol');
  });

  it('attaches by looking the session up and subscribing', async () => {
    const { remote, link } = await connected();
    remote.answer = () => ({ result: { terminalSessions: [session] } });
    assert.equal(await link.attach('t1'), true);
    assert.deepEqual(remote.methods, ['Terminal.getTerminalSessions', 'Terminal.subscribeToEvents']);
  });

  it('does not attach to a session that is gone', async () => {
    const { remote, link } = await connected();
    remote.answer = () => ({ result: { terminalSessions: [{ ...session, id: 'other' }] } });
    assert.equal(await link.attach('t1'), false);
    assert.deepEqual(remote.methods, ['Terminal.getTerminalSessions']);
  });

  it('writes are sent at once, in order, and are never repeated', async () => {
    const { remote, link, clock } = await connected();
    const [first, second] = ['a', 'b'].map(text => link.write('t1', Buffer.from(text)));
    assert.deepEqual(
      remote.calls.map(({ blobs }) => Buffer.concat(blobs).toString()),
      ['a', 'b'],
    );
    const failed = rejection(first ?? Promise.resolve(), 'busy');
    remote.respond(remote.calls[0]?.id ?? 0, { error: { code: 'too_many_requests' } });
    remote.respond(remote.calls[1]?.id ?? 0, { result: {} });
    await Promise.all([failed, second]);
    assert.deepEqual([remote.calls.length, clock.pending], [2, 0]);
  });

  it('a repeated resize does not undo a later one', async () => {
    const { remote, link, clock } = await connected();
    const former = rejection(link.resize('t1', { cols: 1, rows: 1 }), 'cancelled');
    remote.respond(remote.calls[0]?.id ?? 0, { error: { code: 'too_many_requests' } });
    await settled();
    assert.equal(clock.pending, 1);
    const latest = link.resize('t1', { cols: 2, rows: 2 });
    await former;
    remote.respond(remote.calls[1]?.id ?? 0, { error: { code: 'too_many_requests' } });
    await clock.run(10_000);
    remote.respond(remote.calls[2]?.id ?? 0, { result: {} });
    await latest;
    assert.deepEqual(
      remote.calls.map(({ message }) => Object(message.params).size.cols),
      [1, 2, 2],
    );
    assert.equal(clock.pending, 0);
  });

  it('passes on data and exits, each with its session', async () => {
    const { remote, data, exits } = await connected();
    remote.event('Terminal', 'data', { terminalSessionId: 't1' }, 'one', 'two');
    remote.event('Terminal', 'data', { terminalSessionId: 't2' }, 'three');
    const reason = { code: 'process_exit', exitCode: 137, signal: 'SIGKILL', oom: true };
    remote.event('Terminal', 'exit', { terminalSessionId: 't1', reason });
    assert.deepEqual(data, ['t1:one', 't1:two', 't2:three']);
    assert.deepEqual(exits, [['t1', reason]]);
  });

  it('keeps a reason that this version does not know', async () => {
    const { remote, exits } = await connected();
    const reason = { code: 'meteor', exitCode: null, signal: 9, oom: null };
    remote.event('Terminal', 'exit', { terminalSessionId: 't1', reason });
    assert.deepEqual([exits[0]?.[1].code, exits[0]?.[1].signal, exits[0]?.[1].exitCode], ['meteor', '9', undefined]);
  });

  it('passes over events that it does not know', async () => {
    const { remote, data, exits, closes } = await connected();
    remote.event('Terminal', 'resized', {});
    remote.event('Weather', 'data', {});
    assert.deepEqual([data, exits, closes], [[], [], []]);
  });

  it('an exit without a reason ends the connection', async () => {
    const { remote, exits, closes } = await connected();
    remote.event('Terminal', 'exit', { terminalSessionId: 't1' });
    assert.deepEqual([exits.length, closes[0]?.kind, remote.acts], [0, 'protocol', ['terminate']]);
  });

  it('a drop while attaching leaves no retry behind', async () => {
    const { remote, link, clock, closes } = await connected();
    const failed = rejection(link.attach('t1'), 'network');
    remote.respond(remote.calls[0]?.id ?? 0, { error: { code: 'too_many_requests' } });
    await settled();
    remote.drop(new RemoteError('network', 'lost'));
    await failed;
    assert.deepEqual([clock.pending, remote.calls.length, closes.length], [0, 1, 1]);
  });

  it('passes signs of life, pausing and closing on', async () => {
    const { remote, link, alive } = await connected();
    remote.alive();
    link.ping();
    link.pause();
    link.resume();
    link.close();
    assert.deepEqual([alive(), remote.acts], [1, ['ping', 'pause', 'resume', 'close']]);
  });
});
