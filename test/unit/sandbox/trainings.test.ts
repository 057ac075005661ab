import assert from 'node:assert/strict';
import { trainingsAfter } from '../../../src/sandbox/decthings/trainings.js';

describe('sandbox: training sessions', () => {
  const states = (seconds: number) => trainingsAfter('id', 1000, 1000 + seconds * 1000).map(({ state }) => state);

  it('start, run and end, one after the other', () => {
    assert.deepEqual(states(1), []);
    assert.deepEqual(states(3), ['starting']);
    assert.deepEqual(states(30), ['running']);
    assert.deepEqual(states(80), ['completed']);
    assert.deepEqual(states(100), ['completed', 'running']);
    assert.deepEqual(states(3600), ['completed', 'completed', 'failed', 'completed']);
  });

  it('keep their ids', () => {
    const ids = (seconds: number) => trainingsAfter('id', 1000, 1000 + seconds * 1000).map(({ id }) => id);
    assert.deepEqual(ids(100), ids(3600).slice(0, 2));
    assert.equal(new Set(ids(3600)).size, 4);
  });
});
