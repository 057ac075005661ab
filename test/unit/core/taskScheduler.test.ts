import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { DAY, HOUR, MINUTE, SchedulerWorld } from '../../support/schedulerWorld.js';

describe('a running task', () => {
  let world: SchedulerWorld;

  beforeEach(() => {
    world = new SchedulerWorld();
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

describe('what is watched', () => {
  it('is forgotten a day after it is over, and leaves nothing behind', async () => {
    const world = new SchedulerWorld();
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
    const world = new SchedulerWorld();
    world.list();
    world.scheduler.dispose();
    await world.clock.run(3 * HOUR);
    assert.equal(world.looks, 0);
    assert.equal(world.clock.pending, 0);
  });

  it('is told in the order of its ends', () => {
    const world = new SchedulerWorld();
    const [a, b] = [world.seen('running', 3 * HOUR), world.seen('running', HOUR)];
    world.scheduler.list([{ ...a, id: 'a' }, { ...b, id: 'b' }, world.seen('unpaid')]);
    assert.deepEqual(
      world.scheduler.running.map(({ id }) => id),
      ['b', 'a'],
    );
  });
});
