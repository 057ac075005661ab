import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ReadPage, readAll, readRange } from '../../../src/swan/taskPages.js';

describe('pages of tasks', () => {
  const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index) }));

  /** A service with so many rows, which counts its calls. */
  function service(count: number, total: number | undefined = count) {
    const rows = rowsOf(count);
    const asked: number[] = [];
    const read: ReadPage<{ id: string }> = async (page, size) => {
      asked.push(page);
      return { rows: rows.slice((page - 1) * size, page * size), total };
    };
    return { read, asked };
  }

  it('give any range of rows, wherever it begins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(70), fc.integer({ min: 1, max: 25 }), async (count, offset, limit) => {
        const { read, asked } = service(count);
        const page = await readRange(read, offset, limit);
        assert.deepEqual(page.rows, rowsOf(count).slice(offset, offset + limit));
        assert.equal(page.total, page.rows.length === 0 ? offset : count);
        assert.ok(asked.length <= 2);
      }),
    );
  });

  it('without a total go on while they are full', async () => {
    const { read } = service(20, undefined);
    const unknown: ReadPage<{ id: string }> = async (page, size) => ({ ...(await read(page, size)), total: undefined });
    assert.equal((await readRange(unknown, 0, 10)).total, 11);
    assert.equal((await readRange(unknown, 10, 10)).total, 21);
    assert.deepEqual(await readRange(unknown, 20, 10), { rows: [], total: 20 });
    assert.equal((await readRange(unknown, 15, 10)).total, 20);
  });

  it('that hold more than asked for are cut', async () => {
    const read: ReadPage<{ id: string }> = async () => ({ rows: rowsOf(500), total: 7 });
    assert.equal((await readRange(read, 0, 20)).rows.length, 20);
  });

  it('are all read, to their end', async () => {
    for (const count of [0, 1, 99, 100, 101, 250]) {
      const { read, asked } = service(count);
      const all = await readAll(read);
      assert.deepEqual([all.rows.length, all.total], [count, count]);
      assert.ok(asked.length <= Math.floor(count / 100) + 1);
    }
  });

  it('without end are not', async () => {
    let calls = 0;
    const endless = (id: (page: number, index: number) => string): ReadPage<{ id: string }> => {
      calls = 0;
      return async (page, size) => {
        calls++;
        return { rows: Array.from({ length: size }, (_, index) => ({ id: id(page, index) })), total: 10 ** 9 };
      };
    };
    const fresh = await readAll(endless((page, index) => `${page}-${index}`));
    assert.deepEqual([fresh.rows.length, calls], [1_000, 10]);
    const same = await readAll(endless((_page, index) => String(index)));
    assert.deepEqual([same.rows.length, calls], [100, 2]);
  });

  /** A service that gives so many rows at a time, whatever is asked for. @param bySize that is asked for it counts pages */
  function capped(count: number, cap: number, bySize: boolean, total: number | undefined = count) {
    const rows = rowsOf(count);
    let calls = 0;
    const read: ReadPage<{ id: string }> = async (page, size) => {
      calls++;
      const start = (page - 1) * (bySize ? size : Math.min(size, cap));
      return { rows: rows.slice(start, start + Math.min(size, cap)), total };
    };
    return { read, calls: () => calls };
  }

  for (const bySize of [true, false]) {
    for (const told of [true, false]) {
      const how = `${bySize ? 'by what was asked for' : 'by what it gives'}, ${told ? 'with' : 'without'} a total`;
      it(`that hold less than asked for are gone through row by row: counted ${how}`, async () => {
        await fc.assert(
          fc.asyncProperty(fc.integer({ min: 1, max: 260 }), fc.integer({ min: 1, max: 60 }), async (count, cap) => {
            const { read, calls } = capped(count, cap, bySize, told ? count : undefined);
            const pageSize = { most: Number.POSITIVE_INFINITY };
            const seen: { id: string }[] = [];
            // As the view does: a few rows first, and then more.
            for (let wanted = 20, ended = false; !ended; wanted += 100) {
              while (seen.length < wanted) {
                const page = await readRange(read, seen.length, Math.min(100, wanted - seen.length), pageSize);
                seen.push(...page.rows);
                ended = page.rows.length === 0 || seen.length >= page.total;
                if (ended) break;
              }
            }
            assert.deepEqual(seen, rowsOf(count));
            assert.ok(calls() <= 8 + 4 * Math.ceil(count / Math.min(cap, 20)), `${calls()} calls`);
            const all = await readAll(read);
            assert.deepEqual(all.rows, rowsOf(Math.min(count, 100 * cap)).slice(0, all.rows.length));
            assert.ok(all.rows.length >= Math.min(count, 90 * cap), `${all.rows.length} of ${count}`);
          }),
          { numRuns: 60 },
        );
      });
    }
  }

  it('have places for rows that make no sense', async () => {
    const rows = rowsOf(60).map(row => (row.id === '7' ? undefined : row));
    const read: ReadPage<{ id: string }> = async (page, size) => ({
      rows: rows.slice((page - 1) * size, page * size),
      total: 60,
    });
    const pageSize = { most: Number.POSITIVE_INFINITY };
    const first = await readRange(read, 0, 20, pageSize);
    assert.deepEqual([first.rows.length, pageSize.most], [19, Number.POSITIVE_INFINITY]);
    assert.equal((await readRange(read, 20, 20, pageSize)).rows[0]?.id, '20');
  });
});
