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
});
