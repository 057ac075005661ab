import assert from 'node:assert/strict';
import { cancelled, RemoteError } from '../../../src/core/errors.js';
import { NameCache } from '../../../src/core/nameCache.js';
import { own, plainText } from '../../../src/core/plainText.js';
import { rejection } from '../../support/assertions.js';
import { FakeClock } from '../../support/fakeClock.js';

const MINUTE = 60_000;

describe('NameCache', () => {
  function cache(known: Record<string, string>) {
    const asked: string[][] = [];
    const clock = new FakeClock();
    const names = new NameCache(async ids => {
      asked.push(ids);
      return ids.flatMap(id => (known[id] ? [{ id, name: plainText(known[id]) }] : []));
    }, clock);
    return { asked, names, clock };
  }

  it('learns many names in one request, and each once', async () => {
    const { asked, names } = cache({ a: 'one', b: 'two' });
    assert.equal(names.get('a'), 'a');
    await names.learn(['a', 'b', 'a']);
    await names.learn(['b', 'a']);
    assert.deepEqual([asked, names.get('a'), names.get('b')], [[['a', 'b']], 'one', 'two']);
  });

  it('shows the id of what does not exist, and asks for it again after a minute', async () => {
    const known: Record<string, string> = {};
    const { asked, names, clock } = cache(known);
    await names.learn(['later']);
    clock.advance(MINUTE - 1);
    await names.learn(['later']);
    assert.deepEqual([asked.length, names.get('later')], [1, 'later']);
    known.later = 'there';
    clock.advance(1);
    await names.learn(['later']);
    assert.deepEqual([asked.length, names.get('later')], [2, 'there']);
  });

  it('sees a new name after five minutes, and keeps that of what is gone', async () => {
    const known: Record<string, string> = { a: 'old', b: 'kept' };
    const { asked, names, clock } = cache(known);
    await names.learn(['a', 'b']);
    known.a = 'new';
    delete known.b;
    clock.advance(5 * MINUTE - 1);
    await names.learn(['a', 'b']);
    assert.deepEqual([asked.length, names.get('a')], [1, 'old']);
    clock.advance(1);
    await names.learn(['a', 'b', 'c']);
    assert.deepEqual([asked[1], names.get('a'), names.get('b')], [['c', 'a', 'b'], 'new', 'kept']);
    for (const set of [-60 * MINUTE, 24 * 60 * MINUTE]) {
      clock.set(set);
      await names.learn(['a']);
      assert.equal(asked.length, 2);
    }
    clock.advance(5 * MINUTE);
    await names.learn(['a']);
    assert.equal(asked.length, 3);
  });

  it('remembers the last thousand that were wanted', async () => {
    const ids = Array.from({ length: 1_050 }, (_, n) => `id${n}`);
    const { names } = cache(Object.fromEntries(ids.map(id => [id, `name of ${id}`])));
    await names.learn(['id0']);
    for (let at = 0; at < ids.length; at += 50) await names.learn(['id0', ...ids.slice(at, at + 50)]);
    assert.deepEqual(
      ['id0', 'id1', 'id50', 'id51', 'id1049'].map(id => names.get(id).startsWith('name')),
      [true, false, false, true, true],
    );
  });

  it('asks for at most 100 at a time, and for the rest later', async () => {
    const { asked, names } = cache({});
    const ids = Array.from({ length: 150 }, (_, n) => `id${n}`);
    await names.learn(ids);
    await names.learn(ids);
    await names.learn(ids);
    assert.deepEqual(
      asked.map(each => each.length),
      [100, 50],
    );
  });

  it('a failure leaves the ids, and is made up for later', async () => {
    let fails = true;
    const names = new NameCache(async ids => {
      if (fails) throw new RemoteError('network', 'unreachable');
      return ids.map(id => ({ id, name: own('named') }));
    }, new FakeClock());
    await names.learn(['a']);
    assert.equal(names.get('a'), 'a');
    fails = false;
    await names.learn(['a']);
    assert.equal(names.get('a'), 'named');
  });

  it('cancelling is no failure', async () => {
    const abort = new AbortController();
    const names = new NameCache(async () => {
      abort.abort();
      throw cancelled();
    }, new FakeClock());
    await rejection(names.learn(['a'], abort.signal), 'cancelled');
  });
});
