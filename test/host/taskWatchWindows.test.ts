import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { silentLog } from '../../src/core/log.js';
import type { TaskBackend } from '../../src/core/tasks.js';
import { TaskWatcher } from '../../src/ui/taskWatcher.js';
import { scopeOf } from '../../src/ui/watchMemory.js';
import { FakeClock, settled } from '../support/fakeClock.js';
import { temporaryFolder } from '../support/processes.mjs';
import { until } from '../support/until.js';
import { run, setSetting } from './support/extension.js';
import { type Created, hello } from './support/swan.js';
import { DEADLINE, WARNING, WatchedTask } from './support/watchedTask.js';

const MINUTE = 60_000;

describe('what is told of Swan tasks', () => {
  const watched = new WatchedTask();

  it('is told by one of two windows, and by the next where nobody answered', async () => {
    await setSetting(WARNING, 0);
    await watched.endsIn(20.5);
    const { backend, looks } = counted(await watched.backend());
    const folder = temporaryFolder('windows');
    const states = [new State(), new State()];
    const clock = realTime();
    const open = () => states.map(state => window(backend, clock, folder, state));
    /** What never comes can only be waited for, after all that could bring it. */
    const nothingMore = async (since: number, count: number) => {
      await until('all windows to look it up', async () => {
        await clock.run(1_000);
        return looks() >= since + count;
      });
      await clock.run(MINUTE);
      assert.deepEqual(watched.notices.ofTasks, []);
    };

    const windows = open();
    let before = looks();
    for (const each of windows) each.list([await backend.tasks.get(watched.id)]);
    const first = await passing(clock, () => watched.notices.next(/ends in \d+ min/));
    await nothingMore(before, 2 * windows.length);
    // It is still on the screen when the window is reloaded.
    for (const each of windows) each.dispose();
    before = looks();
    const again = open();
    const second = await passing(clock, () => watched.notices.next(/ends in \d+ min/));
    await nothingMore(before, again.length);
    second.answer();
    await settled();
    for (const each of again) each.dispose();
    before = looks();
    const last = window(backend, clock, folder, states[0]);
    await nothingMore(before, 1);
    last.dispose();
    first.answer();
  });

  describe('of one that was paid and does not run', () => {
    before(() => watched.account.swan.act('set', { deploys: false }));

    after(() => watched.account.swan.act('set', { deploys: true }));

    it('is told of after the deadline, again if the person waits, and it is ended from there', async () => {
      await setSetting(DEADLINE, 0.02);
      const uuid = await paid();
      const late = /^“hello-world” was paid \d+ s ago and is not running yet \(waiting for bids…\)\.$/;
      const first = await watched.notices.next(late);
      assert.deepEqual(first.acts, ['Wait', 'Terminate with Refund', 'Claim Review']);
      first.answer('Wait');
      const second = await watched.notices.next(late);
      assert.ok(!watched.notices.shown.some(({ message }) => late.test(message)));
      second.answer('Terminate with Refund');
      await watched.notices.next(/^“hello-world” is terminated\. [\d.]+ SWAN came back/);
      assert.ok(watched.notices.modals.includes('Terminate “hello-world”?'));
      assert.ok((await watched.account.swan.refunded(uuid)) > 0n);
    });

    it('is told of at once when it fails', async () => {
      const uuid = await paid();
      await watched.backend().then(({ tasks }) => tasks.claimReview(uuid));
      const { acts } = await watched.notices.next(
        /^“hello-world” failed after it was paid\. You are told when its refund/,
      );
      assert.deepEqual(acts, []);
    });

    it('has its refund followed until that is on the chain, across reloads', async () => {
      await setSetting(DEADLINE, 0);
      const uuid = await paid();
      const { backend, looks } = counted(await watched.backend(), uuid);
      const [clock, state, folder] = [realTime(), new State(), temporaryFolder('window')];
      const first = window(backend, clock, folder, state);
      first.paid(uuid, clock.now());
      await watched.account.swan.holdBlocks();
      await backend.tasks.claimReview(uuid);
      // Others that were paid in this run are recalled as well.
      const name = `“Task ${uuid.slice(0, 8)}”`;
      await passing(clock, () => watched.notices.next(new RegExp(`^${name} failed after it was paid`)));
      const before = looks();
      // The second answer comes only after the first was looked into.
      await until('two looks at the refund', async () => {
        await clock.run(10_000);
        return looks() >= before + 2;
      });
      first.dispose();
      const told = new RegExp(`^The refund of ${name} is on the chain: [\\d.]+ SWAN`);
      assert.ok(!watched.notices.shown.some(({ message }) => told.test(message)));
      await watched.account.swan.mineAtOnce();
      const second = window(backend, clock, folder, state);
      const { message } = await passing(clock, () => watched.notices.next(told));
      assert.equal(await watched.account.swan.succeeded(/0x[0-9a-f]{64}/.exec(message)?.[0] ?? ''), true);
      const back = await watched.account.swan.refunded(uuid);
      assert.ok(back > 0n);
      const noted = async () => (await backend.payments.list()).payments.find(each => each.task === uuid)?.refund;
      // Nobody has looked at the ledger.
      assert.equal((await until('it in the ledger', noted)).amount, back);
      second.dispose();
    });
  });

  /** A new task, paid. */
  async function paid(): Promise<string> {
    const { taskUuid } = await run<Created>('task.create', { ...hello, pay: true });
    return taskUuid;
  }

  /** Another window's watcher, on a clock of the test's. */
  function window(backend: TaskBackend, clock: FakeClock, folder: string, globalState = new State()): TaskWatcher {
    const { wallet, chainId } = watched.account.sandbox.services.swan;
    return new TaskWatcher({
      scope: scopeOf({ chainId }, wallet.address),
      context: { globalState, globalStorageUri: vscode.Uri.file(folder) },
      clock,
      log: silentLog,
      limits: () => ({ warning: 30 * MINUTE, deadline: 15 * MINUTE }),
      backend: async () => backend,
      named: each => each,
      redraw: () => undefined,
      act: () => assert.fail('nobody pressed anything'),
    });
  }
});

/** The same, with a count of the answers about one task. */
function counted(backend: TaskBackend, only?: string): { backend: TaskBackend; looks(): number } {
  let looks = 0;
  const tasks = Object.assign(Object.create(backend.tasks), {
    async get(id: string) {
      const task = await backend.tasks.get(id);
      if (only === undefined || id === only) looks++;
      return task;
    },
  });
  return { backend: Object.assign(Object.create(backend), { tasks }), looks: () => looks };
}

/** A test's clock that starts now. */
function realTime(): FakeClock {
  const clock = new FakeClock();
  clock.jump(Date.now() - clock.now());
  return clock;
}

/** Time passes while something is awaited, a second at a time. */
async function passing<T>(clock: FakeClock, what: () => Promise<T>): Promise<T> {
  let done = false;
  const awaited = what().finally(() => {
    done = true;
  });
  await until('it', async () => (done ? true : void (await clock.run(1_000))));
  return await awaited;
}

/** What VS Code keeps for an extension. */
class State implements vscode.Memento {
  private readonly values = new Map<string, string>();

  keys = (): readonly string[] => [...this.values.keys()];

  get<T>(key: string, fallback?: T): T | undefined {
    const text = this.values.get(key);
    return text === undefined ? fallback : JSON.parse(text);
  }

  async update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, JSON.stringify(value));
  }
}
