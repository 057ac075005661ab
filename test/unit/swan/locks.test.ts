import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { Locks } from '../../../src/swan/journal/locks.js';
import { deferred, rejection } from '../../support/assertions.js';
import { temporaryJournal } from '../../support/payer.js';
import { until } from '../../support/until.js';

describe('locks', () => {
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
          await stillHeld();
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
    const { child } = await otherProcess();
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

  it('of a process that ends are free at once', async () => {
    const { child } = await otherProcess('exit');
    await once(child, 'exit');
    assert.deepEqual(readdirSync(folder), []);
  });

  for (const [when, seconds] of [
    ['long ago', 1],
    ['in the future', Date.now() / 1_000 + 3_600],
  ] as const) {
    it(`whose holder died ${when}, as the clock has it, are taken over by one of those that wait at once`, async () => {
      const windows = Array.from({ length: 8 }, () => new Locks(folder, systemClock, 200));
      for (let round = 0; round < 10; round++) {
        leave('dead', seconds);
        let holders = 0;
        const hold = (locks: Locks) =>
          locks.hold('a', async stillHeld => {
            assert.equal(++holders, 1, `round ${round}`);
            await new Promise(resolve => setImmediate(resolve));
            await stillHeld();
            holders--;
          });
        await Promise.all(windows.map(hold));
        assert.deepEqual(readdirSync(folder), []);
      }
    });
  }

  it('whose holder died before it had its name in them are taken over', async () => {
    mkdirSync(join(folder, 'a.lock'));
    assert.equal(await new Locks(folder, systemClock, 200).hold('a', async () => 'held'), 'held');
  });

  it('of one who died are waited for once, however many they are', async () => {
    for (const name of ['a', 'b', 'c']) leave('dead', 1, name);
    let looks = 0;
    const after: Clock['after'] = (_ms, act) => {
      looks++;
      setImmediate(act);
      return () => {};
    };
    // Each look is a tenth of what it takes.
    const locks = new Locks(folder, { ...systemClock, after }, 1_000, () => looks * 100);
    await locks.hold('a', () => locks.hold('b', () => locks.hold('c', async () => {})));
    assert.ok(looks >= 10 && looks <= 13, `${looks} looks`);
  });

  it('of who lives are nobody else’s, though the clock is set, or the machine slept', async () => {
    const { child, said } = await otherProcess();
    const now = Date.now;
    let asleepMs = 0;
    const abort = new AbortController();
    const locks = new Locks(folder, systemClock, 2_000, () => performance.now() + asleepMs);
    const waiting = rejection(
      locks.hold('a', async () => assert.fail('Two hold it.'), abort.signal),
      'cancelled',
    );
    try {
      for (let hours = 1; hours <= 3; hours++) {
        Date.now = () => now() + hours * 3_600_000;
        asleepMs += 3_600_000;
        const before = beatOf();
        await until('a sign of life', () => beatOf() !== before);
      }
      assert.equal(await locks.isHeld('a'), true);
    } finally {
      Date.now = now;
      abort.abort();
    }
    await waiting;
    child.stdin?.write('?');
    assert.equal(await said(), 'still held');
    await once(child, 'exit');
    assert.deepEqual(readdirSync(folder), []);
  });

  // Windows stops no process.
  if (process.platform !== 'win32') {
    it('that were taken over are noticed at once by who held them, and are not freed by them', async () => {
      const { child, said } = await otherProcess();
      child.kill('SIGSTOP');
      await locksOf().hold('a', async stillHeld => {
        child.kill('SIGCONT');
        child.stdin?.write('?');
        assert.equal(await said(), 'lost');
        await once(child, 'exit');
        await stillHeld();
        const abort = new AbortController();
        const third = rejection(
          new Locks(folder, systemClock, 60_000).hold('a', async () => assert.fail('Two hold it.'), abort.signal),
          'cancelled',
        );
        await new Promise(resolve => setTimeout(resolve, 500));
        abort.abort();
        await third;
      });
    });
  }

  it('are known not to be held once their holder is known to be dead', async () => {
    leave('dead', 1);
    const locks = new Locks(folder, systemClock, 200);
    assert.equal(await locks.isHeld('a'), true);
    await until('the death to be known', async () => !(await locks.isHeld('a')));
  });

  it('say so where they cannot be had', async () => {
    writeFileSync(join(folder, 'file'), '');
    await rejection(
      new Locks(join(folder, 'file'), systemClock).hold('a', async () => {}),
      'service',
    );
  });

  /** What a process leaves that dies while it holds a lock. */
  function leave(token: string, seconds: number, name = 'a'): void {
    const path = join(folder, `${name}.lock`);
    mkdirSync(path);
    writeFileSync(join(path, token), '');
    for (const each of [join(path, token), path]) utimesSync(each, seconds, seconds);
  }

  function beatOf(): number {
    const path = join(folder, 'a.lock');
    return statSync(join(path, readdirSync(path)[0] ?? '')).mtimeMs;
  }

  /** Another window that holds the lock. @param then what it does as soon as it has it */
  async function otherProcess(then = '') {
    const child = spawn(process.execPath, [join(__dirname, 'lockHolder.js'), folder, then], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const said = async () => (await lines.next()).value;
    assert.equal(await said(), 'held');
    return { child, said };
  }
});
