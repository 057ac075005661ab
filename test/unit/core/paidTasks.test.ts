import assert from 'node:assert/strict';
import { settled } from '../../support/fakeClock.js';
import { DAY, HOUR, MINUTE, SchedulerWorld } from '../../support/schedulerWorld.js';

const HASH = `0x${'ab'.repeat(32)}`;

describe('a task that was paid', () => {
  let world: SchedulerWorld;

  beforeEach(() => {
    world = new SchedulerWorld();
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
  let world: SchedulerWorld;

  beforeEach(() => {
    world = new SchedulerWorld();
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
