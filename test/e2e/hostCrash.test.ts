import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unitsText } from '../../src/core/money.js';
import { Payer, Reader } from '../support/payer';
import { temporaryFolder } from '../support/processes.mjs';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Swan, swanSettings } from '../support/swan';
import { until } from '../support/until';
import { type Obedient, obedient } from '../support/vscode/obedient';
import type { Window } from '../support/vscode/window';
import { modal, notification, screenshot } from '../support/vscode/workbench';
import { openWindow } from './support/shared';

const SEND = 'eth_sendRawTransaction';
const TELL = 'POST /v2/task_payment_validate';

interface Moment {
  what: string;
  allowance: boolean;
  /** What holds the payment there, and the call that shows that it is there. */
  hold: [control: string, params: object];
  call: string;
}

const MOMENTS: readonly Moment[] = [
  {
    what: 'the approval was written down and not published',
    allowance: false,
    hold: ['rpc', { kind: 'withheld' }],
    call: SEND,
  },
  { what: 'the approval was published', allowance: false, hold: ['rpc', { kind: 'timeout' }], call: SEND },
  {
    what: 'the payment was written down and not published',
    allowance: true,
    hold: ['rpc', { kind: 'withheld' }],
    call: SEND,
  },
  { what: 'the payment was published', allowance: true, hold: ['rpc', { kind: 'timeout' }], call: SEND },
  { what: 'the service was told', allowance: true, hold: ['fail', { endpoint: TELL, kind: 'silent' }], call: TELL },
];

describe('a window whose extension host is killed while it pays', () => {
  let sandbox: Sandbox;
  let swan: Swan;
  let reader: Reader;
  let payer: Payer;
  let window: Window;
  let folder: string;
  /** One process after the other, of the same window. */
  const hosts: Obedient[] = [];

  before(async () => {
    sandbox = await startSandbox(['--only', 'swan', '--step-ms', '50']);
    const services = sandbox.services.swan;
    swan = new Swan(services);
    reader = new Reader(services);
    await reader.mineAtOnce();
    payer = new Payer({ services, folder: temporaryFolder('journal'), privateKey: services.wallet.privateKey });
    const settings = Object.entries(swanSettings(services)).map(([name, value]) => [`remoteCompute.${name}`, value]);
    folder = temporaryFolder('windows');
    window = await openWindow({
      settings: Object.fromEntries(settings),
      errand: { swan: services, windows: folder },
    });
    hosts.push(await obedient(folder, window.page, hosts));
    const paying = hosts[0]?.run('task.pay', { taskUuid: await payer.create() });
    await modal(window.page).getByRole('button', { name: 'Trust This Contract', exact: true }).click();
    await confirm();
    await paying;
  });

  after(async () => {
    swan?.close();
    reader?.close();
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'host-crash-failed');
  });

  for (const [index, { what, allowance, hold, call }] of MOMENTS.entries()) {
    it(`pays once, though it was killed when ${what}`, async () => {
      const { page } = window;
      // Each costs something else, so that it is known by its amount.
      const task = await payer.create(3_600 * (index + 1));
      const { amount } = await payer.quote(task);
      const words = `the payment of ${unitsText(amount)} SWAN for`;
      if (allowance) await reader.approve(sandbox.services.swan.wallet.privateKey, amount);
      const before = await swan.moves();
      const asked = await countOf(call);
      await reader.act(...hold);
      const host = hosts.at(-1);
      assert.ok(host);
      // Nobody hears how it ends.
      host.run('task.pay', { taskUuid: task }).catch(() => undefined);
      await confirm();
      await until('the call', async () => (await countOf(call)) > asked);
      process.kill(host.pid, 'SIGKILL');
      await until('the end of the process', () => !isRunning(host.pid));
      await reader.act('clear');
      hosts.push(await restarted());

      if (!allowance) {
        // The payment itself was not signed yet: that is the person’s to do.
        const question = notification(page, `Not finished: ${words}`);
        await question.getByText('It goes on when you sign it.').waitFor();
        await screenshot(page, 'host-crash-resume');
        await question.getByRole('button', { name: 'Resume' }).click();
        await confirm();
      }
      await until('the payment’s end', () => openPayments().length === 0);
      if (allowance) await notification(page, `Finished ${words}`).waitFor();

      const after = await swan.moves();
      assert.deepEqual(after.taken.slice(before.taken.length), [amount]);
      assert.deepEqual(after.approved.slice(before.approved.length), allowance ? [] : [amount]);
      assert.equal(await swan.paid(task), amount);
      assert.equal(await reader.allowance(payer.wallet), 0n);
      await until('the task to run', async () => (await payer.api.task(task)).data.status === 'running');
      assert.equal((await payer.api.task(task)).data.orders.length, 1);
    });
  }

  /** The person says yes to the price. */
  async function confirm(): Promise<void> {
    await modal(window.page)
      .getByRole('button', { name: /^Pay \d/ })
      .click();
  }

  async function countOf(call: string): Promise<number> {
    const { calls, rpc } = await reader.stats();
    return calls[call] ?? rpc[call] ?? 0;
  }

  /** VS Code starts the process anew by itself, but not the third time within minutes: then the person reloads. */
  async function restarted(): Promise<Obedient> {
    if (hosts.length % 3 === 0) await window.page.reload();
    return await obedient(folder, window.page, hosts);
  }

  function openPayments(): string[] {
    const storage = join(window.serverDataDir, 'data/User/globalStorage/remote-compute.remote-compute/payments/open');
    return readdirSync(storage);
  }
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
