import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { silentLog } from '../../src/core/log.js';
import type { Task, TaskBackend } from '../../src/core/tasks.js';
import { TaskWatcher } from '../../src/ui/taskWatcher.js';
import { scopeOf } from '../../src/ui/watchMemory.js';
import { FakeClock, settled } from '../support/fakeClock.js';
import { temporaryFolder } from '../support/processes.mjs';
import { until } from '../support/until.js';
import { openAccount } from './support/account.js';
import { run, setSetting } from './support/extension.js';
import { Notices } from './support/notices.js';
import { type Created, hello, openSwanAccount, type SwanAccount } from './support/swan.js';

const WARNING = 'swan.expiryWarningMinutes';
const DEADLINE = 'swan.deployDeadlineMinutes';
const MINUTE = 60_000;

describe('the time left of Swan tasks', () => {
  let account: SwanAccount;
  let notices: Notices;
  /** A task that runs. */
  let id: string;

  before(async () => {
    account = await openSwanAccount(['--step-ms', '50', '--tasks', '1']);
    await account.swan.mineAtOnce();
    id = await until('a task', async () => {
      await account.services.tasks.store.refresh();
      return account.services.tasks.store.state.rows[0]?.id;
    });
  });

  after(() => account.close());

  beforeEach(() => {
    notices = new Notices();
  });

  afterEach(async () => {
    notices.restore();
    await account.swan.act('clear');
    for (const setting of [WARNING, DEADLINE]) await setSetting(setting, undefined);
  });

  function item(): vscode.StatusBarItem {
    return account.services.watch.timeLeft.item;
  }

  function urgent(): boolean {
    const { backgroundColor } = item();
    return backgroundColor !== undefined && 'id' in backgroundColor && /warning/.test(String(backgroundColor.id));
  }

  async function endsIn(minutes: number): Promise<void> {
    await account.swan.act('task', { task_uuid: id, end_in: minutes * 60 });
  }

  async function asked(): Promise<number> {
    const { calls, rpc } = await account.swan.stats();
    return Object.values({ ...calls, ...rpc }).reduce((sum, count) => sum + count, 0);
  }

  /** The sidebar is not to be seen while `act` is under way. */
  async function hidden(act: () => Promise<void>): Promise<void> {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view to be hidden', () => !account.services.tasks.view.view.visible);
    await act();
    await vscode.commands.executeCommand('remoteCompute.tasks.focus');
    await until('the view to be shown', () => account.services.tasks.view.view.visible);
  }

  it('is in the status bar, with what all that runs costs', async () => {
    await until('the time left', () => /^\$\(clock\) 59 min · [\d.]+ SWAN\/h$/.test(item().text));
    assert.match(
      item().accessibilityInformation?.label ?? '',
      /^Remote Compute: the next task ends in 59 min, [\d.]+ SWAN\/h$/,
    );
    assert.equal(item().command, 'remoteCompute.tasks.focus');
    assert.equal(urgent(), false);
    const { tooltip } = item();
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.equal(tooltip.isTrusted, false);
    assert.match(tooltip.value, /ends in 59 min/);
  });

  it('costs no question while the sidebar is hidden', async () => {
    await hidden(async () => {
      await until('what was under way to end', async () => {
        const before = await asked();
        await new Promise(resolve => setTimeout(resolve, 500));
        return (await asked()) === before;
      });
      const before = await asked();
      // What never comes can only be waited for.
      await new Promise(resolve => setTimeout(resolve, 3_000));
      assert.equal(await asked(), before);
      assert.match(item().text, /59 min/);
    });
  });

  it('that is renewed elsewhere raises no warning: the end is looked up first', async () => {
    await hidden(async () => {
      await endsIn(180);
      await setSetting(WARNING, 100);
      await until('the new end', () => /^\$\(clock\) 2 h 59 min · /.test(item().text));
      assert.deepEqual(notices.ofTasks, []);
      assert.equal(urgent(), false);
    });
  });

  it('is warned of when it runs out, with a warning that can be snoozed', async () => {
    await endsIn(24.5);
    await run('refresh', {});
    const warning = await notices.next(/^“.+” ends in 24 min \(.*\d\d.*\)\.$/);
    assert.deepEqual(warning.acts, ['Renew', 'Snooze']);
    assert.equal(urgent(), true);
    warning.answer('Snooze');
    await run('refresh', {});
    await run('refresh', {});
    assert.deepEqual(notices.ofTasks, []);
  });

  it('is renewed from the warning, by the command that asks and confirms', async () => {
    await endsIn(20.5);
    await run('refresh', {});
    const warning = await notices.next(/ends in 20 min/);
    const { endAt: before = 0 } = await task(id);
    const { createQuickPick } = vscode.window;
    const titles: (string | undefined)[] = [];
    // What the command asks by a list is for the browser tests: here it is enough that it asks.
    Object.assign(vscode.window, {
      createQuickPick() {
        const pick = createQuickPick();
        const show = pick.show.bind(pick);
        pick.show = () => {
          titles.push(pick.title);
          show();
          pick.hide();
        };
        return pick;
      },
    });
    try {
      warning.answer('Renew');
      await until('the question', () => titles.includes('Renew a Task'));
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
    assert.equal((await task(id)).endAt, before, 'renewed without a yes');
  });

  it('goes with the account', async () => {
    await run('swan.signOut', {});
    await until('nothing in the status bar', () => item().text.includes('SWAN') === false);
    const { apiKey, wallet } = account.sandbox.services.swan;
    await run('swan.signIn', { apiKey });
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    await until('the time left', () => /SWAN\/h$/.test(item().text));
  });

  it('is told by one of two windows, and by the next where nobody answered', async () => {
    await setSetting(WARNING, 0);
    await endsIn(20.5);
    const { backend, looks } = counted(await backendOf(account));
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
      assert.deepEqual(notices.ofTasks, []);
    };

    const windows = open();
    for (const each of windows) each.list([await backend.tasks.get(id)]);
    let before = looks() - windows.length;
    const first = await passing(clock, () => notices.next(/ends in \d+ min/));
    await nothingMore(before, 2 * windows.length);
    // It is still on the screen when the window is reloaded.
    for (const each of windows) each.dispose();
    before = looks();
    const again = open();
    const second = await passing(clock, () => notices.next(/ends in \d+ min/));
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
    before(() => account.swan.act('set', { deploys: false }));

    after(() => account.swan.act('set', { deploys: true }));

    it('is told of after the deadline, again if the person waits, and it is ended from there', async () => {
      await setSetting(DEADLINE, 0.02);
      const uuid = await paid();
      const late = /^“hello-world” was paid \d+ s ago and is not running yet \(waiting for bids…\)\.$/;
      const first = await notices.next(late);
      assert.deepEqual(first.acts, ['Wait', 'Terminate with Refund', 'Claim Review']);
      first.answer('Wait');
      const second = await notices.next(late);
      assert.ok(!notices.shown.some(({ message }) => late.test(message)));
      second.answer('Terminate with Refund');
      await notices.next(/^“hello-world” is terminated\. [\d.]+ SWAN came back/);
      assert.ok(notices.modals.includes('Terminate “hello-world”?'));
      assert.ok((await account.swan.refunded(uuid)) > 0n);
    });

    it('is told of at once when it fails', async () => {
      const uuid = await paid();
      await backendOf(account).then(({ tasks }) => tasks.claimReview(uuid));
      const { acts } = await notices.next(/^“hello-world” failed after it was paid\. You are told when its refund/);
      assert.deepEqual(acts, []);
    });

    it('has its refund followed until that is on the chain, across reloads', async () => {
      await setSetting(DEADLINE, 0);
      const uuid = await paid();
      const backend = await backendOf(account);
      const [clock, state, folder] = [realTime(), new State(), temporaryFolder('window')];
      const first = window(backend, clock, folder, state);
      first.paid(uuid, clock.now());
      await account.swan.holdBlocks();
      await backend.tasks.claimReview(uuid);
      // Others that were paid in this run are recalled as well.
      const name = `“Task ${uuid.slice(0, 8)}”`;
      await passing(clock, () => notices.next(new RegExp(`^${name} failed after it was paid`)));
      await clock.run(10 * MINUTE);
      first.dispose();
      const told = new RegExp(`^The refund of ${name} is on the chain: [\\d.]+ SWAN`);
      assert.ok(!notices.shown.some(({ message }) => told.test(message)));
      await account.swan.mineAtOnce();
      const second = window(backend, clock, folder, state);
      const { message } = await passing(clock, () => notices.next(told));
      assert.equal(await account.swan.succeeded(/0x[0-9a-f]{64}/.exec(message)?.[0] ?? ''), true);
      const back = await account.swan.refunded(uuid);
      assert.ok(back > 0n);
      const noted = async () => (await backend.payments.list()).payments.find(each => each.task === uuid)?.refund;
      // Nobody has looked at the ledger.
      assert.equal((await until('it in the ledger', noted)).amount, back);
      second.dispose();
    });
  });

  async function task(uuid: string): Promise<Task> {
    return (await backendOf(account)).tasks.get(uuid);
  }

  /** A new task, paid. */
  async function paid(): Promise<string> {
    const { taskUuid } = await run<Created>('task.create', { ...hello, pay: true });
    return taskUuid;
  }

  /** Another window's watcher, on a clock of the test's. */
  function window(backend: TaskBackend, clock: FakeClock, folder: string, globalState = new State()): TaskWatcher {
    const { wallet, chainId } = account.sandbox.services.swan;
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

describe('launchers that run', () => {
  it('are counted in the status bar, as far as they are known', async () => {
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
    const account = await openAccount(['--launchers', '12']);
    const { item } = account.services.watch.timeLeft;
    const store = account.services.views.launcherStore;
    await until('launchers', () => store.state.rows.length === 12);
    const active = store.state.rows.filter(({ state }) => state.type === 'active').length;
    assert.ok(active > 1 && active < 12, 'nothing to tell apart');
    assert.equal(item.text, `$(vm-active) ${active} launchers`);
    assert.equal(item.command, 'remoteCompute.launchers.focus');
    assert.equal(item.accessibilityInformation?.label, `Remote Compute: ${active} launchers running`);
    await account.close();
    assert.doesNotMatch(item.text, /launcher/);
  });
});

async function backendOf({ services }: SwanAccount): Promise<TaskBackend> {
  return (await services.swan.require()).backend;
}

/** The same, with a count of the answers about one task. */
function counted(backend: TaskBackend): { backend: TaskBackend; looks(): number } {
  let looks = 0;
  const tasks = Object.assign(Object.create(backend.tasks), {
    async get(id: string) {
      const task = await backend.tasks.get(id);
      looks++;
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
