import assert from 'node:assert/strict';
import { Emitter } from '../../../src/core/events.js';

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
});
