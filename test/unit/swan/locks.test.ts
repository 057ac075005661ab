import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.js';
import { Locks } from '../../../src/swan/journal/locks.js';
import { deferred, rejection, until } from '../../support/assertions.js';
import { temporaryJournal } from '../../support/payer.js';

describe('locks', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  let folder: string;
  let remove: () => void;

  beforeEach(() => ({ folder, remove } = temporaryJournal()));
  afterEach(() => remove());

  const locksOf = () => new Locks(folder, systemClock, 2_000);

  it('are held by one at a time, in turn, within a window and across windows', async () => {
    const windows = [locksOf(), locksOf()];
    let holders = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        windows[index % 2]?.hold('a', async stillHeld => {
          assert.equal(++holders, 1);
          await new Promise(resolve => setImmediate(resolve));
          stillHeld();
          order.push(index);
          holders--;
        }),
      ),
    );
    assert.deepEqual(
      order.filter(index => index % 2 === 0),
      order.filter(index => index % 2 === 0).toSorted((a, b) => a - b),
    );
    assert.equal(order.length, 20);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('are known to be held, and not to be', async () => {
    const [mine, theirs] = [locksOf(), locksOf()];
    assert.equal(await theirs.isHeld('a'), false);
    await mine.hold('a', async () => assert.equal(await theirs.isHeld('a'), true));
    assert.equal(await theirs.isHeld('a'), false);
  });

  it('of different names do not wait for each other', async () => {
    const locks = locksOf();
    const other = deferred();
    await locks.hold('a', () => Promise.race([other.promise, locks.hold('b', async () => other.resolve())]));
  });

  it('are free after an error', async () => {
    const locks = locksOf();
    await assert.rejects(locks.hold('a', () => Promise.reject(new Error('The test fails here.'))));
    assert.equal(await locks.hold('a', async () => 'held'), 'held');
  });

  it('can be given up waiting for', async () => {
    const held = deferred();
    const locks = locksOf();
    const first = locks.hold('a', () => held.promise);
    const abort = new AbortController();
    const waiting = rejection(
      locksOf().hold('a', async () => assert.fail(), abort.signal),
      'cancelled',
    );
    abort.abort();
    await waiting;
    const next = new AbortController();
    const behind = rejection(
      locks.hold('a', async () => assert.fail(), next.signal),
      'cancelled',
    );
    next.abort();
    await behind;
    held.resolve();
    await first;
    assert.equal(await locks.hold('a', async () => 'held'), 'held');
  });

  it('of a process that is killed are free again', async () => {
    const child = spawn(process.execPath, [join(__dirname, 'lockHolder.js'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    let entered = false;
    const mine = locksOf().hold('a', async () => {
      entered = true;
      assert.ok(child.signalCode === 'SIGKILL');
    });
    await new Promise(resolve => setTimeout(resolve, 100));
    assert.equal(entered, false);
    child.kill('SIGKILL');
    await mine;
  });

  it('of a process that is killed are taken over by one of those that wait at once', async () => {
    const windows = Array.from({ length: 8 }, locksOf);
    for (let round = 0; round < 20; round++) {
      mkdirSync(join(folder, 'a.lock'));
      utimesSync(join(folder, 'a.lock'), 1, 1);
      let holders = 0;
      const hold = (locks: Locks) =>
        locks.hold('a', async stillHeld => {
          assert.equal(++holders, 1, `round ${round}`);
          await new Promise(resolve => setImmediate(resolve));
          stillHeld();
          holders--;
        });
      await Promise.all(windows.map(hold));
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  it('that were taken over are noticed by who held them', async () => {
    await locksOf().hold('a', async stillHeld => {
      stillHeld();
      // What a window sees that was asleep for long: its lock is another's.
      utimesSync(join(folder, 'a.lock'), 1, 1);
      await until(() => {
        try {
          stillHeld();
          return false;
        } catch {
          return true;
        }
      }, 'the loss of the lock');
    });
  });
});
