import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AccountStore, scopeOf } from '../../../src/ui/accountStore.js';
import { Keychain } from '../../support/fakeSecrets.js';
import { seed } from '../../support/random.js';

const swan = { service: 'swan', fields: ['apiKey', 'wallet'] } as const;

describe('the accounts in the key store', () => {
  let keychain: Keychain;

  beforeEach(() => {
    keychain = new Keychain();
  });

  const open = (...window: Parameters<Keychain['window']>) =>
    new AccountStore({ ...swan, ...keychain.window(...window) });
  const keysOf = async (store: AccountStore) =>
    new Set((await store.read()).accounts.map(({ secrets }) => secrets.get('apiKey')));
  const currentOf = async (store: AccountStore) => (await store.read()).current?.secrets.get('apiKey');

  it('are none at first', async () => {
    assert.deepEqual(await open().read(), { accounts: [], current: undefined });
    assert.equal(keychain.secrets.size, 0, 'looking writes nothing');
  });

  it('have the one that an earlier version kept, where it is, in use', async () => {
    keychain.secrets.set('swan.apiKey', 'old').set('swan.wallet', 'w');
    const store = open();
    const { accounts, current } = await store.read();
    assert.equal(accounts.length, 1);
    assert.deepEqual(
      [...(current?.secrets ?? [])],
      [
        ['apiKey', 'old'],
        ['wallet', 'w'],
      ],
    );
    assert.equal(scopeOf(current?.id ?? ''), '', 'with what was remembered');
    assert.deepEqual([...keychain.secrets.keys()], ['swan.apiKey', 'swan.wallet'], 'nothing was moved');
    await store.add('new', 'Work');
    assert.deepEqual(await keysOf(open()), new Set(['new', 'old']));
    assert.equal(await currentOf(open()), 'new');
    assert.notEqual(scopeOf((await store.read()).current?.id ?? ''), '');
  });

  it('are used as the person chose, and nobody’s is when that one is gone', async () => {
    const store = open();
    const a = await store.add('a', undefined);
    assert.equal(await currentOf(store), 'a', 'there is no other');
    const b = await store.add('b', 'B');
    assert.equal(await currentOf(open()), 'b');
    await store.remove(b);
    assert.equal(await currentOf(open()), undefined);
    assert.deepEqual(await keysOf(open()), new Set(['a']));
    await store.choose(a);
    await store.rename(a, 'Mine');
    assert.equal((await open().read()).current?.name, 'Mine');
  });

  it('leave nothing behind when they are removed', async () => {
    const store = open();
    const id = await store.add('a', 'A');
    await store.keep(id, { wallet: 'a private key' });
    await store.remove(id);
    assert.deepEqual(
      [...keychain.secrets.keys()].filter(name => !/^swan\.(accounts|current)$/.test(name)),
      [],
    );
  });

  it('take no wallet when another window has removed them meanwhile', async () => {
    const [here, there] = [open(), open()];
    const id = await here.add('a', undefined);
    await there.read();
    await there.remove(id);
    await here.keep(id, { wallet: 'a private key' });
    assert.ok(![...keychain.secrets.values()].includes('a private key'));
  });

  it('are the same when somebody signs out and in again', async () => {
    const store = open();
    await store.add('a', undefined);
    const id = await store.add('b', 'B');
    await store.read();
    await store.remove(id);
    assert.equal(await store.add('b', 'B'), id);
  });

  for (const [damage, harm] of Object.entries({
    'is no JSON': () => keychain.secrets.set('swan.accounts', '["first-'),
    'is something else': () => keychain.secrets.set('swan.accounts', '{"a":1}'),
    'is lost': () => keychain.secrets.delete('swan.accounts'),
    'names what there is not': () => keychain.secrets.set('swan.accounts', '["../../x","b2c4",7]'),
  })) {
    it(`are found where the index ${damage}, and it is mended`, async () => {
      const store = open();
      for (const key of ['a', 'b', 'c']) await store.add(key, key);
      const index = keychain.secrets.get('swan.accounts');
      harm();
      assert.deepEqual(await keysOf(open()), new Set(['a', 'b', 'c']));
      assert.deepEqual(
        new Set(JSON.parse(keychain.secrets.get('swan.accounts') ?? '')),
        new Set(JSON.parse(index ?? '')),
      );
    });
  }

  it('are found where the second copy of the index is lost', async () => {
    const store = open();
    for (const key of ['a', 'b']) await store.add(key, key);
    keychain.state = {};
    assert.deepEqual(await keysOf(open()), new Set(['a', 'b']));
  });

  it('are one where two windows add the same key at the same time, with the wallet that either has set', async () => {
    // Which of them has the lower id is left to chance.
    for (let time = 0; time < 20; time++) {
      keychain = new Keychain();
      const [here, there] = [open(), open()];
      await here.add('other', 'Other');
      await Promise.all([here.read(), there.read()]);
      const id = await here.add('key', 'Work');
      await here.keep(id, { wallet: 'a private key' });
      await there.add('key', 'Mine');
      const { accounts, current } = await here.read();
      assert.equal(accounts.length, 2);
      assert.equal(current?.secrets.get('wallet'), 'a private key');
      assert.equal(current?.name, 'Work');
    }
  });

  for (const failing of ['accounts', 'name', 'apiKey']) {
    it(`are as they were where “${failing}” of another cannot be written`, async () => {
      const { secrets, state } = keychain.window();
      let locked = false;
      const store = new AccountStore({
        ...swan,
        state,
        secrets: {
          ...secrets,
          async store(name: string, value: string) {
            if (locked && name.endsWith(`.${failing}`)) throw new Error('The key store is locked.');
            await secrets.store(name, value);
          },
        } as typeof secrets,
      });
      await store.add('a', undefined);
      const before = await store.read();
      locked = true;
      await assert.rejects(store.add('b', 'B'), /locked/);
      assert.deepEqual(await store.read(), before, 'also while nothing can be written');
      locked = false;
      assert.deepEqual(await open().read(), before);
      await store.add('b', 'B');
      assert.equal((await open().read()).current?.name, 'B');
    });
  }

  it(`are all there, whatever two windows do at the same time (SEED=${seed})`, async () => {
    const act = fc.oneof(
      { weight: 3, arbitrary: fc.record({ type: fc.constant('add' as const), key: fc.integer({ min: 0, max: 5 }) }) },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant('remove' as const), key: fc.integer({ min: 0, max: 5 }) }),
      },
    );
    // Two windows that add and remove the same key at the same time agree on nothing: each has keys of its own, but one.
    const acts = fc.array(act, { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), acts, acts, fc.boolean(), async (scheduler, first, second, reads) => {
        keychain = new Keychain();
        const wanted = new Set<string>();
        const pass = (what: string) => scheduler.schedule(Promise.resolve(), what);
        const windows = [first, second].map((mine, window) => {
          const { secrets, state } = keychain.window(what => pass(`${window}: ${what}`));
          const store = new AccountStore({ ...swan, secrets, state });
          secrets.onDidChange(({ key }) => store.meets(key) && void store.read());
          return async () => {
            for (const { type, key } of mine) {
              // Both add the last one, and nobody removes it.
              const name = key === 5 ? 'both' : `${window}-${key}`;
              if (type === 'add') {
                if (reads) await store.read();
                await store.add(name, undefined);
                wanted.add(name);
              } else if (name !== 'both') {
                const found = (await store.read()).accounts.find(({ secrets: its }) => its.get('apiKey') === name);
                if (found) await store.remove(found.id);
                wanted.delete(name);
              }
            }
          };
        });
        const done = Promise.all(windows.map(run => run()));
        await scheduler.waitFor(done);
        await scheduler.waitIdle();
        assert.deepEqual(await keysOf(open()), wanted);
      }),
      { seed, numRuns: 300 },
    );
  });
});
