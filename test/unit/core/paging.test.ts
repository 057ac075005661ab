import assert from 'node:assert/strict';
import { FIRST_ROWS, MORE_ROWS, PollingStore, type Source } from '../../../src/core/pollingStore.js';
import { FakeClock, settled } from '../../support/fakeClock.js';

interface Row {
  id: string;
}

describe('PollingStore, page by page', () => {
  function store() {
    const clock = new FakeClock();
    return { clock, rows: new PollingStore<Row>({ clock, inTransition: () => false }) };
  }

  /** A service with many rows. */
  function many(total: number, cap = Number.POSITIVE_INFINITY) {
    const asked: [number, number][] = [];
    let inFlight = 0;
    const source: Source<Row> = async ({ offset, limit }) => {
      asked.push([offset, limit]);
      assert.equal(++inFlight, 1, 'two requests at a time');
      await settled();
      inFlight--;
      const count = Math.max(0, Math.min(limit, cap, total - offset));
      return { rows: Array.from({ length: count }, (_, n) => ({ id: `row${offset + n}` })), total };
    };
    return { asked, source };
  }

  const ids = (rows: PollingStore<Row>) => rows.state.rows.map(row => row.id);

  it('loads more in requests of a bounded size, and refreshes all of it', async () => {
    const { rows, clock } = store();
    const { source, asked } = many(10_000);
    rows.setSource(source);
    await rows.refresh();
    assert.deepEqual([rows.state.rows.length, rows.state.total], [FIRST_ROWS, 10_000]);
    await rows.loadMore();
    await rows.loadMore();
    assert.equal(rows.state.rows.length, FIRST_ROWS + 2 * MORE_ROWS);
    asked.length = 0;
    await rows.refresh();
    assert.deepEqual(asked, [
      [0, 100],
      [100, 100],
      [200, 20],
    ]);
    assert.equal(new Set(ids(rows)).size, 220);
    assert.equal(clock.pending, 0);
  });

  it('a service that gives fewer rows at a time is asked on', async () => {
    const { rows } = store();
    const { source, asked } = many(1_000, 15);
    rows.setSource(source);
    await rows.refresh();
    assert.deepEqual([rows.state.rows.length, asked.length], [20, 2]);
  });

  it('a service whose total is too high is not asked for ever', async () => {
    const { rows } = store();
    let asked = 0;
    rows.setSource(async () => {
      asked++;
      return { rows: asked === 1 ? [{ id: 'a' }] : [], total: 5 };
    });
    await rows.refresh();
    assert.deepEqual([ids(rows), asked], [['a'], 2]);
  });

  it('a row that moved between two pages is shown once', async () => {
    const { rows } = store();
    rows.setSource(async ({ offset }) => ({
      rows: Array.from({ length: offset === 0 ? 100 : 20 }, (_, n) => ({ id: `row${Math.max(0, offset + n - 1)}` })),
      total: 120,
    }));
    await rows.refresh();
    await rows.loadMore();
    assert.equal(rows.state.rows.length, new Set(ids(rows)).size);
  });

  it('a service that gives the same rows again and again is not asked for ever', async () => {
    const { rows } = store();
    let asked = 0;
    rows.setSource(async () => {
      asked++;
      return { rows: [{ id: 'a' }], total: 1_000 };
    });
    await rows.refresh();
    assert.deepEqual([ids(rows), asked], [['a'], 2]);
  });
});
