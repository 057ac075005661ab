import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { deferred } from '../../support/assertions.js';
import { byHand, ids, type Row, store } from '../../support/polledRows.js';

describe('PollingStore told to include a row', () => {
  const found = async () => ({ id: 'far' });

  it('shows it after the others, at each refresh, and once', async () => {
    const { rows } = store();
    const { source, give } = byHand();
    rows.setSource(source);
    const including = rows.include('far', found);
    await give('a', 'b');
    await including;
    assert.deepEqual([ids(rows), rows.state.total], [['a', 'b', 'far'], 3]);
    for (const answer of [['a'], ['far', 'a']]) {
      const refreshing = rows.refresh();
      await give(...answer);
      await refreshing;
      assert.deepEqual([...ids(rows)].sort(), ['a', 'far']);
    }
  });

  it('goes on without it when it is gone', async () => {
    const { rows } = store();
    const { source, give } = byHand();
    rows.setSource(source);
    const including = rows.include('far', () => Promise.reject(new RemoteError('notFound', 'gone')));
    await give('a');
    await including;
    assert.deepEqual([ids(rows), rows.state.phase], [['a'], 'ready']);
  });

  it('asks for it no more once another source is set, nor for a former one’s answer', async () => {
    const { rows } = store();
    const [former, present] = [byHand(), byHand()];
    rows.setSource(former.source);
    const answer = deferred<Row>();
    const including = rows.include('far', () => answer.promise);
    await former.give('a');
    rows.setSource(present.source);
    answer.resolve({ id: 'far' });
    await including;
    assert.equal(rows.state.phase, 'loading');
    const refreshing = rows.refresh();
    await present.give('b');
    await refreshing;
    assert.deepEqual(ids(rows), ['b']);
  });
});
