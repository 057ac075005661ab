import assert from 'node:assert/strict';
import type { CommandLaunch } from '../../../src/core/backend.js';
import { RemoteError } from '../../../src/core/errors.js';
import { connectCommand } from '../../../src/decthings/commandLink.js';
import { rejection } from '../../support/assertions.js';
import { FakeClock, settled } from '../../support/fakeClock.js';
import { FakeRemote } from '../../support/fakeSocket.js';

const launch: CommandLaunch = {
  modelId: 'm',
  location: { type: 'persistentLauncher', persistentLauncherId: 'l1' },
  command: 'python',
  args: ['train.py'],
};

describe('connectCommand', () => {
  async function connected() {
    const clock = new FakeClock();
    const remote = new FakeRemote();
    const seen: string[] = [];
    let alive = 0;
    const link = await connectCommand(
      { open: remote.open, apiKey: 'the-key', clock },
      {
        output: (id, stream, bytes) => seen.push(`${id} ${stream}: ${Buffer.from(bytes)}`),
        exit: (id, reason) => seen.push(`${id} exit: ${reason.code} ${reason.exitCode}`),
        alive: () => alive++,
        closed: error => seen.push(`closed: ${(error as RemoteError).kind}`),
      },
    );
    const params = () => remote.calls.at(-1)?.message.params;
    return { clock, remote, link, seen, params, alive: () => alive };
  }

  it('runs what was asked for', async () => {
    const { remote, link, params } = await connected();
    remote.answer = () => ({ result: { spawnedCommandId: 'c1' } });
    assert.equal(await link.run({ ...launch, timeout: 60, idleTimeout: 30, filesystems: ['a'] }), 'c1');
    assert.deepEqual(remote.methods, ['Spawned.spawnCommandForModel']);
    assert.deepEqual(params(), {
      modelId: 'm',
      executionLocation: launch.location,
      command: 'python',
      args: ['train.py'],
      options: { timeoutSeconds: 60, timeoutAfterInactiveSeconds: 30, addFilesystemAccess: [{ modelId: 'a' }] },
      subscribeToEvents: true,
    });
  });

  it('leaves what was not asked for to the service', async () => {
    const { remote, link, params } = await connected();
    remote.answer = () => ({ result: { spawnedCommandId: 'c1' } });
    await link.run({ ...launch, filesystems: [] });
    assert.deepEqual(Object(params()).options, {});
  });

  it('is never run twice, whatever the service says', async () => {
    const { remote, link, clock } = await connected();
    const failed = rejection(link.run(launch), 'busy');
    remote.respond(remote.calls[0]?.id ?? 0, { error: { code: 'server_overloaded' } });
    await failed;
    const late = rejection(link.run(launch), 'timeout');
    await clock.run(300_000);
    await late;
    assert.equal(remote.calls.length, 2);
  });

  it('attaches by looking it up and subscribing', async () => {
    const { remote, link } = await connected();
    remote.answer = () => ({ result: { spawnedCommands: [{ id: 'c1' }] } });
    assert.equal(await link.attach('c1'), true);
    assert.deepEqual(remote.methods, ['Spawned.getSpawnedCommands', 'Spawned.subscribeToEvents']);
  });

  it('does not attach to one that is gone', async () => {
    const { remote, link } = await connected();
    remote.answer = () => ({ result: { spawnedCommands: [] } });
    assert.equal(await link.attach('c1'), false);
    assert.deepEqual(remote.methods, ['Spawned.getSpawnedCommands']);
  });

  it('writes are never repeated', async () => {
    const { remote, link, clock } = await connected();
    const failed = rejection(link.write('c1', Buffer.from('yes\n')), 'busy');
    assert.equal(Buffer.concat(remote.calls[0]?.blobs ?? []).toString(), 'yes\n');
    remote.respond(remote.calls[0]?.id ?? 0, { error: { code: 'too_many_requests' } });
    await failed;
    assert.deepEqual([remote.calls.length, clock.pending], [1, 0]);
  });

  it('passes on both streams and the exit, and passes over what it does not know', async () => {
    const { remote, seen } = await connected();
    remote.event('Spawned', 'stdout', { spawnedCommandId: 'c1' }, 'one', 'two');
    remote.event('Spawned', 'stderr', { spawnedCommandId: 'c1' }, 'three');
    remote.event('Spawned', 'progress', {});
    remote.event('Debug', 'stdout', { spawnedCommandId: 'c1' }, 'another');
    remote.event('Spawned', 'exit', { spawnedCommandId: 'c1', reason: { code: 'process_exit', exitCode: 3 } });
    assert.deepEqual(seen, ['c1 stdout: one', 'c1 stdout: two', 'c1 stderr: three', 'c1 exit: process_exit 3']);
  });

  it('an exit without a reason ends the connection', async () => {
    const { remote, seen } = await connected();
    remote.event('Spawned', 'exit', { spawnedCommandId: 'c1' });
    assert.deepEqual([seen, remote.acts], [['closed: protocol'], ['terminate']]);
  });

  it('says when the connection ends', async () => {
    const { remote, seen } = await connected();
    remote.drop(new RemoteError('network', 'lost'));
    await settled();
    assert.deepEqual(seen, ['closed: network']);
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
