import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seed } from '../../support/random.js';
import { World } from '../../support/terminalWorld.js';

describe('the terminal’s state machine, against a model', () => {
  const weights = {
    pass: 3,
    timer: 3,
    online: 1,
    resize: 2,
    type: 8,
    key: 3,
    again: 1,
    open: 6,
    grant: 6,
    refuse: 1,
    answer: 5,
    refuseWrite: 1,
    drop: 3,
    renew: 1,
    exit: 1,
    vanish: 1,
  };
  const common = fc.oneof(
    ...Object.entries(weights).map(([what, weight]) => ({ weight, arbitrary: fc.constant(what) })),
  );
  const what = fc.oneof({ weight: 150, arbitrary: common }, { weight: 1, arbitrary: fc.constant('close') });
  const amount = fc.oneof(
    { weight: 6, arbitrary: fc.nat(12) },
    { weight: 2, arbitrary: fc.nat(2_000) },
    { weight: 1, arbitrary: fc.nat(100_000) },
  );
  const chance = fc.nat(999).map(thousandths => thousandths / 1_000);

  it(`holds the contract through anything that happens (seed ${seed})`, () => {
    const phases = new Set<string>();
    const endings = new Set<string>();
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.tuple(what, amount, chance), { maxLength: 150, size: 'max' }),
        (kept, steps) => {
          const world = new World(kept);
          for (const step of steps) {
            world.step(...step);
            phases.add(world.state.phase);
            if (world.state.ending) endings.add(world.state.ending.kind);
          }
        },
      ),
      { seed, numRuns: 600 },
    );
    // The sequences reach every corner; else the property would say little.
    assert.deepEqual([phases.size, endings.size], [7, 5]);
  });
});
