import assert from 'node:assert/strict';
import { cancelled, RemoteError } from '../../../src/core/errors.js';
import { NameCache } from '../../../src/core/nameCache.js';
import { rejection } from '../../support/assertions.js';

describe('NameCache', () => {
  function cache(known: Record<string, string>) {
    const asked: string[][] = [];
    const names = new NameCache(async ids => {
      asked.push(ids);
      return ids.flatMap(id => (known[id] ? [{ id, name: known[id] }] : []));
    });
    return { asked, names };
  }

  it('learns many names in one request, and each once', async () => {
    const { asked, names } = cache({ a: 'one', b: 'two' });
    assert.equal(names.get('a'), 'a');
    await names.learn(['a', 'b', 'a']);
    await names.learn(['b', 'a']);
    assert.deepEqual([asked, names.get('a'), names.get('b')], [[['a', 'b']], 'one', 'two']);
  });

  it('shows the id of what does not exist, and does not ask for it again', async () => {
    const { asked, names } = cache({});
    await names.learn(['gone']);
    await names.learn(['gone']);
    assert.deepEqual([asked.length, names.get('gone')], [1, 'gone']);
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
      return ids.map(id => ({ id, name: 'named' }));
    });
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
    });
    await rejection(names.learn(['a'], abort.signal), 'cancelled');
  });
});
