import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { findSecrets } from '../support/secrets';
import { Swan, swanSettings } from '../support/swan';
import { until } from '../support/until';
import { terminalRows, typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { pickFromViewMenu, pressRowButton, pressViewButton, view, viewDescription } from '../support/vscode/views';
import type { Window } from '../support/vscode/window';
import {
  answerInput,
  countOf,
  expandRow,
  hoverOf,
  modal,
  notification,
  notifications,
  openViewContainer,
  pickFromMenu,
  pressModalButton,
  quickInput,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { recordingSsh, type Ssh } from './support/recordingSsh';
import { openWindow } from './support/shared';

const WHOLE_HOUR = /^Pay (1\.\d+) SWAN$/;

describe('a person with tasks on Swan Chain', () => {
  let sandbox: Sandbox;
  let swan: Swan;
  let window: Window;
  let ssh: Ssh;

  before(async () => {
    sandbox = await startSandbox(['--only', 'swan', '--step-ms', '500']);
    swan = new Swan(sandbox.services.swan);
    ssh = recordingSsh();
    const settings = Object.fromEntries(
      Object.entries(swanSettings(sandbox.services.swan)).map(([name, value]) => [`remoteCompute.${name}`, value]),
    );
    // VS Code looks for programs where the person's own shell does.
    const env = { PATH: `${ssh.folder}${delimiter}${process.env.PATH}` };
    window = await openWindow({ settings, env });
    await openViewContainer(window.page, 'Remote Compute');
    // Their views would leave Swan's none of the height.
    for (const other of ['Launchers', 'Debug Sessions', 'Terminals']) {
      await view(window.page, other).locator('.pane-header').click();
    }
  });

  after(async () => {
    swan?.close();
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'swan-failed');
  });

  it('signs in with a key, and is told when it is wrong', async () => {
    const { page } = window;
    const button = view(page, 'Swan Tasks').getByRole('button', { name: 'Sign In to Swan Chain' });
    await button.waitFor();
    await screenshot(page, 'swan-signed-out');
    await button.click();
    await answerInput(page, 'API key', 'not-a-key');
    await page.locator('.quick-input-widget').filter({ hasText: 'did not accept this key' }).waitFor();
    await answerInput(page, 'did not accept this key', sandbox.services.swan.apiKey);
    await quickRow(page, 'Private key').waitFor();
    await screenshot(page, 'swan-wallet');
    await page.keyboard.press('Escape');
    await view(page, 'Swan Tasks').getByText('Tasks belong to a wallet.').waitFor();
    await screenshot(page, 'swan-no-wallet');
  });

  it('sets a wallet by its private key, which is not to be read on the screen', async () => {
    const { page } = window;
    await view(page, 'Swan Tasks').getByRole('button', { name: 'Set Wallet' }).click();
    await quickRow(page, 'Private key').click();
    await answerInput(page, 'Private key of the wallet', 'mistyped');
    await page.locator('.quick-input-widget').filter({ hasText: 'This is not a private key' }).waitFor();
    assert.equal(await quickInput(page).getAttribute('type'), 'password');
    await answerInput(page, 'This is not a private key', sandbox.services.swan.wallet.privateKey);
    await view(page, 'Swan Tasks').getByText('No tasks yet.').waitFor();
    await screenshot(page, 'swan-empty');
  });

  it('fills in a form that can be gone back in, with the price in its title', async () => {
    const { page } = window;
    await pressViewButton(page, 'Swan Tasks', 'Create Task…');
    await quickRow(page, 'An app image').waitFor();
    await screenshot(page, 'swan-source');
    await quickRow(page, 'An app image').click();
    await quickRow(page, 'hello-world').waitFor();
    await screenshot(page, 'swan-image');
    await quickRow(page, 'ssh-ubuntu-22.04').click();
    await quickRow(page, 'C1ae.medium').waitFor();
    await screenshot(page, 'swan-hardware');
    await quickRow(page, 'C1ae.medium').click();
    await quickRow(page, 'any region').waitFor();
    await titled(/^Create a Task · 1\.\d+ SWAN per hour/);
    await screenshot(page, 'swan-region');
    await page.locator('.quick-input-widget').getByRole('button', { name: 'Back' }).click();
    await quickRow(page, 'C1ae.medium').click();
    await quickRow(page, 'any region').click();
    await quickRow(page, '14 days').waitFor();
    await screenshot(page, 'swan-duration');
    await quickRow(page, '1 hour').click();
    await quickRow(page, 'IP whitelist').click();
    await answerInput(page, 'Addresses that may reach it', '999.1.1.1');
    await answerInput(page, 'Give addresses or ranges', '127.0.0.1');
    await quickRow(page, '127.0.0.1').waitFor();
    await titled(/^Create a Task · 1\.\d+ SWAN \(5\/6\)/);
    await screenshot(page, 'swan-options');
    await quickRow(page, 'Continue').click();
    await quickRow(page, 'Create and pay').waitFor();
    await screenshot(page, 'swan-pay-now');
    await quickRow(page, 'Create and pay').click();
  });

  it('trusts the contract, confirms the amount, and sees the task run', async () => {
    const { page } = window;
    const { clientContract } = sandbox.services.swan;
    await modal(page).waitFor();
    assert.match(await modal(page).innerText(), new RegExp(`Payment contract: ${clientContract}`));
    await screenshot(page, 'swan-trust');
    await pressModalButton(page, 'Trust This Contract');
    await modal(page).getByRole('button', { name: WHOLE_HOUR }).waitFor();
    const text = await modal(page).innerText();
    for (const part of ['For: 1 hour at', 'Network: Custom network', clientContract, 'SWAN balance:', 'Gas: at most']) {
      assert.ok(text.includes(part), `${part} is missing: ${text}`);
    }
    await screenshot(page, 'swan-confirm');
    await modal(page).getByRole('button', { name: WHOLE_HOUR }).click();
    const row = treeRow(page, 'ssh-ubuntu-22.04');
    await row.filter({ hasText: 'paying…' }).waitFor();
    await screenshot(page, 'swan-paying');
    await row.filter({ hasText: 'running' }).waitFor();
    await expandRow(page, 'ssh-ubuntu-22.04');
    await treeRow(page, 'Cost so far').waitFor();
    await screenshot(page, 'swan-running');
  });

  it('sees all of it by pointing at it', async () => {
    const { page } = window;
    await hoverOf(page, treeRow(page, 'ssh-ubuntu-22.04'), 'UUID:');
    await screenshot(page, 'swan-hover');
    await page.mouse.move(800, 200);
  });

  it('connects by SSH, answers for the host’s key, and runs a command there', async () => {
    const { page } = window;
    await pressRowButton(treeRow(page, 'SSH'), 'Connect by SSH');
    await waitForRow(page, /Are you sure you want to continue connecting/);
    await screenshot(page, 'swan-ssh-question');
    await typeInTerminal(page, 'yes\n');
    await waitForRow(page, /^root@swan:~# *$/);
    await typeInTerminal(page, 'echo $((6*7))\n');
    assert.equal(await waitForRow(page, /^42$/), '42');
    await screenshot(page, 'swan-ssh');
    assert.match(ssh.args(), /^-o\nUserKnownHostsFile=[0-9a-f]{64}\n-p\n\d+\n-l\nroot\n--\n127\.0\.0\.1\n$/);
    await typeInTerminal(page, 'exit\n');
    await until(
      'the terminal to close',
      async () => !(await terminalRows(page).catch(() => [])).some(row => row === '42'),
    );
  });

  it('follows its log', async () => {
    const { page } = window;
    await treeRow(page, 'Job').hover();
    await pressRowButton(treeRow(page, 'Job'), 'Show Task Logs…');
    await quickRow(page, 'What the app prints').waitFor();
    await screenshot(page, 'swan-log-kind');
    await quickRow(page, 'What the app prints').click();
    await page
      .locator('.panel .view-line')
      .filter({ hasText: /starts.on/ })
      .first()
      .waitFor();
    await screenshot(page, 'swan-log');
  });

  it('creates one unpaid, finds it by search and filter, and creates it again', async () => {
    const { page } = window;
    await pickFromMenu(page, treeRow(page, 'ssh-ubuntu-22.04'), 'Create Task Again…');
    await quickRow(page, 'An app image').click();
    await quickRow(page, 'hello-world').click();
    await quickRow(page, 'C1ae.medium').click();
    await quickRow(page, 'any region').click();
    await quickRow(page, '1 hour').click();
    await quickRow(page, '127.0.0.1').waitFor();
    await quickRow(page, 'Continue').click();
    await quickRow(page, 'Create unpaid').click();
    await treeRow(page, 'hello-world').filter({ hasText: 'unpaid' }).waitFor();
    await screenshot(page, 'swan-two');

    await pressViewButton(page, 'Swan Tasks', 'Search Tasks…');
    await answerInput(page, 'Part of a name', 'hello');
    await viewDescription(page, 'Swan Tasks').getByText('“hello” · 1', { exact: true }).waitFor();
    await pickFromViewMenu(page, 'Swan Tasks', 'Filter Tasks by Status…');
    await quickRow(page, 'failed').waitFor();
    await screenshot(page, 'swan-filter');
    await quickRow(page, 'failed').click();
    await view(page, 'Swan Tasks').getByText('No task matches the filter.').waitFor();
    await screenshot(page, 'swan-filtered');
    await view(page, 'Swan Tasks').locator('.pane-body').getByRole('button', { name: 'Clear Filter' }).click();
    await treeRow(page, 'ssh-ubuntu-22.04').waitFor();
  });

  it('terminates the task, and is told of the refund, which came', async () => {
    const { page } = window;
    await pickFromMenu(page, treeRow(page, 'ssh-ubuntu-22.04'), 'Terminate Task…');
    await modal(page).waitFor();
    assert.match(await modal(page).innerText(), /About 1\.\d+ SWAN come back to your wallet/);
    await screenshot(page, 'swan-terminate');
    await pressModalButton(page, 'Terminate');
    const told = notification(page, 'came back with the transaction');
    await told.waitFor();
    const hash = /0x[0-9a-f]{64}/.exec(await told.innerText())?.[0];
    assert.ok(hash && (await swan.succeeded(hash)));
    await treeRow(page, 'ssh-ubuntu-22.04').filter({ hasText: 'terminated' }).waitFor();
    await screenshot(page, 'swan-terminated');
    const { approved, taken, returned } = await swan.moves();
    assert.equal(taken.length, 1);
    assert.deepEqual(approved, taken);
    assert.equal(returned.length, 1);
  });

  it('shows what was paid and what came back, as the chain has it', async () => {
    const { page } = window;
    await runCommand(page, 'Remote Compute: Show Payments');
    await notification(page, '1 payment and 1 refund agree with the chain.').waitFor();
    await view(page, 'Payments').getByText('Refund · ssh-ubuntu-22.04').waitFor();
    await view(page, 'Payments').getByText('Pay · ssh-ubuntu-22.04').waitFor();
    await screenshot(page, 'swan-payments');
    await pressViewButton(page, 'Payments', 'Group Payments by Month or Task');
    await view(page, 'Payments').getByText('ssh-ubuntu-22.04', { exact: true }).waitFor();
  });

  it('left no secret in a file, a process’s arguments, or what was printed', async () => {
    const { apiKey, wallet } = sandbox.services.swan;
    const secrets = [apiKey, wallet.privateKey.slice(2)];
    assert.deepEqual(findSecrets(secrets, window.serverDataDir), []);
    for (const secret of secrets) assert.ok(!window.log().includes(secret));
    for (const text of await notifications(window.page)) {
      for (const secret of secrets) assert.ok(!text.includes(secret));
    }
  });

  it('signs out, and nothing is left to see', async () => {
    const { page } = window;
    await pickFromViewMenu(page, 'Swan Tasks', 'Sign Out of Swan Chain');
    await pressModalButton(page, 'Sign Out');
    await view(page, 'Swan Tasks').getByRole('button', { name: 'Sign In to Swan Chain' }).waitFor();
    assert.equal(await countOf(view(page, 'Swan Tasks').locator('.monaco-list-row'), 0), 0);
  });

  /** Waits until the open form has this title. */
  async function titled(text: RegExp): Promise<void> {
    await window.page.locator('.quick-input-widget:visible .quick-input-title').filter({ hasText: text }).waitFor();
  }
});
