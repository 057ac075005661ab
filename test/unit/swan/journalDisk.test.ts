import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../src/core/clock.js';
import { RemoteError } from '../../../src/core/errors.js';
import { Journal } from '../../../src/swan/journal/journal.js';
import { serialize, taskMark } from '../../../src/swan/journal/record.js';
import { rejection } from '../../support/assertions.js';
import { temporaryJournal } from '../../support/payer.js';
import { record } from '../../support/records.js';

const WRITER = join(__dirname, 'journalWriter.js');

describe('the journal of payments, on a disk that fails,', () => {
  let journal: Journal;
  let folder: string;
  let remove: () => void;
  const whole = serialize(record('b'));

  beforeEach(() => {
    ({ folder, remove } = temporaryJournal());
    journal = new Journal(folder, systemClock);
  });

  afterEach(() => {
    restore();
    remove();
  });

  const { open, readFile, rename } = fs;
  const restore = () => void Object.assign(fs, { open, readFile, rename });

  /** Makes a call fail for the payment `b`. */
  function failing(name: 'readFile' | 'rename', code: string): void {
    const truly: (...args: never[]) => Promise<unknown> = fs[name];
    const call = async (path: string, ...rest: never[]) => {
      if (path.endsWith('b.json')) throw Object.assign(new Error(code), { code });
      return Reflect.apply(truly, fs, [path, ...rest]);
    };
    Object.assign(fs, { [name]: call });
  }

  function corrupt(place: string, id: string, text: string): void {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, `${id}.json`), text);
  }

  for (const [what, arrange] of [
    ['is a folder', () => mkdirSync(join(folder, 'open', 'b.json'), { recursive: true })],
    ['fails to be read', () => failing('readFile', 'EIO')],
    ['cannot be moved aside', () => failing('rename', 'EACCES')],
  ] as const) {
    it(`leaves alone, and reports, a file that ${what}, and stops nothing for it`, async () => {
      await journal.save(record('a'), 'planned');
      if (what !== 'is a folder') corrupt('open', 'b', 'garbage');
      arrange();
      const { records, damaged } = await journal.list();
      assert.deepEqual([records.map(each => each.id), damaged], [['a'], ['open/b.json']]);
      assert.deepEqual((await journal.open()).length, 1);
      await rejection(journal.read('b'), 'service');
      await rejection(journal.save(record('b'), 'planned'), 'service');
      await journal.settle('b');
      restore();
      assert.ok(readdirSync(join(folder, 'open')).includes('b.json'));
    });
  }

  it('believes nothing to be missing where the machine has no means to look', async () => {
    await journal.save(record('b'), 'planned');
    failing('readFile', 'EMFILE');
    await assert.rejects(journal.list(), { code: 'EMFILE' });
  });

  it('tells of which task a file may be that cannot be read, by what is in it or by its name', async () => {
    const id = `b-${taskMark('a-task')}`;
    corrupt('open', 'b', whole.slice(0, whole.length / 2));
    corrupt('open', id, '');
    mkdirSync(join(folder, 'settled', `${id}.json`), { recursive: true });
    corrupt('open', 'c', 'garbage');
    const { damaged } = await journal.list();
    assert.equal(damaged.length, 4);
    const found = await journal.damagedOf('a-task', damaged);
    assert.deepEqual(
      new Set(
        found.map(each =>
          each
            .slice(folder.length)
            .replaceAll('\\', '/')
            .replace(/-\d+\.json/, ''),
        ),
      ),
      new Set(['/damaged/b', `/damaged/${id}`, `/settled/${id}.json`]),
    );
    assert.deepEqual(await journal.damagedOf('a-tas', damaged), []);
  });

  // Windows has no such limit.
  if (process.platform !== 'win32') {
    it('keeps the former revision where the disk takes only a part of the next, and says so', async () => {
      const writer = spawn('sh', ['-c', 'ulimit -f 2; exec "$@"', 'sh', process.execPath, WRITER, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const said = (await text(writer.stdout)).trim().split('\n');
      assert.deepEqual(said, [
        'planned',
        'service: The payment journal could not be written: Error: EFBIG: file too large, write',
      ]);
      assert.equal((await journal.read('a')).revision, 1);
      assert.deepEqual(readdirSync(join(folder, 'open')), ['a.json']);
    });
  }

  it('keeps the former revision where the disk has lost a part of the next, and says nothing', async () => {
    const saved = await journal.save(record('a'), 'planned');
    const opened = fs.open;
    Object.assign(fs, {
      async open(...args: Parameters<typeof opened>) {
        const handle = await opened(...args);
        const write = handle.writeFile.bind(handle);
        return Object.assign(handle, { writeFile: (data: string) => write(data.slice(0, 100)) });
      },
    });
    await rejection(journal.save({ ...saved, stage: 'paying' }, 'signed'), 'service');
    restore();
    assert.equal((await journal.read('a')).stage, 'ready');
    assert.deepEqual(readdirSync(join(folder, 'open')), ['a.json']);
  });

  it('writes nothing for who has lost the lock by then', async () => {
    const saved = await journal.save(record('a'), 'planned');
    const lost = async () => {
      throw new RemoteError('busy', 'It is lost.');
    };
    await rejection(journal.save({ ...saved, stage: 'paying' }, 'signed', lost), 'busy');
    assert.deepEqual([(await journal.read('a')).revision, readdirSync(join(folder, 'open'))], [1, ['a.json']]);
  });
});
