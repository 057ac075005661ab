import assert from 'node:assert/strict';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { STEPS } from '../../../src/swan/payments/steps.js';
import { HURRIED_PACE, hurriedClock, patientClock } from '../../support/hurry.js';
import { Payer, Reader } from '../../support/payer.js';
import type { Stop } from './doom.js';
import { CREATING, HEARD_BADLY, RARE, RENEWING, REORGANISED, type Scenario, type Scene, Stage } from './scenarios.js';

const AT_ONCE = 8;
/** On a busy machine a life may end before it gets to the step. */
const LIVES = 3;
const WHEN = ['before', 'after'] as const;

describe('a payment whose process is killed', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(1_800_000);
  let sandbox: SwanSandbox;
  let reader: Reader;
  let stage: Stage;
  /** Every step that a process was killed at. */
  const crashed = new Set<string>();

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    reader = new Reader(sandbox.services);
    await reader.mineAtOnce();
    stage = new Stage(sandbox.services, reader);
  });

  after(async () => {
    stage.close();
    reader.close();
    await sandbox.close();
  });

  for (const scenario of [CREATING, RENEWING]) {
    it(`comes about exactly once, at whichever step of ${scenario.name} that was`, () => crashAll([scenario]));
  }

  it('comes about exactly once, at whichever step of being listened to by those who throw', async () => {
    const scene = await stage.set(HEARD_BADLY);
    const { failure } = await stage.life(scene, HEARD_BADLY);
    assert.equal(failure, undefined);
    assert.deepEqual((await reader.moves(scene.payer.wallet)).paid, [scene.amount]);
    scene.remove();
    await crashAll([HEARD_BADLY]);
  });

  it('comes about exactly once, at whichever step of recovery and of rare events that was', () => crashAll(RARE));

  it('comes about exactly once, at whichever step of a reorganisation that was', () => crashAll([REORGANISED], 1));

  it('was killed at each step that there is', () => {
    assert.deepEqual(
      STEPS.filter(name => !crashed.has(name)),
      [],
    );
  });

  /** Before and after each step that no scenario before takes. */
  async function crashAll(scenarios: readonly Scenario[], limit = AT_ONCE): Promise<void> {
    const taken = new Map<Scenario, string[]>();
    await atOnce(limit, scenarios, async scenario => {
      const scene = await stage.set(scenario);
      taken.set(scenario, (await stage.life(scene, scenario)).steps);
      scene.remove();
    });
    const crashes = scenarios.flatMap(scenario => {
      const worth = taken.get(scenario)?.filter(name => !crashed.has(name) || scenario.also?.test(name)) ?? [];
      assert.ok(worth.length > 0, scenario.name);
      for (const name of worth) crashed.add(name);
      return worth.flatMap(name => WHEN.map(when => ({ scenario, stop: { name, when } })));
    });
    await atOnce(limit, crashes, ({ scenario, stop }) => crash(scenario, stop));
  }

  async function crash(scenario: Scenario, stop: Stop): Promise<void> {
    const where = `${scenario.name}: ${stop.when} ${stop.name}`;
    const scene = await killedAt(scenario, stop, where);
    await scene.heal?.();
    const clock = scenario.hurried ? hurriedClock() : patientClock();
    const pace = scenario.hurried ? HURRIED_PACE : {};
    const payer = new Payer({ ...scene, services: sandbox.services, clock, pace });
    await takeUp(payer, scene, where).catch(error => assert.fail(`${where}: ${error.stack}`));

    const { wallet } = payer;
    const { records, damaged } = await payer.journal.list();
    assert.deepEqual(damaged, [], where);
    assert.deepEqual(await payer.journal.open(), [], where);
    const kind = scenario.kind ?? 'create';
    const done = records.filter(each => each.kind === kind && each.stage === 'done');
    const { before, amount, task } = scene;
    assert.deepEqual(
      done.map(each => each.amount),
      [amount],
      where,
    );
    const moves = { approved: [...before.approved, amount], paid: [...before.paid, amount] };
    assert.deepEqual(await reader.moves(wallet), moves, where);
    assert.equal(await reader.allowance(wallet), 0n, where);
    const type = kind === 'create' ? 'Creation' : 'Renewal';
    const { orders } = (await payer.api.task(task)).data;
    assert.deepEqual(
      orders.filter(each => each.type === type).map(each => each.txHash),
      done.map(each => each.hash),
      where,
    );
    scene.remove();
  }

  /** What a process leaves that is killed there. */
  async function killedAt(scenario: Scenario, stop: Stop, where: string): Promise<Scene> {
    for (let lives = 1; ; lives++) {
      const scene = await stage.set(scenario);
      const { killed } = await stage.life(scene, scenario, stop);
      if (killed) return scene;
      scene.remove();
      assert.ok(lives < LIVES, where);
    }
  }

  /** What the extension does at its start, and then the person, who finds the task unpaid. */
  async function takeUp(payer: Payer, { act, task }: Scene, where: string): Promise<void> {
    for (const { id } of await payer.journal.open()) await payer.engine.resume(id, await payer.signer());
    for (const { id } of await payer.engine.reconcile()) await payer.engine.resume(id);
    const kind = act.type === 'pay' ? act.quote.request.kind : 'create';
    const { records } = await payer.journal.list();
    if (records.some(each => each.kind === kind && each.stage === 'done')) return;
    const again =
      act.type === 'validate'
        ? payer.engine.validate(act.payment)
        : payer.pay(task, kind, act.type === 'pay' ? act.quote.request : {});
    assert.equal((await again).stage, 'done', where);
  }
});

/** All of them, a few at a time; where one fails, no other is begun. */
async function atOnce<T>(limit: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await act(item).catch(error => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: limit }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
