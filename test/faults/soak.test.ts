import assert from 'node:assert/strict';
import { seed, seededRandom } from '../support/random.js';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Faults } from './faults.js';
import { Recorder } from './recorder.js';
import { Rig } from './rig.js';
import { Typist } from './typist.js';

const FAULTS = Number(process.env.SOAK_FAULTS ?? 40);
/** The most that one fault and the recovery from it take. */
const FAULT_DEADLINE_MS = 120_000;

describe(`a busy terminal under ${FAULTS} faults (SEED=${seed})`, function () {
  this.timeout(60_000 + FAULTS * FAULT_DEADLINE_MS);
  let sandbox: Sandbox;
  let rig: Rig;
  let recorder: Recorder;

  before(async () => {
    sandbox = await startSandbox();
    rig = await Rig.start(sandbox, { times: 20, seed });
    recorder = await Recorder.start(rig);
  });

  after(async () => {
    recorder.remove();
    await rig.stop();
    await sandbox.stop();
  });

  it('loses, doubles and reorders no key but those that it says are in doubt or refused', async () => {
    const typist = new Typist(rig, seededRandom(seed + 1));
    const faults = new Faults(rig, seededRandom(seed + 2), () => typist.pressEnter());
    typist.start();
    for (let count = 0; count < FAULTS; count++) await faults.inflict();
    await faults.recovered();
    await typist.finish(key => recorder.has(key));

    await rig.until('every refusal rang', () => rig.screen.bells >= typist.refusals);

    const { accepted, excused, refused } = typist.account();
    const arrived = recorder.keys();
    const counted = new Set(arrived);
    const certain = arrived.filter(key => !excused.has(key));
    const faulty = {
      missing: accepted.filter(key => !excused.has(key) && !counted.has(key)),
      doubled: arrived.length - counted.size,
      // One in doubt may still be on its way when the next connection is there already.
      reordered: certain.filter((key, index) => key < (certain[index - 1] ?? 0)),
      refusedAndSent: arrived.filter(key => refused.has(key)),
    };
    const told = `${FAULTS} faults, ${typist.losses} losses, ${accepted.length} keys, ${excused.size} in doubt`;
    console.log(`      ${told}, ${refused.size} refused (${faults.summary})`);
    assert.equal(rig.screen.bells, typist.refusals);
    assert.deepEqual(faulty, { missing: [], doubled: 0, reordered: [], refusedAndSent: [] });
    assert.ok(certain.length > 20 * FAULTS, `too few keys to tell anything: ${told}`);
  });
});
