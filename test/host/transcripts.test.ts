import assert from 'node:assert/strict';
import fs, { readdirSync } from 'node:fs';
import { silentLog } from '../../src/core/log.js';
import { Transcripts } from '../../src/ui/transcripts.js';
import { removeFolder, temporaryFolder } from '../support/processes.mjs';
import { setSetting } from './support/extension.js';

describe('what was seen in a terminal', () => {
  let folder: string;

  beforeEach(async () => {
    folder = temporaryFolder('transcripts');
    await setSetting('terminal.transcript', true);
  });

  afterEach(async () => {
    await setSetting('terminal.transcript', undefined);
    removeFolder(folder);
  });

  it('is of one account each, and goes with it', async () => {
    const all = new Transcripts(folder, silentLog);
    for (const scope of ['', 'work', 'gone']) all.of(scope).record('the session', `as ${scope || 'first'}`);
    all.dispose();
    const later = new Transcripts(folder, silentLog);
    later.of('').keepOnly([]);
    later.keepAccounts(['', 'work']);
    assert.deepEqual(
      ['', 'work', 'gone'].map(scope => /as \w+/.exec(later.of(scope).recall('the session'))?.[0]),
      [undefined, 'as work', undefined],
    );
    later.forgetAll();
    assert.equal(new Transcripts(folder, silentLog).of('work').recall('the session'), '');
  });

  it('of the first account goes with it, and leaves that of others', async () => {
    const all = new Transcripts(folder, silentLog);
    for (const scope of ['', 'work']) all.of(scope).record('the session', `as ${scope || 'first'}`);
    all.dispose();
    all.keepAccounts(['work']);
    all.dispose();
    const later = new Transcripts(folder, silentLog);
    assert.equal(later.recall('the session'), '');
    assert.match(later.of('work').recall('the session'), /as work/);
    later.forgetAll();
  });

  it('goes with a session that ended while no window showed it', async () => {
    const first = new Transcripts(folder, silentLog);
    for (const id of ['runs', 'over']) first.record(id, `the text of ${id}`);
    first.dispose();
    new Transcripts(folder, silentLog).keepOnly(['runs']);
    const later = new Transcripts(folder, silentLog);
    assert.match(later.recall('runs'), /the text of runs/);
    assert.equal(later.recall('over'), '');
  });

  it('is not overwritten where it could not be read, nor where it cannot be written', async () => {
    const { readFileSync, renameSync } = fs;
    const inUse = () => {
      throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
    };
    const kept = () => new Transcripts(folder, silentLog).recall('s');
    try {
      const first = new Transcripts(folder, silentLog);
      first.record('s', 'seen first');
      first.dispose();
      const second = new Transcripts(folder, silentLog);
      Object.assign(fs, { readFileSync: inUse });
      second.record('s', 'seen second');
      Object.assign(fs, { readFileSync });
      second.dispose();
      assert.match(kept(), /seen first/);
      const third = new Transcripts(folder, silentLog);
      third.record('s', ', seen third');
      Object.assign(fs, { renameSync: inUse });
      third.dispose();
      Object.assign(fs, { renameSync });
      assert.match(kept(), /seen first(?!, seen third)/);
      third.dispose();
      assert.match(kept(), /seen first, seen third/);
      assert.equal(readdirSync(folder).length, 1);
    } finally {
      Object.assign(fs, { readFileSync, renameSync });
    }
  });
});
