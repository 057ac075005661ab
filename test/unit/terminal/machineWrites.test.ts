import assert from 'node:assert/strict';
import { QUIET_MS } from '../../../src/terminal/writes.js';
import { answered, drop, error, failed, input, live, upToAttached } from '../../support/machineRig.js';

describe('the terminal’s state machine, and writes that are refused', () => {
  it('to a busy service all waits in its order, and is tried in one piece at a time, ever later', () => {
    const it = live().on(input('a'), input('b'), failed(1, 'busy'), input('c'));
    assert.deepEqual([it.state.queue.length, it.written], [1, []]);
    assert.deepEqual(it.on(failed(2, 'busy')).kinds, ['schedule']);
    assert.deepEqual(it.on(input('d')).effects, []);
    assert.deepEqual(it.on({ type: 'timer' }).written, ['abcd']);
    assert.deepEqual(it.on(input('e')).written, []);
    const waits = [3, 4, 5, 6, 7].map(id => {
      const { kinds, wait } = it.on(failed(id, 'busy'));
      it.on({ type: 'timer' });
      return [kinds.includes('notice'), wait];
    });
    assert.deepEqual(waits, [
      [true, 750],
      [false, 1_500],
      [false, 3_000],
      [false, 3_750],
      [false, 3_750],
    ]);
    assert.deepEqual(it.on(input('f'), answered(8)).written, ['f']);
    assert.deepEqual(it.on(input('g')).written, ['g']);
  });

  it('what is not in its place any more is missing, and nothing that was typed after it is sent', () => {
    for (const answers of [
      [failed(2, 'busy'), answered(1), answered(3)],
      [answered(3), answered(1), failed(2, 'busy')],
      [failed(2, 'other'), answered(3), answered(1)],
    ]) {
      const it = live().on(input('a'), input('bc'), input('d'), ...answers);
      assert.deepEqual(it.notice, { type: 'missing', error, missing: 2, later: true, unsent: 0 });
      assert.deepEqual(it.state.unanswered, []);
    }
    const it = live().on(input('ab'), input('c'), failed(1, 'busy'), input('d'), answered(2));
    assert.deepEqual(it.effects, [
      { type: 'notice', notice: { type: 'missing', error, missing: 2, later: true, unsent: 1 } },
    ]);
    assert.deepEqual(it.after(QUIET_MS - 1, input('\r')).kinds, ['bell']);
    assert.deepEqual(it.after(QUIET_MS, input('e')).written, ['e']);
  });

  it('a drop while a refused piece has others behind it gives up what was to follow them', () => {
    const it = live().on(input('ab'), input('c'), failed(1, 'busy'), input('d'), drop);
    assert.deepEqual(it.effects.slice(1, 3), [
      { type: 'notice', notice: { type: 'missing', error, missing: 2, later: false, unsent: 1 } },
      { type: 'notice', notice: { type: 'lost', error, inDoubt: 1 } },
    ]);
    const kept = live().on(input('ab'), failed(1, 'busy'), input('c'), drop);
    assert.deepEqual(kept.notice, { type: 'lost', error, inDoubt: 0, waiting: 3 });
    assert.deepEqual(kept.on(...upToAttached).written, ['abc']);
  });
});
