import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.js';
import { hasOpenPayments, watchPayments } from '../../../src/swan/index.js';
import { Journal } from '../../../src/swan/journal/journal.js';
import { parseRecord, serialize } from '../../../src/swan/journal/record.js';
import { rejection } from '../../support/assertions.js';
import { temporaryJournal } from '../../support/payer.js';
import { record } from '../../support/records.js';
import { until } from '../../support/until.js';

describe('the journal of payments', () => {
  let journal: Journal;
  let folder: string;
  let remove: () => void;

  beforeEach(() => {
    ({ folder, remove } = temporaryJournal());
    journal = new Journal(folder, systemClock);
  });

  afterEach(() => remove());

  const corrupt = (place: string, id: string, text: string) => {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, `${id}.json`), text);
  };

  it('is empty where there is none', async () => {
    assert.deepEqual(await journal.list(), { records: [], damaged: [] });
    assert.deepEqual(await journal.open(), []);
    assert.equal(await hasOpenPayments(folder), false);
    await rejection(journal.read('x'), 'notFound');
  });

  it('marks a payment with the account that it begins with, and with no other that goes on with it', async () => {
    const [home, work] = ['home', 'work'].map(account => new Journal(folder, systemClock, account));
    assert.ok(home && work);
    const begun = await home.save(record('a'), 'planned');
    assert.equal(begun.account, 'home');
    await work.save(begun, 'signed');
    assert.equal((await journal.read('a')).account, 'home');
    const unmarked = await journal.save(record('b'), 'planned');
    await work.save(unmarked, 'signed');
    assert.equal((await journal.read('b')).account, undefined);
  });

  it('gives back what was written, amounts to the last digit', async () => {
    const saved = await journal.save(
      record('a', { transactions: [{ purpose: 'pay', hash: `0x${'12'.repeat(32)}`, outcome: 'mined' }] }),
      'planned',
    );
    assert.equal(saved.revision, 1);
    assert.deepEqual(
      saved.history.map(each => each.what),
      ['planned'],
    );
    assert.equal(serialize(await journal.read('a')), serialize(saved));
    assert.equal((await journal.read('a')).amount, 2n ** 200n);
    assert.equal(await hasOpenPayments(folder), true);
  });

  it('is readable by its owner alone', async () => {
    await journal.save(record('a'), 'planned');
    // On Windows a person's folder is readable by them alone, and files have no modes of their own.
    const mode = process.platform === 'win32' ? 0o666 : 0o600;
    assert.equal(statSync(join(folder, 'open', 'a.json')).mode & 0o777, mode);
  });

  it('leaves nothing but whole files behind', async () => {
    let saved = await journal.save(record('a'), 'planned');
    for (let round = 0; round < 20; round++) saved = await journal.save(saved, `round ${round}`);
    assert.deepEqual(readdirSync(join(folder, 'open')), ['a.json']);
    assert.equal((await journal.read('a')).revision, 21);
  });

  it('takes no write that another write has overtaken', async () => {
    const saved = await journal.save(record('a'), 'planned');
    await journal.save(saved, 'by one window');
    await rejection(journal.save(saved, 'by another window'), 'busy');
    await rejection(journal.save(record('a'), 'planned again'), 'busy');
    assert.deepEqual(
      (await journal.read('a')).history.map(each => each.what),
      ['planned', 'by one window'],
    );
  });

  it('moves what is settled out of the way, and takes it up again', async () => {
    const saved = await journal.save(record('a'), 'planned');
    const done = await journal.save({ ...saved, stage: 'done' }, 'done');
    assert.deepEqual(await journal.open(), []);
    await journal.settle('a');
    await journal.settle('a');
    assert.equal(await hasOpenPayments(folder), false);
    assert.equal((await journal.read('a')).stage, 'done');
    await journal.reopen({ ...done, stage: 'paying' }, 'vanished');
    assert.deepEqual(
      (await journal.open()).map(each => each.id),
      ['a'],
    );
    assert.equal((await journal.list()).records.length, 1);
    assert.deepEqual(readdirSync(join(folder, 'settled')), []);
  });

  it('misses no payment that another window moves meanwhile', async () => {
    const other = new Journal(folder, systemClock);
    let payment = await other.save(record('moving'), 'planned');
    let moving = true;
    const looks = (async () => {
      for (let count = 0; moving; count++) {
        const { records } = await journal.list();
        assert.deepEqual(
          records.map(({ id }) => id),
          ['moving'],
          `look ${count}`,
        );
        assert.equal((await journal.read('moving')).id, 'moving');
      }
    })();
    const moves = (async () => {
      for (let count = 0; count < 200; count++) {
        await other.settle('moving');
        payment = await other.reopen(payment, 'again');
      }
      moving = false;
    })();
    await Promise.all([looks, moves]);
  });

  it('believes the newer of two copies that a crash left', async () => {
    const saved = await journal.save(record('a'), 'planned');
    corrupt('settled', 'a', serialize({ ...saved, revision: 5, stage: 'done' }));
    assert.equal((await journal.read('a')).stage, 'done');
    assert.deepEqual(
      (await journal.list()).records.map(each => each.stage),
      ['done'],
    );
    corrupt('settled', 'a', serialize({ ...saved, revision: 1, stage: 'failed' }));
    assert.equal((await journal.read('a')).stage, 'ready');
    assert.deepEqual(
      (await journal.list()).records.map(each => each.stage),
      ['ready'],
    );
  });

  const whole = serialize(record('b'));
  const damages: [string, string][] = [
    ['is empty', ''],
    ['is cut', whole.slice(0, whole.length / 2)],
    ['is no JSON', 'garbage'],
    ['is null', 'null'],
    ['is another one’s', serialize(record('c'))],
    ['has an amount below zero', whole.replace(/"amount": "\d+"/, '"amount": "-1"')],
    ['has an amount that is a float', whole.replace(/"amount": "\d+"/, '"amount": 1.5')],
    ['has an unknown stage', whole.replace('"ready"', '"readyish"')],
    ['has no version', whole.replace('"version": 1,', '')],
    ['has an older version', whole.replace('"version": 1,', '"version": 0,')],
  ];
  for (const [what, text] of damages) {
    it(`keeps a file aside that ${what}, and stops nothing for it`, async () => {
      await journal.save(record('a'), 'planned');
      corrupt('open', 'b', text);
      const { records, damaged } = await journal.list();
      assert.deepEqual(
        records.map(each => each.id),
        ['a'],
      );
      assert.equal(damaged.length, 1);
      assert.match(damaged[0] ?? '', /^damaged\/b-\d+\.json$/);
      assert.equal(readFileSync(join(folder, damaged[0] ?? ''), 'utf8'), text);
      assert.deepEqual(readdirSync(join(folder, 'open')), ['a.json']);
      assert.deepEqual((await journal.list()).damaged, damaged);
    });
  }

  it('leaves a later version’s file alone, and reports it', async () => {
    const later = JSON.stringify({ version: 2, id: 'b', something: 'else' });
    corrupt('open', 'b', later);
    assert.deepEqual((await journal.list()).damaged, ['open/b.json']);
    assert.equal(readFileSync(join(folder, 'open', 'b.json'), 'utf8'), later);
    assert.equal(parseRecord(later), 'newer');
  });

  it('ignores what is none of its own', async () => {
    corrupt('open', 'a', whole.replace('"b"', '"a"'));
    for (const name of ['a.json.123456', '.DS_Store', 'x y.json']) writeFileSync(join(folder, 'open', name), 'x');
    const { records, damaged } = await journal.list();
    assert.deepEqual([records.map(each => each.id), damaged], [['a'], []]);
  });

  it('keeps what came back, and reads what was written before refunds were noted', async () => {
    const refund = { amount: 2n ** 100n, hash: `0x${'12'.repeat(32)}`, block: 9, at: 1_000 };
    await journal.save(record('a', { refund }), 'refunded');
    assert.deepEqual((await journal.read('a')).refund, refund);
    const { refund: _refund, ...before } = record('b');
    corrupt('settled', 'b', serialize(before));
    const { records, damaged } = await journal.list();
    assert.deepEqual([new Set(records.map(each => each.id)), damaged], [new Set(['a', 'b']), []]);
  });

  it('tells who watches of each write, and of each payment’s end', async () => {
    let changes = 0;
    const watching = watchPayments(folder, () => changes++);
    try {
      const saved = await journal.save(record('a'), 'planned');
      await until('a change', () => changes > 0);
      await journal.save({ ...saved, stage: 'done' }, 'done');
      const before = changes;
      await journal.settle('a');
      await until('another change', () => changes > before);
    } finally {
      watching.dispose();
    }
  });

  it('that cannot be watched is not', () => {
    corrupt('open', 'a', '');
    watchPayments(join(folder, 'open', 'a.json'), () => {}).dispose();
  });

  it('does not grow without bound', async () => {
    let saved = await journal.save(
      record('a', { history: Array.from({ length: 300 }, (_, at) => ({ at, what: 'x' })) }),
      'first',
    );
    saved = await journal.save(saved, 'last');
    assert.equal(saved.history.length, 200);
    assert.equal(saved.history.at(-1)?.what, 'last');
  });
});
