import assert from 'node:assert/strict';
import { type ErrorKind, RemoteError, type RemoteErrorOptions } from '../../../src/core/errors.js';
import { createApi } from '../../../src/decthings/api.js';
import { methods } from '../../../src/decthings/methods.js';
import type { Transport } from '../../../src/decthings/transport.js';
import { rejection } from '../../support/assertions.js';
import { FakeClock, settled } from '../../support/fakeClock.js';

const launcher = { id: 'l1', name: 'one', spec: { cpus: 2, memoryMebibytes: 4096 }, state: { type: 'active' } };
const launchers = (...rows: object[]) => ({ persistentLaunchers: rows, total: rows.length, offset: 0, limit: 20 });

/** A transport that does one thing after the other: an error is thrown, anything else is the result. */
function scripted(...script: unknown[]): Transport & { calls: number } {
  return {
    calls: 0,
    async call() {
      const next = script[Math.min(this.calls++, script.length - 1)];
      if (next instanceof Error) throw next;
      return { result: next, blobs: [] };
    },
  };
}

const failure = (kind: ErrorKind, options: RemoteErrorOptions = {}) => new RemoteError(kind, kind, options);

describe('the typed API', () => {
  it('has every method of the wire', () => {
    const names = Object.entries(methods).flatMap(([api, group]) => Object.keys(group).map(name => `${api}.${name}`));
    assert.equal(names.length, 4 + 6 + 8 + 7 + 1);
    const api = createApi(scripted({}), new FakeClock());
    for (const name of names) {
      const [group = '', method = ''] = name.split('.');
      assert.equal(typeof Object(api)[group][method], 'function', name);
    }
  });

  describe('makes a call again', () => {
    const causes: [string, RemoteError][] = [
      ['when the service was busy', failure('busy')],
      ['when it answered with 5xx', failure('service', { code: 'http_503', retryable: true })],
      ['when it could not be reached', failure('network')],
    ];
    for (const [what, error] of causes) {
      it(`${what}, with growing waits`, async () => {
        const clock = new FakeClock();
        const transport = scripted(error, error, error, launchers(launcher));
        const page = createApi(transport, clock).PersistentLauncher.getPersistentLaunchers({});
        for (const wait of [225, 450, 900]) {
          await settled();
          assert.equal(clock.next, wait);
          clock.advance(wait);
        }
        assert.equal((await page).persistentLaunchers[0]?.name, 'one');
        assert.deepEqual([transport.calls, clock.pending], [4, 0]);
      });
    }

    it('with jitter over the upper half of the wait', async () => {
      for (const [chance, wait] of [
        [0, 150],
        [0.75, 262.5],
      ] as const) {
        const clock = new FakeClock();
        clock.chance = chance;
        const call = createApi(scripted(failure('busy'), launchers()), clock).PersistentLauncher;
        const page = call.getPersistentLaunchers({});
        await settled();
        assert.equal(clock.next, wait);
        clock.advance(wait);
        await page;
      }
    });

    it('three times at most', async () => {
      const clock = new FakeClock();
      const transport = scripted(failure('busy'));
      const failed = rejection(createApi(transport, clock).Debug.getDebugSessions({}), 'busy');
      await clock.run(60_000);
      await failed;
      assert.deepEqual([transport.calls, clock.pending], [4, 0]);
    });

    it('no sooner than the service asks', async () => {
      const clock = new FakeClock();
      const transport = scripted(failure('busy', { retryAfterMs: 4_000 }), launchers());
      const page = createApi(transport, clock).PersistentLauncher.getPersistentLaunchers({});
      await settled();
      assert.equal(clock.next, 4_000);
      await clock.run(4_000);
      await page;
    });

    it('not at all when the service asks for longer than a person waits', async () => {
      const clock = new FakeClock();
      const failed = createApi(scripted(failure('busy', { retryAfterMs: 3_600_000 })), clock).Debug;
      await rejection(failed.getDebugSessions({}), 'busy');
      assert.equal(clock.pending, 0);
    });

    const never: ErrorKind[] = ['credentials', 'notFound', 'invalid', 'refused', 'timeout', 'protocol', 'service'];
    for (const kind of never) {
      it(`not after an error of kind ${kind}`, async () => {
        const transport = scripted(failure(kind));
        await rejection(createApi(transport, new FakeClock()).Debug.getDebugSessions({}), kind);
        assert.equal(transport.calls, 1);
      });
    }

    it('not when making it twice would act twice', async () => {
      for (const [api, group] of Object.entries(methods)) {
        for (const [name, { idempotent }] of Object.entries(group)) {
          const acts = /^(create|delete|launch|terminate|write|send|spawn|unsubscribe)/.test(name);
          assert.equal(idempotent, !acts, `${api}.${name}`);
        }
      }
      const clock = new FakeClock();
      const transport = scripted(failure('busy'));
      const launch = {
        modelId: 'm',
        executionLocation: { type: 'persistentLauncher', persistentLauncherId: 'l' },
      } as const;
      await rejection(createApi(transport, clock).Terminal.launchTerminalSession(launch), 'busy');
      assert.deepEqual([transport.calls, clock.pending], [1, 0]);
    });

    it('not after the person cancelled the wait', async () => {
      const clock = new FakeClock();
      const transport = scripted(failure('busy'));
      const abort = new AbortController();
      const call = createApi(transport, clock).Debug.getDebugSessions({}, { signal: abort.signal });
      const failed = rejection(call, 'cancelled');
      await settled();
      abort.abort();
      await failed;
      assert.deepEqual([transport.calls, clock.pending], [1, 0]);
    });

    it('not over a connection that has ended', async () => {
      const clock = new FakeClock();
      const end = new AbortController();
      const transport = { ...scripted(failure('busy')), ended: end.signal };
      const failed = rejection(createApi(transport, clock).Debug.getDebugSessions({}), 'network');
      await settled();
      end.abort(failure('network'));
      await failed;
      await rejection(createApi(transport, clock).Debug.getDebugSessions({}), 'busy');
      assert.deepEqual([transport.calls, clock.pending], [2, 0]);
    });
  });

  describe('checks what comes back', () => {
    async function answered(result: unknown) {
      const { PersistentLauncher } = createApi(scripted(result), new FakeClock());
      return (await PersistentLauncher.getPersistentLaunchers({})).persistentLaunchers[0];
    }

    it('a record that cannot be read has its place, its id and the field, and fails no other', async () => {
      const odd: [unknown, object][] = [
        [
          { ...launcher, id: 'l2', name: 4242 },
          { id: 'l2', unreadable: { field: 'name', named: true } },
        ],
        [
          { ...launcher, id: 'l3', spec: { cpus: '4242', memoryMebibytes: 1 } },
          { id: 'l3', unreadable: { field: 'spec.cpus', named: true } },
        ],
        [
          { ...launcher, id: 'l4', createdAt: 1e99 },
          { id: 'l4', unreadable: { field: 'createdAt', named: true } },
        ],
        [
          { ...launcher, id: 'a\nb' },
          { id: 'unreadable-5', unreadable: { field: 'id', named: false } },
        ],
        [null, { id: 'unreadable-6', unreadable: { field: '', named: false } }],
      ];
      const answer = { ...launchers(), persistentLaunchers: [launcher, ...odd.map(([wire]) => wire), launcher] };
      const { PersistentLauncher } = createApi(scripted(answer), new FakeClock());
      const { persistentLaunchers: rows } = await PersistentLauncher.getPersistentLaunchers({});
      assert.deepEqual(
        rows.map(({ id, unreadable }) => (unreadable ? { id, unreadable } : id)),
        ['l1', ...odd.map(([, read]) => read), 'l1'],
      );
    });

    it('an error names the field, and never its value', async () => {
      const wrong: [unknown, RegExp][] = [
        [{ ...launchers(), persistentLaunchers: 4242 }, /getPersistentLaunchers.*\(persistentLaunchers\)/],
        [{ ...launchers(), total: -4242 }, /\(total\)/],
        [{ ...launchers(), total: 42.42 }, /\(total\)/],
        ['4242', /unexpected form\.$/],
        [null, /unexpected form\.$/],
      ];
      for (const [result, text] of wrong) {
        const error = await rejection(answered(result), 'protocol');
        assert.match(error.message, text);
        assert.doesNotMatch(error.message, /42/);
        assert.equal(error.cause, undefined);
      }
    });

    it('keeps values that this version does not know', async () => {
      const row = await answered(
        launchers({
          ...launcher,
          state: { type: 'hibernating', previous: 'fire' },
          running: [{ id: 'r', type: 'dream' }],
          spec: { ...launcher.spec, gpus: { model: 'Z9', count: 3 } },
        }),
      );
      assert.deepEqual(row?.state, { type: 'hibernating', previous: 'fire' });
      assert.deepEqual(row?.running, [{ id: 'r', type: 'dream' }]);
      assert.deepEqual(row?.spec.gpus, { model: 'Z9', count: 3 });
    });

    it('takes null for absent, and drops fields that it does not know', async () => {
      const row = await answered(
        launchers({
          ...launcher,
          createdAt: null,
          running: null,
          state: { type: 'active', previous: null },
          spec: { ...launcher.spec, diskMebibytes: null, gpus: null },
          surprise: 1,
        }),
      );
      const absent = [row?.createdAt, row?.state.previous, row?.spec.diskMebibytes, row?.spec.gpus];
      assert.ok(absent.every(value => value === undefined));
      assert.deepEqual(row?.running, []);
      assert.equal('surprise' in (row ?? {}), false);
    });
  });
});
