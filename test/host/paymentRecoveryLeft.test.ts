// Those that others go on with, and what is tried again: each is told of once.
import assert from 'node:assert/strict';
import { RemoteError } from '../../src/core/errors.js';
import { payment } from '../support/payments.js';
import { until } from '../support/until.js';
import { failure, RecoveryWorld, stuck } from './support/recoveryWorld.js';

describe('payments that were interrupted', () => {
  const world = new RecoveryWorld();

  it('are left to who goes on with them, who tells what becomes of it', async () => {
    world.lapses = 3;
    let looks = 0;
    world.elsewhere = () => {
      if (++looks === 3) world.listed = { ...stuck, stage: 'done', open: false };
      return looks < 3;
    };
    await world.recover();
    assert.deepEqual([world.said, world.calls, looks], [[], [], 3]);
  });

  it('are left to who has told why it stopped', async () => {
    world.lapses = 1;
    world.elsewhere = () => {
      const underWay = world.pauses.length === 0;
      if (!underWay) world.listed = { ...stuck, problem: { code: 'timeout', message: 'It is so.', at: 1 } };
      return underWay;
    };
    await world.recover();
    assert.deepEqual([world.said, world.calls], [[], []]);
  });

  it('are taken up where who went on with them is gone', async () => {
    world.lapses = 2;
    world.elsewhere = () => world.pauses.length < 2;
    await world.recover(payment('stuck'));
    assert.deepEqual(world.calls, [['resume', 'stuck', undefined]]);
    assert.match(world.said[0]?.text ?? '', /^Finished/);
  });

  it('are not told of as interrupted where they were finished meanwhile', async () => {
    const open = world.listed;
    world.elsewhere = () => false;
    // Between the look at all and the look at it.
    world.reads = [() => open, () => ({ ...open, stage: 'done', open: false })];
    await world.recover();
    assert.deepEqual([world.said, world.calls], [[], []]);
  });

  it('are said to be cancelled where that is their end', async () => {
    await world.recover(payment('stuck', { stage: 'cancelled' }));
    assert.deepEqual(world.said, [
      { text: 'The payment of 1.5 SWAN was cancelled: nothing was paid for “mnist-web”.', acts: [] },
    ]);
  });

  it('are tried again, later each time, where that may help, and told of once', async () => {
    world.lapses = 3;
    const offline = new RemoteError('network', 'There is no network.');
    await world.recover(offline, offline, failure('transaction_pending'), payment('stuck'));
    assert.deepEqual(world.pauses, [7_500, 15_000, 30_000]);
    assert.deepEqual(
      world.said.map(({ text }) => text),
      [
        'Not finished: the payment of 1.5 SWAN for “mnist-web”. There is no network.',
        'Finished the payment of 1.5 SWAN for “mnist-web”, which was interrupted.',
      ],
    );
  });

  it('are not tried again where the person has to act, which is told after all', async () => {
    world.lapses = 1;
    await world.recover(new RemoteError('network', 'There is no network.'), new RemoteError('invalid', 'It is wrong.'));
    assert.deepEqual(
      world.said.map(({ text }) => text.split('. ')[1]),
      ['There is no network.', 'It is wrong.'],
    );
    assert.equal(world.clock.pending, 0);
  });

  it('are not tried again once the window closes', async () => {
    world.atEnd = async recovery => {
      recovery.dispose();
      await until('the end', () => world.clock.pending === 0);
    };
    await world.recover(failure('transaction_pending'));
    assert.equal(world.calls.length, 1);
  });

  it('are told of as another’s as soon as the account changes, and not tried again', async () => {
    world.atEnd = async () => {
      world.switched = true;
      world.own = false;
      world.changed.fire();
      await until('it to be told', () => world.said.length === 2);
    };
    await world.recover(failure('transaction_pending'));
    assert.match(world.said[1]?.text ?? '', /It is of the account “Home”/);
    assert.deepEqual([world.calls.length, world.clock.pending], [1, 0]);
  });
});
