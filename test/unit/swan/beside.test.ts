import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../src/core/clock.js';
import { Journal } from '../../../src/swan/journal/journal.js';
import { temporaryJournal } from '../../support/payer.js';
import { record } from '../../support/records.js';

const WRITES = 25;

/** With real processes: what Windows refuses while another has it open is refused by nobody else. */
describe('payments beside other windows', () => {
  let folder: string;
  let remove: () => void;

  beforeEach(() => ({ folder, remove } = temporaryJournal()));
  afterEach(() => remove());

  async function neighbours(...roles: ('reader' | 'watcher' | 'holder')[]) {
    return Promise.all(
      roles.map(async role => {
        const child = spawn(process.execPath, [join(__dirname, 'neighbour.js'), role, folder], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
        const said = async () => (await lines.next()).value;
        assert.equal(await said(), 'ready');
        return { said, end: () => child.stdin.end() };
      }),
    );
  }

  it('are written while they are read, and read while they are written', async () => {
    const journal = new Journal(folder, systemClock);
    let saved = await journal.save(record('a'), 'planned');
    const readers = await neighbours('reader', 'reader');
    for (let round = 0; round < WRITES; round++) saved = await journal.save(saved, `round ${round}`);
    for (const { said, end } of readers) {
      end();
      assert.equal(await said(), 'done');
    }
    assert.equal((await journal.read('a')).revision, WRITES + 1);
    assert.deepEqual(readdirSync(join(folder, 'open')), ['a.json']);
  });

  it('have locks that are given back while they are waited for and looked at', async () => {
    const [watcher, ...holders] = await neighbours('watcher', 'holder', 'holder', 'holder');
    for (const { said } of holders) assert.equal(await said(), 'done');
    watcher?.end();
    assert.equal(await watcher?.said(), 'done');
    assert.deepEqual(readdirSync(folder), []);
  });
});
