import assert from 'node:assert/strict';
import { Emitter, onListenerFailed } from '../../../src/core/events.js';

describe('Emitter', () => {
  it('calls each subscription until it is disposed, also one that leaves while it is called', () => {
    const emitter = new Emitter<number>();
    const seen: number[] = [];
    const listener = (value: number) => seen.push(value);
    const first = emitter.event(listener);
    const second = emitter.event(listener);
    const once = emitter.event(() => once.dispose());
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    second.dispose();
    emitter.fire(3);
    assert.deepEqual(seen, [1, 1, 2]);
  });

  describe('with listeners that fail', () => {
    let failures: unknown[];

    beforeEach(() => {
      failures = [];
      onListenerFailed(error => failures.push(error));
    });

    afterEach(() => onListenerFailed(undefined));

    it('tells everybody else all the same, and whoever looks after failures', async () => {
      const emitter = new Emitter<number>();
      const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
      const seen: number[] = [];
      emitter.event(() => {
        throw thrown;
      });
      emitter.event(async () => {
        throw rejected;
      });
      emitter.event(() => {
        throw undefined;
      });
      emitter.event(value => seen.push(value));
      emitter.fire(1);
      emitter.fire(2);
      await Promise.resolve();
      assert.deepEqual(seen, [1, 2]);
      assert.deepEqual(failures, [thrown, undefined, thrown, undefined, rejected, rejected]);
    });

    it('tells a listener nothing after it was disposed of, not even by one before it', () => {
      const emitter = new Emitter<void>();
      let told = 0;
      emitter.event(() => later.dispose());
      const later = emitter.event(() => told++);
      emitter.fire();
      assert.equal(told, 0);
    });
  });
});
