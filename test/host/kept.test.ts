import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../src/core/clock.js';
import { silentLog } from '../../src/core/log.js';
import { createDecthingsBackend } from '../../src/decthings/backend.js';
import { KeptTerminals } from '../../src/ui/keptTerminals.js';
import { Terminals } from '../../src/ui/terminals.js';
import { Transcripts } from '../../src/ui/transcripts.js';
import { until } from '../support/until.js';
import { setSetting } from './support/extension.js';

describe('what is kept of terminals', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The terminals of a window that showed one before, and whose service cannot be reached. */
  function farAway(transcripts: Transcripts) {
    const launch = { modelId: 'm', location: { type: 'persistentLauncher' as const, persistentLauncherId: 'l' } };
    const stored = new Map<string, unknown>([['openTerminals', [{ sessionId: 's', name: 'far-away', launch }]]]);
    const memento: vscode.Memento = {
      keys: () => [...stored.keys()],
      get: (key: string) => stored.get(key) as never,
      update: async (key: string, value: unknown) => void stored.set(key, value),
    };
    const nowhere = { httpUrl: 'http://127.0.0.1:9', wsUrl: 'ws://127.0.0.1:9', apiKey: 'key' };
    const backend = createDecthingsBackend(nowhere, systemClock);
    const terminals = new Terminals({
      account: {
        backend,
        owner: '',
        scopes: [''],
        ready: async () => {},
        require: async () => backend,
        accountOf: () => undefined,
      },
      kept: new KeptTerminals(memento),
      transcripts,
      clock: systemClock,
      log: silentLog,
    });
    const restored = async () => {
      await terminals.restore();
      const tab = await until('its tab', () => vscode.window.terminals.find(({ name }) => name.startsWith('far-away')));
      await until('it to try again', () => terminals.stateOf('s') === 'reconnecting…');
      return tab;
    };
    return { terminals, stored, restored };
  }

  it('comes back after a reload also while the service cannot be reached', async () => {
    const { terminals, stored, restored } = farAway(new Transcripts(folder, silentLog));
    const tab = await restored();
    terminals.dispose();
    tab.dispose();
    assert.ok(Array.isArray(stored.get('openTerminals')));
  });

  it('is of one account each, and goes with it', async () => {
    await setSetting('terminal.transcript', true);
    try {
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
    } finally {
      await setSetting('terminal.transcript', undefined);
    }
  });

  it('of the first account goes with it, and leaves that of others', async () => {
    await setSetting('terminal.transcript', true);
    try {
      const all = new Transcripts(folder, silentLog);
      for (const scope of ['', 'work']) all.of(scope).record('the session', `as ${scope || 'first'}`);
      all.dispose();
      all.keepAccounts(['work']);
      all.dispose();
      const later = new Transcripts(folder, silentLog);
      assert.equal(later.recall('the session'), '');
      assert.match(later.of('work').recall('the session'), /as work/);
      later.forgetAll();
    } finally {
      await setSetting('terminal.transcript', undefined);
    }
  });

  it('stays when its tab is closed, and goes when its session has ended', async () => {
    await setSetting('terminal.transcript', true);
    await setSetting('terminal.onClose', 'keep');
    const transcripts = new Transcripts(folder, silentLog);
    const { terminals, restored } = farAway(transcripts);
    try {
      const tab = await restored();
      transcripts.keepOnly([]);
      transcripts.record('s', 'seen');
      tab.dispose();
      await until('its tab to go', () => terminals.stateOf('s') === undefined);
      assert.match(new Transcripts(folder, silentLog).recall('s'), /seen/);
      transcripts.keepOnly(['s']);
      assert.equal(readdirSync(folder).length, 1);
      transcripts.keepOnly([]);
      assert.deepEqual(readdirSync(folder), []);
      assert.equal(transcripts.recall('s'), '');
    } finally {
      terminals.dispose();
      await setSetting('terminal.onClose', undefined);
      await setSetting('terminal.transcript', undefined);
    }
  });

  it('goes with a session that ended while no window showed it', async () => {
    await setSetting('terminal.transcript', true);
    try {
      const first = new Transcripts(folder, silentLog);
      for (const id of ['runs', 'over']) first.record(id, `the text of ${id}`);
      first.dispose();
      new Transcripts(folder, silentLog).keepOnly(['runs']);
      const later = new Transcripts(folder, silentLog);
      assert.match(later.recall('runs'), /the text of runs/);
      assert.equal(later.recall('over'), '');
    } finally {
      await setSetting('terminal.transcript', undefined);
    }
  });
});
