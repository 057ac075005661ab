import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { MachineBackend } from '../../src/core/backend.js';
import { systemClock } from '../../src/core/clock.js';
import { RemoteError } from '../../src/core/errors.js';
import { silentLog } from '../../src/core/log.js';
import { createDecthingsBackend } from '../../src/decthings/backend.js';
import { type CreateBackend, DecthingsAccount } from '../../src/ui/account.js';
import { KeptTerminals } from '../../src/ui/keptTerminals.js';
import { Terminals } from '../../src/ui/terminals.js';
import { Transcripts } from '../../src/ui/transcripts.js';
import { Keychain } from '../support/fakeSecrets.js';
import { FakeTerminals } from '../support/fakeService.js';
import { keyFor } from '../support/key.js';
import { until } from '../support/until.js';
import { setSetting } from './support/extension.js';

const location = { type: 'persistentLauncher' as const, persistentLauncherId: 'l' };

describe('what is kept of terminals', () => {
  const nobody = { owner: 'first', ids: ['first'], ready: async () => {}, accountOf: () => undefined };
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The terminals of a window that showed one before, and whose service cannot be reached. */
  function farAway(transcripts: Transcripts) {
    const launch = { modelId: 'm', location };
    const stored = new Map<string, unknown>([['openTerminals', [{ sessionId: 's', name: 'far-away', launch }]]]);
    const memento: vscode.Memento = {
      keys: () => [...stored.keys()],
      get: (key: string) => stored.get(key) as never,
      update: async (key: string, value: unknown) => void stored.set(key, value),
    };
    const nowhere = { httpUrl: 'http://127.0.0.1:9', wsUrl: 'ws://127.0.0.1:9' };
    const key = keyFor('key', [nowhere.httpUrl, nowhere.wsUrl]);
    const backend = createDecthingsBackend({ ...nowhere, key }, systemClock);
    const terminals = new Terminals({
      account: { ...nobody, backend, credentials: {}, require: async () => backend },
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

  it('goes on with another key where its own is replaced, without a lost keystroke', async () => {
    const [before, after] = [new FakeTerminals(), new FakeTerminals()];
    const backendOf = ({ service }: FakeTerminals) => ({ terminals: service }) as MachineBackend;
    const account = { ...nobody, backend: backendOf(before), credentials: {}, require: async () => account.backend };
    const memento = new Keychain().window().state;
    const terminals = new Terminals({
      account,
      kept: new KeptTerminals(memento),
      transcripts: new Transcripts(folder, silentLog),
      clock: systemClock,
      log: silentLog,
    });
    const { pty, terminal } = await terminals.launch({ modelId: 'm', location }, 'renewed');
    try {
      await until('its connection', () => before.links.length === 1);
      const link = await before.open();
      await link.answer('launch', 's');
      account.backend = backendOf(after);
      terminals.accountChanged();
      assert.equal(pty.remote.phase, 'live', 'other addresses alone end no connection');
      account.credentials = {};
      terminals.accountChanged();
      pty.handleInput('ls\r');
      await until('another connection', () => after.links.length === 1);
      const next = await after.open();
      await next.answer('attach', true);
      assert.deepEqual([link.asked('write'), next.asked('write')], [[], ['s ls\r']]);
    } finally {
      terminals.dispose();
      terminal.dispose();
    }
  });

  it('is not of who signs in where another has signed out, and comes back with that one', async () => {
    const services = { a: new FakeTerminals(), b: new FakeTerminals() };
    const { secrets, state } = new Keychain().window();
    const connect: CreateBackend = async ({ key, httpUrl }) =>
      ({ terminals: services[key.for(httpUrl) as 'a' | 'b'].service }) as MachineBackend;
    const account = new DecthingsAccount(secrets, state, connect);
    const terminals = new Terminals({
      account,
      kept: new KeptTerminals(state),
      transcripts: new Transcripts(folder, silentLog),
      clock: systemClock,
      log: silentLog,
    });
    const stored = () => state.get<{ account: string }[]>('openTerminals', []).map(each => each.account);
    await account.add('a', undefined, account.places());
    account.onDidChange(() => terminals.accountChanged());
    const [id] = account.ids;
    const { pty, terminal } = await terminals.launch({ modelId: 'm', location }, 'of-a');
    let text = '';
    pty.onDidWrite(more => {
      text += more;
    });
    try {
      await until('its connection', () => services.a.links.length === 1);
      await (await services.a.open()).answer('launch', 's');
      await account.signOut();
      assert.equal(pty.remote.phase, 'ended');
      assert.deepEqual(stored(), [id]);
      await account.add('b', undefined, account.places());
      pty.handleInput('\r');
      await until('Enter to act', () => {
        pty.handleInput('\r');
        return /Signed out of Decthings.*Signed out of Decthings/s.test(text);
      });
      assert.doesNotMatch(text, /has ended/);
      assert.deepEqual([pty.remote.sessionId, services.b.links.length], ['s', 0]);
      await account.signOut();
      await account.add('a', undefined, account.places());
      await until('its connection', () => services.a.links.length === 2);
      assert.deepEqual((await services.a.open()).asked('attach'), ['s']);
      await services.a.last.answer('attach', true);
      assert.deepEqual([pty.remote.phase, stored()], ['live', [id]]);
    } finally {
      terminals.dispose();
      terminal.dispose();
      account.dispose();
    }
  });

  it('of an account that has another id since it signed in again comes back where its session is listed', async () => {
    const launch = { modelId: 'm', location };
    const { state } = new Keychain().window();
    const entry = (sessionId: string, account: string) => ({ sessionId, name: sessionId, launch, account });
    await state.update('openTerminals', [entry('listed', 'former'), entry('unlisted', 'former')]);
    const fake = new FakeTerminals();
    const session = { id: 'listed', startedAt: 0, modelId: 'm', executionLocation: location };
    const service = { ...fake.service, list: async () => [session] };
    const backend = { terminals: service } as MachineBackend;
    const terminals = new Terminals({
      account: { ...nobody, backend, credentials: {}, require: async () => backend },
      kept: new KeptTerminals(state),
      transcripts: new Transcripts(folder, silentLog),
      clock: systemClock,
      log: silentLog,
    });
    await terminals.restore();
    try {
      await until('its connection', () => fake.links.length === 1);
      const names = vscode.window.terminals.map(({ name }) => name.split(' ')[0]);
      assert.deepEqual([names.includes('listed'), names.includes('unlisted')], [true, false]);
      assert.deepEqual(state.get('openTerminals'), [entry('listed', 'first')]);
    } finally {
      terminals.dispose();
      for (const each of vscode.window.terminals) if (each.name.startsWith('listed')) each.dispose();
    }
  });

  it('ends with its tab, where the setting says so, also when the service would not have us', async () => {
    const fake = new FakeTerminals();
    const backend = { terminals: fake.service } as MachineBackend;
    const terminals = new Terminals({
      account: { ...nobody, backend, credentials: {}, require: async () => backend },
      kept: new KeptTerminals(new Keychain().window().state),
      transcripts: new Transcripts(folder, silentLog),
      clock: systemClock,
      log: silentLog,
    });
    await setSetting('terminal.onClose', 'end');
    const { pty, terminal } = await terminals.launch({ modelId: 'm', location }, 'cut-off');
    try {
      await until('its connection', () => fake.links.length === 1);
      const link = await fake.open();
      await link.answer('launch', 's');
      pty.handleInput('x');
      await link.refuse('write', new RemoteError('credentials', 'No.'));
      assert.deepEqual([pty.remote.phase, pty.remote.sessionOver], ['ended', false]);
      terminal.dispose();
      await until('its end', () => fake.terminated.length > 0);
      assert.deepEqual(fake.terminated, ['s']);
    } finally {
      terminals.dispose();
      await setSetting('terminal.onClose', undefined);
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
});
