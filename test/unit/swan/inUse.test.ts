import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { RemoteError } from '../../../src/core/errors.js';
import { Journal } from '../../../src/swan/journal/journal.js';
import { Locks } from '../../../src/swan/journal/locks.js';
import { deferred, rejection } from '../../support/assertions.js';
import { temporaryJournal } from '../../support/payer.js';
import { record } from '../../support/records.js';
import { refusing } from '../../support/refusing.js';
import { until } from '../../support/until.js';

const ALWAYS = Number.POSITIVE_INFINITY;
const { open, rename, utimes } = fs;

describe('payments, where Windows refuses what another window has open,', () => {
  let folder: string;
  let remove: () => void;
  let ends: (() => void)[];
  /** Waits take no time. */
  const clock: Clock = {
    ...systemClock,
    after(_ms, act) {
      setImmediate(act);
      return () => {};
    },
  };
  const refuse = (...args: Parameters<typeof refusing>) => {
    const refusal = refusing(...args);
    ends.push(refusal.end);
    return refusal;
  };
  const journalOf = () => new Journal(folder, clock);
  const locksOf = () => new Locks(folder, clock);

  beforeEach(() => {
    ({ folder, remove } = temporaryJournal());
    ends = [() => Object.assign(fs, { open, rename, utimes })];
  });
  afterEach(() => {
    for (const end of ends) end();
    remove();
  });

  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`are written, settled and taken up again all the same (${code})`, async () => {
      const journal = journalOf();
      const saved = await journal.save(record('a'), 'planned');
      const { count } = refuse('rename', code, 20);
      const done = await journal.save({ ...saved, stage: 'done' }, 'done');
      assert.deepEqual([count(), (await journal.read('a')).stage], [20, 'done']);
      const settling = refuse('rename', code, 20);
      await journal.settle('a');
      assert.deepEqual([settling.count(), readdirSync(join(folder, 'settled'))], [20, ['a.json']]);
      refuse('unlink', code, ALWAYS);
      await journal.reopen({ ...done, stage: 'paying' }, 'vanished');
      assert.equal((await journal.read('a')).stage, 'paying');
      assert.deepEqual(
        (await journal.list()).records.map(each => each.revision),
        [3],
      );
    });
  }

  it('are not said to be written where they cannot be, and the former revision stays', async () => {
    const saved = await journalOf().save(record('a'), 'planned');
    refuse('rename', 'EPERM', ALWAYS);
    const { message } = await rejection(journalOf().save({ ...saved, stage: 'paying' }, 'signed'), 'service');
    assert.match(message, /EPERM/);
    assert.equal((await journalOf().read('a')).stage, 'ready');
    assert.deepEqual(readdirSync(join(folder, 'open')), ['a.json']);
  });

  it('are not written by who loses the lock while it waits', async () => {
    const saved = await journalOf().save(record('a'), 'planned');
    const { count } = refuse('rename', 'EPERM', ALWAYS);
    const stillHeld = async () => {
      if (count() >= 3) throw new RemoteError('busy', 'It is lost.');
    };
    await rejection(journalOf().save({ ...saved, stage: 'paying' }, 'signed', stillHeld), 'busy');
    assert.equal((await journalOf().read('a')).stage, 'ready');
  });

  it('are not settled that another window takes up again while it is waited', async () => {
    const saved = await journalOf().save(record('a', { stage: 'done' }), 'done');
    const once = async () => {
      Object.assign(fs, { rename });
      await journalOf().save({ ...saved, stage: 'paying' }, 'taken up');
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    };
    Object.assign(fs, { rename: once });
    await journalOf().settle('a');
    assert.deepEqual(
      (await journalOf().open()).map(({ id }) => id),
      ['a'],
    );
  });

  it('are on the disk by their own file where a folder cannot be', async () => {
    const synced: string[] = [];
    const watch = async (...args: Parameters<typeof open>) => {
      const handle = await open(...args);
      const sync = async () => {
        if (String(args[0]).endsWith('open')) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
        synced.push(`${args[0]}`.slice(folder.length + 6, folder.length + 12));
        await handle.datasync();
      };
      return Object.assign(handle, { sync });
    };
    Object.assign(fs, { open: watch });
    await journalOf().save(record('a'), 'planned');
    assert.deepEqual(synced, ['a.json', 'a.json']);
    Object.assign(fs, {
      open: async (...args: Parameters<typeof open>) => {
        if (String(args[0]).endsWith('open')) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
        return open(...args);
      },
    });
    const { message } = await rejection(journalOf().save(record('b'), 'planned'), 'service');
    assert.match(message, /EMFILE/);
  });

  it('have locks that are free at once, though somebody looks at what is removed', async () => {
    const { count } = refuse('rmdir', 'ENOTEMPTY', 5);
    await locksOf().hold('a', async () => {});
    assert.deepEqual([count(), readdirSync(folder)], [5, []]);
    const removing = refuse('unlink', 'EPERM', 5);
    await locksOf().hold('a', async () => {});
    assert.deepEqual([removing.count(), readdirSync(folder)], [5, []]);
  });

  it('have locks that are had as soon as a folder that goes is gone, and say so where it stays', async () => {
    const { count } = refuse('mkdir', 'EPERM', 5, 'a.lock');
    assert.equal(await locksOf().hold('a', async () => 'held'), 'held');
    assert.equal(count(), 5);
    refuse('mkdir', 'EPERM', ALWAYS, 'a.lock');
    const { message } = await rejection(
      locksOf().hold('a', async () => assert.fail()),
      'service',
    );
    assert.match(message, /EPERM/);
    const abort = new AbortController();
    const waiting = rejection(
      locksOf().hold('a', async () => assert.fail(), abort.signal),
      'cancelled',
    );
    abort.abort();
    await waiting;
  });

  it('have locks that stay another’s who has taken them over', async () => {
    const path = join(folder, 'a.lock');
    await locksOf().hold('a', async stillHeld => {
      for (const name of readdirSync(path)) await fs.unlink(join(path, name));
      writeFileSync(join(path, 'next'), '');
      await rejection(stillHeld(), 'busy');
    });
    assert.deepEqual(readdirSync(path), ['next']);
  });

  it('have locks of which nobody says they are free who could not look', async () => {
    await locksOf().hold('a', async () => {
      refuse('stat', 'ENOENT', 1);
      assert.equal(await locksOf().isHeld('a'), true);
      refuse('readdir', 'EMFILE', ALWAYS);
      await assert.rejects(locksOf().isHeld('a'), { code: 'EMFILE' });
    });
  });

  it('have locks whose holders are seen to live on disks that know no time before 1980 and no odd seconds', async () => {
    const onFat = (seconds: string | number | Date) => Math.max(Math.floor(Number(seconds) / 2) * 2, 315_532_800);
    const rounded: typeof utimes = (path, atime, mtime) => utimes(path, onFat(atime), onFat(mtime));
    Object.assign(fs, { utimes: rounded });
    const enough = deferred();
    const holding = new Locks(folder, systemClock, 40).hold('a', () => enough.promise);
    const path = join(folder, 'a.lock');
    await until('the lock', () => existsSync(path) && readdirSync(path).length === 1);
    const [token = ''] = readdirSync(path);
    const marks = new Set<number>();
    await until('four signs of life', () => marks.add(statSync(join(path, token)).mtimeMs).size > 4);
    enough.resolve();
    await holding;
  });

  it('have locks whose folder is left where something foreign is in it', async () => {
    mkdirSync(join(folder, 'b.lock', 'folder'), { recursive: true });
    const locks = new Locks(folder, systemClock, 40);
    await until('the death to be known', async () => !(await locks.isHeld('b')));
    assert.equal(await locks.hold('a', async () => 'held'), 'held');
    assert.deepEqual(readdirSync(folder), ['b.lock']);
  });
});
