import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { onListenerFailed } from '../../../src/core/events.js';
import { FIRST_ROWS, type PollingStore } from '../../../src/core/pollingStore.js';
import { settled } from '../../support/fakeClock.js';
import { byHand, ids, type Row, store } from '../../support/polledRows.js';

describe('PollingStore', () => {
  it('without a source, or hidden, asks nothing and waits for nothing', async () => {
    const { clock, rows } = store();
    const { source, requests } = byHand();
    rows.setVisible(true);
    assert.deepEqual([rows.state.phase, clock.pending], ['off', 0]);
    rows.setVisible(false);
    rows.setSource(source);
    await clock.run(3_600_000);
    assert.deepEqual([rows.state.phase, requests.length, clock.pending], ['loading', 0, 0]);
  });

  it('shown, asks at once, and then every 15 s', async () => {
    const { clock, rows, phases } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    assert.deepEqual([requests[0]?.offset, requests[0]?.limit], [0, FIRST_ROWS]);
    await give('a', 'b');
    assert.deepEqual([ids(rows), rows.state.total, phases], [['a', 'b'], 2, ['loading', 'ready']]);
    await clock.run(14_999);
    assert.equal(requests.length, 1);
    await clock.run(1);
    assert.equal(requests.length, 2);
  });

  it('asks one thing at a time, however long the answer takes', async () => {
    const { clock, rows } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    await clock.run(600_000);
    assert.deepEqual([requests.length, clock.pending], [1, 0]);
    await give('a');
    assert.equal(clock.next, 15_000);
  });

  it('hidden again, stops with the answer that is on its way', async () => {
    const { clock, rows } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    rows.setVisible(false);
    await give('a');
    assert.deepEqual([ids(rows), requests.length, clock.pending], [['a'], 1, 0]);
    rows.setVisible(true);
    rows.setVisible(false);
    assert.equal(clock.pending, 0);
    await clock.run(3_600_000);
    assert.equal(requests.length, 1);
  });

  it('shown again, asks only when it is due', async () => {
    const { clock, rows } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    await give('a');
    rows.setVisible(false);
    await clock.run(10_000);
    rows.setVisible(true);
    assert.deepEqual([requests.length, clock.next], [1, 5_000]);
    rows.setVisible(false);
    await clock.run(10_000);
    rows.setVisible(true);
    assert.equal(requests.length, 2);
  });

  it('asks within its interval also after the clock was set back', async () => {
    const { clock, rows } = store();
    const { source, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    await give('a');
    rows.setVisible(false);
    clock.set(-3_600_000);
    rows.setVisible(true);
    assert.equal(clock.next, 15_000);
  });

  it('looks more often while something is in transition', async () => {
    const { clock, rows } = store();
    const { source, last, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    last().answer.resolve({ rows: [{ id: 'a' }, { id: 'b', busy: true }], total: 2 });
    await settled();
    assert.equal(clock.next, 2_000);
    await clock.run(2_000);
    await give('a', 'b');
    assert.equal(clock.next, 15_000);
  });

  it('keeps the rows through failures, asks less and less often, and recovers', async () => {
    const { clock, rows, phases } = store();
    const { source, last, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    await give('a');
    const waits: (number | undefined)[] = [];
    for (let failure = 0; failure < 6; failure++) {
      await clock.run(clock.next ?? 0);
      last().answer.reject(new RemoteError('network', 'unreachable'));
      await settled();
      assert.deepEqual([ids(rows), rows.state.phase, rows.state.error?.kind], [['a'], 'failed', 'network']);
      waits.push(clock.next);
    }
    assert.deepEqual(waits, [7_500, 15_000, 30_000, 60_000, 90_000, 90_000]);
    await clock.run(90_000);
    await give('b');
    assert.deepEqual([ids(rows), rows.state.phase, rows.state.error, clock.next], [['b'], 'ready', undefined, 15_000]);
    assert.equal(phases.filter(phase => phase === 'failed').length, 6);
  });

  it('asks a service that says how long to wait no sooner', async () => {
    const { clock, rows } = store();
    const { source, last } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    await settled();
    last().answer.reject(new RemoteError('busy', 'too much', { retryAfterMs: 50_000 }));
    await settled();
    assert.equal(clock.next, 50_000);
  });

  it('gives what a source throws a kind', async () => {
    const { rows } = store();
    rows.setSource(() => {
      throw new TypeError('a defect');
    });
    await rows.refresh();
    assert.deepEqual([rows.state.phase, rows.state.error?.kind], ['failed', 'service']);
  });

  it('refreshing while an answer is on its way asks once more after it', async () => {
    const { rows } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    const first = rows.refresh();
    let done = false;
    const [second, third] = [rows.refresh(), rows.refresh()];
    void second.then(() => {
      done = true;
    });
    assert.equal(requests.length, 1);
    await give('before the act');
    await first;
    assert.deepEqual([requests.length, done], [2, false]);
    await give('after the act');
    await Promise.all([second, third]);
    assert.deepEqual([ids(rows), requests.length], [['after the act'], 2]);
  });

  it('what comes to be out of date while an answer is on its way is asked for once more after it', async () => {
    const { clock, rows } = store();
    const { source, requests, last, give } = byHand();
    rows.setSource(source);
    rows.setVisible(true);
    rows.invalidate();
    rows.invalidate();
    assert.equal(requests.length, 1);
    await give('before');
    assert.deepEqual([ids(rows), requests.length], [['before'], 2]);
    await give('after');
    assert.deepEqual([ids(rows), requests.length, clock.next], [['after'], 2, 15_000]);
    rows.invalidate();
    rows.invalidate();
    last().answer.reject(new RemoteError('network', 'unreachable'));
    await settled();
    assert.equal(requests.length, 4);
    rows.setVisible(false);
    rows.invalidate();
    await give('hidden');
    assert.equal(requests.length, 4);
    rows.setVisible(true);
    assert.equal(requests.length, 5);
  });

  it('a listener that refreshes at once does not make it ask two things at a time', async () => {
    const { rows } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    let again = true;
    rows.onDidChange(() => {
      if (again) void rows.refresh();
      again = false;
    });
    void rows.refresh();
    void rows.refresh();
    await give('a');
    assert.equal(requests.length, 2);
    await give('b');
    assert.deepEqual([requests.length, ids(rows)], [2, ['b']]);
  });

  it('a listener that fails does not end the polling, nor fail whoever asked', async () => {
    const failures: unknown[] = [];
    onListenerFailed(error => failures.push(error));
    const { clock, rows } = store();
    const { source, requests, give } = byHand();
    rows.setSource(source);
    const refreshed = rows.refresh();
    rows.setVisible(true);
    rows.onDidChange(() => {
      throw new Error('a view’s defect');
    });
    await give('a');
    await refreshed;
    onListenerFailed(undefined);
    assert.ok(failures.length > 0);
    assert.equal(clock.next, 15_000);
    assert.equal(requests.length, 1);
  });

  it('drops the answers of a former source, and cancels them', async () => {
    const { rows, clock } = store();
    const [former, present] = [byHand(), byHand()];
    rows.setSource(former.source);
    rows.setVisible(true);
    const followUp = rows.refresh();
    rows.setSource(present.source);
    assert.deepEqual([rows.state.phase, former.last().signal.aborted], ['loading', true]);
    await former.give('stale');
    await followUp;
    assert.deepEqual([rows.state.phase, former.requests.length, present.requests.length], ['loading', 1, 1]);
    await present.give('fresh');
    assert.deepEqual([ids(rows), clock.pending], [['fresh'], 1]);
  });

  it('hidden, a refresh of a former source asks the new one nothing', async () => {
    const { rows } = store();
    const [former, present] = [byHand(), byHand()];
    rows.setSource(former.source);
    void rows.refresh();
    const followUp = rows.refresh();
    rows.setSource(present.source);
    await former.give('stale');
    await followUp;
    assert.equal(present.requests.length, 0);
  });

  it('switched off, forgets the rows and stops', async () => {
    for (const off of [
      (rows: PollingStore<Row>) => rows.setSource(undefined),
      (rows: PollingStore<Row>) => rows.dispose(),
    ]) {
      const { rows, clock } = store();
      const { source, give, requests } = byHand();
      rows.setSource(source);
      rows.setVisible(true);
      await give('a');
      off(rows);
      assert.deepEqual([rows.state, clock.pending], [{ rows: [], total: 0, phase: 'off', error: undefined }, 0]);
      await rows.refresh();
      await clock.run(3_600_000);
      assert.equal(requests.length, 1);
    }
  });
});
