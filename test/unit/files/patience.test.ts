import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { patientlySync, readPatiently, remove, removeSync, rename, replaceSync } from '../../../src/files/patience.js';
import { removeFolder, temporaryFolder } from '../../support/processes.mjs';
import { refusing } from '../../support/refusing.js';

const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];
const ALWAYS = Number.POSITIVE_INFINITY;

describe('what something else has open', () => {
  let folder: string;
  let waitedMs: number;
  let ends: (() => void)[];
  /** Waits take no time. */
  const clock: Clock = {
    ...systemClock,
    after(ms, act) {
      waitedMs += ms;
      setImmediate(act);
      return () => {};
    },
  };
  const refuse = (...args: Parameters<typeof refusing>) => {
    const refusal = refusing(...args);
    ends.push(refusal.end);
    return refusal;
  };

  beforeEach(() => {
    [folder, waitedMs, ends] = [temporaryFolder('patience'), 0, []];
  });
  afterEach(() => {
    for (const end of ends) end();
    removeFolder(folder);
  });

  for (const code of IN_USE) {
    it(`is replaced and removed once it is free, where ${code} is said till then`, async () => {
      const [from, to] = [join(folder, 'from'), join(folder, 'to')];
      writeFileSync(from, 'new');
      writeFileSync(to, 'old');
      const renaming = refuse('rename', code, 10);
      await rename(from, to, clock);
      assert.deepEqual([renaming.count(), readFileSync(to, 'utf8'), readdirSync(folder)], [10, 'new', ['to']]);
      const removing = refuse('rm', code, 10);
      await remove(to, clock);
      assert.deepEqual([removing.count(), existsSync(to)], [10, false]);
    });
  }

  it('is not waited for forever, and what stands in the way is told', async () => {
    writeFileSync(join(folder, 'from'), 'new');
    refuse('rename', 'EPERM', ALWAYS);
    await assert.rejects(rename(join(folder, 'from'), join(folder, 'to'), clock), { code: 'EPERM' });
    assert.ok(waitedMs >= 10_000 && waitedMs < 11_000, `${waitedMs} ms`);
    assert.deepEqual(readdirSync(folder), ['from']);
  });

  it('is told from what no waiting mends', async () => {
    for (const code of ['ENOSPC', 'EIO', 'EROFS', 'EXDEV']) {
      const { count, end } = refuse('rename', code, ALWAYS);
      await assert.rejects(rename(join(folder, 'from'), join(folder, 'to'), clock), { code });
      assert.deepEqual([count(), waitedMs], [1, 0]);
      end();
    }
    await assert.rejects(rename(join(folder, 'missing'), join(folder, 'to'), clock), { code: 'ENOENT' });
  });

  it('is replaced only as long as whoever waits still wants it', async () => {
    writeFileSync(join(folder, 'from'), 'new');
    let asked = 0;
    const wanted = async () => {
      if (++asked === 4) throw new Error('It is another’s by now.');
    };
    const { count } = refuse('rename', 'EPERM', ALWAYS);
    await assert.rejects(rename(join(folder, 'from'), join(folder, 'to'), clock, wanted), /another’s/);
    assert.deepEqual([asked, count()], [4, 3]);
  });

  it('is read once it can be, and for its readers the wait is short', async () => {
    let tries = 0;
    const act = async () => {
      if (++tries < 5) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
      return 'read';
    };
    assert.equal(await readPatiently(act, clock), 'read');
    waitedMs = 0;
    tries = Number.NEGATIVE_INFINITY;
    await assert.rejects(readPatiently(act, clock), { code: 'EBUSY' });
    assert.ok(waitedMs >= 2_000 && waitedMs < 3_000, `${waitedMs} ms`);
  });

  it('is a folder that goes with all that is in it, though a file in it goes late', async () => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(join(folder, 'a', 'b', 'c'), '');
    const { count } = refuse('rm', 'ENOTEMPTY', 3);
    await remove(join(folder, 'a'), clock);
    await remove(join(folder, 'a'), clock);
    assert.deepEqual([count(), readdirSync(folder)], [3, []]);
  });

  it('is tried a few times by who cannot wait, and then told', () => {
    let tries = 0;
    const act = (most: number, code: string) => () => {
      if (++tries <= most) throw Object.assign(new Error(code), { code });
      return tries;
    };
    for (const code of [...IN_USE, 'ENOTEMPTY']) {
      tries = 0;
      assert.equal(patientlySync(act(3, code)), 4);
    }
    tries = 0;
    assert.throws(() => patientlySync(act(ALWAYS, 'EPERM')), { code: 'EPERM' });
    assert.equal(tries, 6);
    tries = 0;
    assert.throws(() => patientlySync(act(ALWAYS, 'ENOSPC')), { code: 'ENOSPC' });
    assert.equal(tries, 1);
  });

  it('is replaced as a whole, or stays as it was, by who cannot wait', () => {
    const path = join(folder, 'file');
    replaceSync(path, 'one');
    replaceSync(path, 'two');
    assert.deepEqual([readFileSync(path, 'utf8'), readdirSync(folder)], ['two', ['file']]);
    mkdirSync(join(folder, 'taken', 'in'), { recursive: true });
    assert.throws(() => replaceSync(join(folder, 'taken'), 'three'));
    assert.deepEqual(readdirSync(folder), ['file', 'taken']);
    removeSync(join(folder, 'taken'));
    removeSync(path);
    removeSync(path);
    assert.deepEqual(readdirSync(folder), []);
  });
});
