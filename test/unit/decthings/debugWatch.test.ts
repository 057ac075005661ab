import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { watchDebugSession } from '../../../src/decthings/debugWatch.js';
import { FakeClock, settled } from '../../support/fakeClock.js';
import { FakeRemote } from '../../support/fakeSocket.js';

describe('watchDebugSession', () => {
  function watch(prepare: (remote: FakeRemote) => void = () => {}) {
    const clock = new FakeClock();
    const remote = new FakeRemote();
    remote.answer = () => ({ result: {} });
    prepare(remote);
    const seen: string[] = [];
    const watching = watchDebugSession({ open: remote.open, apiKey: 'the-key', clock }, 'd1', {
      output: (stream, bytes) => seen.push(`${stream}: ${Buffer.from(bytes)}`),
      exit: reason => seen.push(`exit: ${reason.code} ${reason.exceptionDetails ?? ''}`),
      closed: error => seen.push(`closed: ${(error as RemoteError).kind}`),
    });
    return { clock, remote, seen, watching };
  }

  it('subscribes, and passes on what its session prints', async () => {
    const { remote, seen } = watch();
    await settled();
    assert.deepEqual(remote.methods, ['Debug.subscribeToEvents']);
    remote.event('Debug', 'initialized', { debugSessionId: 'd1' });
    remote.event('Debug', 'stdout', { debugSessionId: 'd1' }, 'out');
    remote.event('Debug', 'stderr', { debugSessionId: 'd1' }, 'err');
    remote.event('Debug', 'stdout', { debugSessionId: 'd2' }, 'another');
    remote.event('Terminal', 'stdout', { debugSessionId: 'd1' }, 'another');
    remote.event('Debug', 'unheard-of', {});
    assert.deepEqual(seen, ['stdout: out', 'stderr: err']);
  });

  it('launches on the connection it watches, and gives what came before the answer', async () => {
    const remote = new FakeRemote();
    const seen: string[] = [];
    const { begun } = watchDebugSession(
      { open: remote.open, apiKey: 'the-key', clock: new FakeClock() },
      async api =>
        (
          await api.Debug.launchDebugSession({
            modelId: 'm1',
            executionLocation: { type: 'persistentLauncher', persistentLauncherId: 'l1' },
          })
        ).debugSessionId,
      {
        output: (stream, bytes) => seen.push(`${stream}: ${Buffer.from(bytes)}`),
        exit: reason => seen.push(`exit: ${reason.code}`),
        closed: error => seen.push(`closed: ${(error as RemoteError).kind}`),
      },
    );
    await settled();
    remote.event('Debug', 'stderr', { debugSessionId: 'd1' }, 'Traceback');
    remote.event('Debug', 'stderr', { debugSessionId: 'd2' }, 'another');
    remote.event('Debug', 'exit', { debugSessionId: 'd1', reason: { code: 'code_terminated', oom: false } });
    assert.deepEqual(seen, []);
    remote.respond(remote.calls[0]?.id ?? 0, { result: { debugSessionId: 'd1' } });
    assert.equal(await begun, 'd1');
    assert.deepEqual(seen, ['stderr: Traceback', 'exit: code_terminated']);
  });

  it('ends with the exit, once', async () => {
    const { remote, seen, clock } = watch();
    await settled();
    const reason = { code: 'exception', exceptionDetails: { line: 3 } };
    remote.event('Debug', 'exit', { debugSessionId: 'd1', reason });
    remote.event('Debug', 'stdout', { debugSessionId: 'd1' }, 'late');
    remote.drop(new RemoteError('network', 'lost'));
    assert.deepEqual(seen, ['exit: exception {"line":3}']);
    assert.deepEqual([remote.acts, clock.pending], [['close'], 0]);
  });

  it('an exit before the answer of the subscription counts', async () => {
    const { remote, seen, clock } = watch(each => {
      each.answer = undefined;
    });
    await settled();
    remote.event('Debug', 'exit', { debugSessionId: 'd1', reason: { code: 'unknown' } });
    await settled();
    assert.deepEqual([seen, clock.pending], [['exit: unknown '], 0]);
  });

  it('says when the connection ends', async () => {
    const { remote, seen } = watch();
    await settled();
    remote.drop(new RemoteError('network', 'lost'));
    await settled();
    assert.deepEqual(seen, ['closed: network']);
  });

  it('asks a silent connection for a sign of life, and says when none comes', async () => {
    const { remote, seen, clock } = watch();
    await settled();
    for (let passed = 0; passed < 20_000; passed += 1_000) {
      clock.advance(1_000);
      if (remote.acts.at(-1) === 'ping') remote.alive();
    }
    assert.deepEqual(seen, []);
    for (let passed = 0; passed < 10_000; passed += 1_000) clock.advance(1_000);
    assert.deepEqual(seen, ['closed: network']);
    assert.ok(remote.acts.includes('terminate'));
    assert.equal(clock.pending, 0);
  });

  it('says when it cannot connect, and when the session is gone', async () => {
    const unreachable = watch(remote => {
      Object.assign(remote, { open: () => Promise.reject(new RemoteError('network', 'no')) });
    });
    const gone = watch(remote => {
      remote.answer = () => ({ error: { code: 'debug_session_not_found' } });
    });
    await settled();
    assert.deepEqual([unreachable.seen, gone.seen], [['closed: network'], ['closed: notFound']]);
    assert.deepEqual(gone.remote.acts, ['close']);
  });

  it('disposed, tells nothing more and leaves nothing behind', async () => {
    const { remote, seen, watching, clock } = watch();
    await settled();
    watching.dispose();
    remote.event('Debug', 'stdout', { debugSessionId: 'd1' }, 'late');
    remote.drop(new RemoteError('network', 'lost'));
    await settled();
    watching.dispose();
    assert.deepEqual([seen, remote.acts, clock.pending], [[], ['close'], 0]);
  });

  it('disposed while connecting, closes what opens', async () => {
    const { remote, seen, watching, clock } = watch();
    watching.dispose();
    await settled();
    assert.deepEqual([seen, remote.calls.length, clock.pending], [[], 0, 0]);
    assert.deepEqual(remote.acts, ['close']);
  });
});
