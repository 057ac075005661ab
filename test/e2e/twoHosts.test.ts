import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { Payer, Reader } from '../support/payer';
import { temporaryFolder } from '../support/processes.mjs';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Swan, swanSettings } from '../support/swan';
import { until } from '../support/until';
import { type Obedient, type Outcome, obedient } from '../support/vscode/obedient';
import { pressRowButton } from '../support/vscode/views';
import type { Window } from '../support/vscode/window';
import { modal, openViewContainer, screenshot } from '../support/vscode/workbench';
import { openWindow } from './support/shared';

/** Far more are run where windows cost less: by two engines on one journal. */
const ROUNDS = 10;
/** The most that one takes on a busy machine. */
const ROUND_MS = 60_000;
/** Of two tasks at once. */
const ROUNDS_OF_TWO = 5;
const TOLD = /is under way already|paid already|Something was paid for this task/;

describe('two windows with one wallet', function () {
  this.timeout(ROUNDS * ROUND_MS);
  let sandbox: Sandbox;
  let swan: Swan;
  let reader: Reader;
  let payer: Payer;
  let window: Window;
  let windows: Obedient[];

  before(async () => {
    sandbox = await startSandbox(['--only', 'swan', '--step-ms', '50']);
    const services = sandbox.services.swan;
    swan = new Swan(services);
    reader = new Reader(services);
    await reader.mineAtOnce();
    payer = new Payer({ services, folder: temporaryFolder('journal'), privateKey: services.wallet.privateKey });
    const settings = Object.entries(swanSettings(services)).map(([name, value]) => [`remoteCompute.${name}`, value]);
    const folder = temporaryFolder('windows');
    window = await openWindow({
      settings: Object.fromEntries(settings),
      errand: { swan: services, windows: folder },
      folder: temporaryFolder('workspace'),
    });
    const first = await obedient(folder, window.page, []);
    const second = await obedient(folder, await window.openAnother(temporaryFolder('workspace')), [first]);
    windows = [first, second];
    for (const { page } of windows) await openViewContainer(page, 'Remote Compute');
  });

  after(async () => {
    swan?.close();
    reader?.close();
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const [index, { page }] of windows.entries()) await screenshot(page, `two-hosts-failed-${index + 1}`);
  });

  it('trust the contract, each asking for itself', async () => {
    for (const each of windows) {
      const paying = each.run('task.pay', { taskUuid: await payer.create() });
      await modal(each.page).waitFor();
      const trust = modal(each.page).getByRole('button', { name: 'Trust This Contract', exact: true });
      if ((await trust.count()) > 0) await trust.click();
      await confirm(each.page);
      assert.ok('result' in (await paying));
    }
  });

  it(`pay once for a task that both are told to pay at once, ${ROUNDS} times`, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const task = await payer.create();
      const before = await swan.moves();
      const outcomes = await both([task, task]);
      const errors = outcomes.flatMap(each => ('error' in each ? [each.error.message] : []));
      assert.equal(errors.length, 1, `round ${round}: ${JSON.stringify(outcomes)}`);
      assert.match(errors[0] ?? '', TOLD);
      const after = await swan.moves();
      assert.equal(after.taken.length, before.taken.length + 1, `round ${round}`);
      assert.deepEqual(after.approved.slice(before.approved.length), after.taken.slice(-1), `round ${round}`);
      assert.equal(await swan.paid(task), after.taken.at(-1), `round ${round}`);
      const { orders } = (await payer.api.task(task)).data;
      assert.deepEqual(
        orders.map(each => each.txHash),
        outcomes.flatMap(hashesOf),
        `round ${round}`,
      );
    }
  });

  it(`pay both of two tasks at once, ${ROUNDS_OF_TWO} times`, async () => {
    for (let round = 1; round <= ROUNDS_OF_TWO; round++) {
      const tasks = [await payer.create(), await payer.create(7_200)];
      const before = await swan.moves();
      const hashes = (await both(tasks)).flatMap(hashesOf);
      assert.equal(hashes.length, 2, `round ${round}`);
      const nonces = await Promise.all(hashes.map(hash => reader.nonceOf(hash)));
      assert.equal(new Set(nonces).size, 2, `round ${round}: ${nonces}`);
      const taken = (await swan.moves()).taken.slice(before.taken.length);
      assert.equal(taken.length, 2, `round ${round}`);
      for (const task of tasks) assert.ok(taken.includes(await swan.paid(task)), `round ${round}`);
      assert.equal(await reader.allowance(payer.wallet), 0n, `round ${round}`);
    }
  });

  it('tell the person who pays in the other one too', async () => {
    // The only one of its kind, so that its row is known.
    const task = await payer.create(3_600, 'dynamic', 'C1ae.large');
    for (const { page, run } of windows) {
      await run('refresh', {});
      const row = page.locator('.sidebar .monaco-list-row').filter({ hasText: 'C1ae.large' });
      await pressRowButton(row, 'Pay for Task…');
    }
    await Promise.all(windows.map(({ page }) => confirm(page)));
    const refusal = ({ page }: Obedient) =>
      page.locator('.notifications-toasts .notification-list-item').filter({ hasText: TOLD });
    const told = await until('a window that is told', async () => {
      for (const each of windows) if ((await refusal(each).count()) > 0) return each;
      return undefined;
    });
    assert.match(await refusal(told).innerText(), TOLD);
    await screenshot(told.page, 'two-hosts-told');
    const ordered = async () => (await payer.api.task(task)).data.orders.length > 0;
    await until('the payment', ordered);
    for (const each of windows) if (each !== told) assert.equal(await refusal(each).count(), 0);
  });

  /** Each window is told to pay one of them, and in each the person says yes. */
  async function both(tasks: readonly string[]): Promise<Outcome[]> {
    const paying = windows.map((each, index) => each.run('task.pay', { taskUuid: tasks[index] }));
    await Promise.all(windows.map(({ page }) => modal(page).waitFor()));
    await Promise.all(windows.map(({ page }) => confirm(page)));
    return await Promise.all(paying);
  }
});

/** The person says yes to the price. */
async function confirm(page: Page): Promise<void> {
  await modal(page)
    .getByRole('button', { name: /^Pay \d/ })
    .click();
}

function hashesOf(outcome: Outcome): string[] {
  const { result } = 'result' in outcome ? outcome : { result: undefined };
  const hash = typeof result === 'object' && result !== null && 'hash' in result ? result.hash : undefined;
  return typeof hash === 'string' ? [hash] : [];
}
