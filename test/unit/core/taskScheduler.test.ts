import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { TaskScheduler } from '../../../src/core/taskScheduler.js';
import type { Limits, Notice, Seen, Watch } from '../../../src/core/taskWatch.js';
import { FakeClock, settled } from '../../support/fakeClock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HASH = `0x${'ab'.repeat(32)}`;

/** A service with one task, and a person who is told things. */
class World {
  readonly clock = new FakeClock();
  readonly told: { after: number; notice: Notice }[] = [];
  readonly memory = new Map<string, Watch>();
  readonly limits: Limits = { warning: 30 * MINUTE, deadline: 15 * MINUTE };
  readonly start = this.clock.now();
  task: Seen | RemoteError = this.seen('running', 2 * HOUR);
  looks = 0;
  scheduler = this.open();

  /** @param left until its end, from the beginning of the test on */
  seen(stage: Seen['stage'], left?: number, more: Partial<Seen> = {}): Seen {
    const endAt = left === undefined ? undefined : this.start + left;
    return { id: 't1', name: 'mine', stage, failed: false, words: stage, endAt, pricePerHour: 5n, ...more };
  }

  open(): TaskScheduler {
    return new TaskScheduler(
      {
        clock: this.clock,
        limits: () => this.limits,
        look: async () => {
          this.looks++;
          if (this.task instanceof RemoteError) throw this.task;
          return this.task;
        },
        tell: notice => this.told.push({ after: this.clock.now() - this.start, notice }),
        // As VS Code keeps it: as JSON.
        keep: watch => this.memory.set(watch.id, JSON.parse(JSON.stringify(watch))),
        forget: id => this.memory.delete(id),
        redraw: () => undefined,
      },
      [...this.memory.values()],
    );
  }

  /** The window is reloaded. */
  async reload(): Promise<void> {
    this.scheduler.dispose();
    this.scheduler = this.open();
    await settled();
  }

  /** A list tells of the task as it is. */
  list(): void {
    if (!(this.task instanceof RemoteError)) this.scheduler.list([this.task]);
  }

  /** The machine sleeps, and wakes. */
  async sleep(ms: number): Promise<void> {
    this.clock.jump(ms);
    await settled();
  }

  /** What was told since the last time, and when. */
  get news(): [type: Notice['type'], minutes: number][] {
    return this.told.splice(0).map(({ notice, after }) => [notice.type, after / MINUTE]);
  }
}

describe('a running task', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
    world.list();
  });

  it('is not asked about before its warning is due, and then once', async () => {
    await world.clock.run(89 * MINUTE);
    assert.equal(world.looks, 0);
    assert.deepEqual(world.news, []);
    await world.clock.run(MINUTE);
    assert.equal(world.looks, 1);
    assert.deepEqual(world.news, [['ending', 90]]);
    await world.clock.run(29 * MINUTE);
    assert.equal(world.looks, 1);
    assert.deepEqual(world.news, []);
  });

  it('is warned of as it really is: one that was renewed elsewhere later, for its new end', async () => {
    world.task = world.seen('running', 5 * HOUR);
    await world.clock.run(90 * MINUTE);
    assert.equal(world.looks, 1);
    assert.deepEqual(world.news, []);
    assert.equal(world.scheduler.running[0]?.endAt, world.start + 5 * HOUR);
    await world.clock.run(3 * HOUR);
    assert.deepEqual(world.news, [['ending', 270]]);
    // Renewed once more, after it was warned of.
    world.task = world.seen('running', 7 * HOUR);
    world.list();
    await world.clock.run(3 * HOUR);
    assert.deepEqual(world.news, [['ending', 390]]);
  });

  it('is not warned of when it was ended elsewhere', async () => {
    world.task = world.seen('over', HOUR);
    await world.clock.run(3 * HOUR);
    assert.deepEqual(world.news, []);
    assert.deepEqual(world.scheduler.running, []);
    assert.equal(world.looks, 1);
  });

  it('is asked about again while the service cannot be reached, and warned of with what is left', async () => {
    const { task } = world;
    world.task = new RemoteError('network', 'unreachable');
    await world.clock.run(100 * MINUTE);
    assert.deepEqual(world.news, []);
    assert.ok(world.looks > 4 && world.looks < 15, `${world.looks}`);
    world.task = task;
    await world.clock.run(2 * MINUTE);
    const [news] = world.told;
    assert.equal(news?.notice.type, 'ending');
    assert.ok(news.after > 100 * MINUTE && news.after <= 102 * MINUTE);
  });

  it('is not warned of by an answer that makes no sense of it, and asked about ever later', async () => {
    world.task = world.seen('unknown');
    await world.clock.run(100 * MINUTE);
    assert.deepEqual(world.news, []);
    assert.ok(world.looks > 4 && world.looks < 15, `${world.looks}`);
  });

  it('is forgotten when the service does not know it any more', async () => {
    world.task = new RemoteError('notFound', 'gone');
    await world.clock.run(3 * HOUR);
    assert.deepEqual(world.news, []);
    assert.equal(world.looks, 1);
    assert.equal(world.clock.pending, 0, 'a timer without anything to watch');
  });

  it('is warned of again when half of what is left has passed, for as long as that makes sense', async () => {
    await world.clock.run(90 * MINUTE);
    world.scheduler.snooze('t1');
    await world.clock.run(14 * MINUTE);
    assert.deepEqual(world.news, [['ending', 90]]);
    await world.clock.run(MINUTE);
    assert.deepEqual(world.news, [['ending', 105]]);
    await world.clock.run(7 * MINUTE);
    // Eight minutes are left: five is the least.
    world.scheduler.snooze('t1');
    await world.clock.run(5 * MINUTE);
    assert.deepEqual(world.news, [['ending', 117]]);
    world.scheduler.snooze('t1');
    await world.clock.run(2.5 * MINUTE);
    world.task = world.seen('over', 2 * HOUR);
    await world.clock.run(HOUR);
    assert.deepEqual(world.news, [], 'five minutes were not left any more');
  });

  it('snoozed by mistake and renewed then is warned of for its new end', async () => {
    await world.clock.run(90 * MINUTE);
    world.scheduler.snooze('t1');
    world.task = world.seen('running', 4 * HOUR);
    await world.clock.run(2 * HOUR);
    assert.deepEqual(world.news, [
      ['ending', 90],
      ['ending', 210],
    ]);
  });

  it('is warned of late, with the time that is really left, after the machine slept', async () => {
    await world.clock.run(MINUTE);
    await world.sleep(109 * MINUTE);
    assert.deepEqual(world.news, [['ending', 110]]);
  });

  it('that ended while the machine slept is told of once, as ended', async () => {
    await world.sleep(3 * HOUR);
    assert.equal(world.told.length, 0, 'it is said to run past its end: the service may be behind');
    world.task = world.seen('over', 2 * HOUR);
    await world.clock.run(10 * MINUTE);
    const told = world.told.map(({ notice }) => notice.type === 'ended' && notice.endAt);
    assert.deepEqual(told, [world.start + 2 * HOUR]);
    await world.reload();
    await world.clock.run(HOUR);
    assert.equal(world.told.length, 1);
  });

  it('that ended after a warning is not told of', async () => {
    await world.clock.run(90 * MINUTE);
    assert.deepEqual(world.news, [['ending', 90]]);
    world.task = world.seen('over', 2 * HOUR);
    await world.clock.run(HOUR);
    assert.deepEqual(world.news, []);
  });

  it('is not warned of where warnings are off, and its end is noticed all the same', async () => {
    world.limits.warning = 0;
    world.scheduler.tick();
    await world.clock.run(119 * MINUTE);
    assert.equal(world.looks, 0);
    world.task = world.seen('over', 2 * HOUR);
    await world.clock.run(5 * MINUTE);
    assert.equal(world.looks, 1);
    assert.deepEqual(world.news, []);
    assert.deepEqual(world.scheduler.running, []);
  });

  it('is known again after a reload, without a question', async () => {
    await world.reload();
    assert.deepEqual(
      world.scheduler.running.map(({ name, pricePerHour }) => [name, pricePerHour]),
      [['mine', '5']],
    );
    assert.equal(world.looks, 0);
    await world.clock.run(90 * MINUTE);
    assert.deepEqual(world.news, [['ending', 90]]);
  });

  it('is snoozed across a reload', async () => {
    await world.clock.run(90 * MINUTE);
    world.scheduler.snooze('t1');
    await world.reload();
    await world.clock.run(14 * MINUTE);
    assert.deepEqual(world.news, [['ending', 90]]);
    await world.clock.run(MINUTE);
    assert.deepEqual(world.news, [['ending', 105]]);
  });

  it('has the same key in every window, and another for each end and snooze', async () => {
    const keys: string[] = [];
    const warned = async (ms: number) => {
      await world.clock.run(ms);
      keys.push(...world.told.splice(0).map(({ notice }) => notice.key));
    };
    await warned(90 * MINUTE);
    await world.reload();
    await warned(0);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    world.scheduler.snooze('t1');
    await warned(15 * MINUTE);
    world.task = world.seen('running', 3 * HOUR);
    world.list();
    await warned(50 * MINUTE);
    assert.equal(new Set(keys).size, 3);
    assert.equal(keys.length, 4);
  });
});

describe('a task that was paid', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
    world.task = world.seen('pending');
    world.scheduler.paid(world.task, world.start);
  });

  it('is told of when it does not run by the deadline, and again after another if the person waits', async () => {
    await world.clock.run(14 * MINUTE);
    assert.deepEqual(world.news, []);
    assert.ok(world.looks <= 7, `${world.looks} questions`);
    await world.clock.run(MINUTE);
    assert.deepEqual(world.news, [['late', 15]]);
    world.scheduler.wait('t1');
    await world.clock.run(14 * MINUTE);
    assert.deepEqual(world.news, []);
    await world.clock.run(MINUTE);
    assert.deepEqual(world.news, [['late', 30]]);
    await world.clock.run(5 * HOUR);
    assert.deepEqual(world.news, [], 'the person did not say that they wait');
  });

  it('is looked at freshly first: one that runs by then is watched to its end', async () => {
    await world.clock.run(14 * MINUTE);
    world.task = world.seen('running', HOUR);
    await world.clock.run(5 * MINUTE);
    assert.deepEqual(world.news, []);
    await world.clock.run(11 * MINUTE);
    assert.deepEqual(world.news, [['ending', 30]]);
  });

  it('is told of at once when it fails, and its refund is followed', async () => {
    await world.clock.run(20_000);
    world.task = world.seen('over', undefined, { failed: true, words: 'failed' });
    world.list();
    await settled();
    assert.deepEqual(world.news, [['failed', 1 / 3]]);
    world.task = { ...world.task, refund: { hash: HASH, state: 'mined', amount: 7n } };
    await world.clock.run(MINUTE);
    assert.deepEqual(
      world.told.map(({ notice }) => notice.type),
      ['refunded'],
    );
  });

  it('is told of soon when it fails and nobody looks at the list', async () => {
    await world.clock.run(20_000);
    world.task = world.seen('over', undefined, { failed: true, words: 'cancelled' });
    await world.clock.run(MINUTE);
    assert.equal(world.told[0]?.notice.type, 'failed');
  });

  it('and was ended by the person is not told of', async () => {
    world.task = world.seen('over', undefined, { words: 'terminated' });
    world.list();
    await world.clock.run(HOUR);
    assert.deepEqual(world.news, []);
  });

  it('is not watched where the deadline is off', async () => {
    world.limits.deadline = 0;
    world.scheduler.tick();
    world.scheduler.paid({ id: 't2', name: 'other' }, world.start);
    await world.clock.run(DAY / 2);
    assert.equal(world.looks, 0);
    assert.deepEqual(world.news, []);
    assert.equal(world.memory.has('t2'), false);
  });

  it('is told of after a reload, also a long one', async () => {
    world.scheduler.dispose();
    await world.sleep(HOUR);
    await world.reload();
    assert.deepEqual(world.news, [['late', 60]]);
  });

  it('is told of once though the payment is found again, and that it runs is not forgotten for it', async () => {
    await world.clock.run(15 * MINUTE);
    world.scheduler.paid(world.seen('pending'), world.start);
    await world.clock.run(HOUR);
    assert.deepEqual(world.news, [['late', 15]]);
    world.task = world.seen('running', 5 * HOUR);
    world.list();
    world.scheduler.paid(world.task, world.start);
    assert.equal(world.scheduler.running.length, 1);
  });
});

describe('a refund', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
    world.list();
    world.task = world.seen('over', MINUTE, { words: 'terminated' });
    world.scheduler.refund(world.task, world.clock.now());
  });

  function refund(state: 'unknown' | 'mined' | 'reverted', amount: bigint): void {
    world.task = world.seen('over', MINUTE, { refund: { hash: HASH, state, amount } });
  }

  it('is looked for ever less often, until it is on the chain, and told once', async () => {
    await world.clock.run(29_000);
    assert.equal(world.looks, 0);
    await world.clock.run(1_000);
    assert.equal(world.looks, 1);
    refund('unknown', 0n);
    await world.clock.run(HOUR);
    assert.ok(world.looks < 10, `${world.looks} questions in an hour`);
    await world.reload();
    refund('mined', 12n);
    await world.clock.run(HOUR);
    const told = world.told.map(({ notice }) => notice.type === 'refunded' && [notice.hash, notice.amount]);
    assert.deepEqual(told, [[HASH, 12n]]);
    await world.reload();
    await world.clock.run(DAY);
    assert.equal(world.told.length, 1);
  });

  it('that a transaction on the chain does not prove is looked for further', async () => {
    refund('mined', 0n);
    await world.clock.run(HOUR);
    assert.deepEqual(world.news, []);
  });

  it('is told of when its transaction was reverted', async () => {
    refund('reverted', 0n);
    await world.clock.run(HOUR);
    assert.deepEqual(
      world.told.map(({ notice }) => notice.type),
      ['refundReverted'],
    );
  });

  it('that does not come within a day is told of', async () => {
    await world.clock.run(DAY - MINUTE);
    assert.deepEqual(world.news, []);
    assert.ok(world.looks < 60, `${world.looks} questions`);
    await world.clock.run(HOUR);
    assert.deepEqual(
      world.told.map(({ notice }) => notice.type),
      ['refundMissing'],
    );
  });

  it('is not forgotten for a list that still says that the task runs', async () => {
    world.scheduler.list([world.seen('running', HOUR)]);
    refund('mined', 3n);
    await world.clock.run(HOUR);
    assert.equal(world.told[0]?.notice.type, 'refunded');
  });

  it('that the person was told of is not told again', async () => {
    world.scheduler.settle('t1');
    refund('mined', 3n);
    await world.clock.run(HOUR);
    assert.equal(world.looks, 0);
    assert.deepEqual(world.news, []);
  });
});

describe('what is watched', () => {
  it('is forgotten a day after it is over, and leaves nothing behind', async () => {
    const world = new World();
    world.list();
    world.task = world.seen('over', HOUR);
    world.list();
    assert.equal(world.memory.get('t1')?.phase, 'over');
    assert.equal(world.clock.pending, 0);
    world.clock.jump(DAY + 1);
    await world.reload();
    assert.equal(world.memory.size, 0);
  });

  it('is left alone after the window has gone', async () => {
    const world = new World();
    world.list();
    world.scheduler.dispose();
    await world.clock.run(3 * HOUR);
    assert.equal(world.looks, 0);
    assert.equal(world.clock.pending, 0);
  });

  it('is told in the order of its ends', () => {
    const world = new World();
    const [a, b] = [world.seen('running', 3 * HOUR), world.seen('running', HOUR)];
    world.scheduler.list([{ ...a, id: 'a' }, { ...b, id: 'b' }, world.seen('unpaid')]);
    assert.deepEqual(
      world.scheduler.running.map(({ id }) => id),
      ['b', 'a'],
    );
  });
});
