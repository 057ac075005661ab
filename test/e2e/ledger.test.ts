import assert from 'node:assert/strict';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Swan, swanSettings } from '../support/swan';
import { until } from '../support/until';
import { collapseViews, pressRowButton, view, widenSidebar } from '../support/vscode/views';
import { type Window, workbenchDrawn } from '../support/vscode/window';
import {
  answerInput,
  expandRow,
  hoverOf,
  modal,
  notification,
  openViewContainer,
  pickFromMenu,
  picture,
  pressModalButton,
  quickRow,
  runCommand,
  screenshot,
  standing,
  treeRow,
} from '../support/vscode/workbench';
import { openWindow } from './support/shared';

describe('a person whose payment was interrupted', () => {
  let sandbox: Sandbox;
  let swan: Swan;
  let window: Window;

  before(async () => {
    sandbox = await startSandbox(['--only', 'swan', '--tasks', '7', '--step-ms', '100']);
    swan = new Swan(sandbox.services.swan);
    const settings = Object.fromEntries(
      Object.entries(swanSettings(sandbox.services.swan)).map(([name, value]) => [`remoteCompute.${name}`, value]),
    );
    window = await openWindow({
      settings: {
        ...settings,
        'workbench.colorTheme': 'Default Dark Modern',
        'window.commandCenter': false,
        'window.title': 'Visual Studio Code',
      },
      viewport: { width: 1100, height: 680 },
    });
    await signIn();
    await openTasks();
  });

  after(async () => {
    swan?.close();
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'ledger-failed');
  });

  /** With room for all of them. */
  async function openTasks(): Promise<void> {
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    await collapseViews(page, 'Launchers', 'Debug Sessions', 'Terminals');
  }

  async function signIn(): Promise<void> {
    const { page } = window;
    await runCommand(page, 'Remote Compute: Sign In to Swan Chain…');
    await answerInput(page, 'API key', sandbox.services.swan.apiKey);
    await quickRow(page, 'Private key').click();
    await answerInput(page, 'Private key of the wallet', sandbox.services.swan.wallet.privateKey);
  }

  async function renew(name: string, hours: string): Promise<void> {
    const { page } = window;
    await pressRowButton(treeRow(page, name), 'Renew Task…');
    await quickRow(page, hours).click();
  }

  it('renews one task, and is cut off in the middle of renewing another', async () => {
    const { page } = window;
    const before = (await swan.moves()).taken.length;
    await renew('sd-webui-6', '2 hours');
    await pressModalButton(page, 'Trust This Contract');
    await modal(page).getByRole('button', { name: /^Pay / }).click();
    await until('one payment', async () => (await swan.moves()).taken.length === before + 1);
    await swan.holdBlocks();
    await renew('llm-eval-0', '4 hours');
    await modal(page).getByRole('button', { name: /^Pay / }).click();
    const row = treeRow(page, 'llm-eval-0');
    await row.filter({ hasText: 'paying…' }).waitFor();
    await until('an approval on its way', async () => (await swan.waiting()) === 1);
    await page.reload();
    await workbenchDrawn(page);
  });

  it('is told what is left to do, and finishes it: it is paid once', async () => {
    const { page } = window;
    const before = await swan.moves();
    // Of a payment it is told first that nobody is signed in, who could sign it.
    await notification(page, 'It goes on when you sign in').waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await swan.mineAtOnce();
    // A window that was reloaded at once may not have kept which views were collapsed.
    await openTasks();
    // Wide enough for amounts.
    await widenSidebar(page, 620);
    await signIn();
    await standing(page, 'It goes on when you sign it');
    await expandRow(page, 'llm-eval-0');
    await screenshot(page, 'resume');
    await picture(page, 'resume');
    assert.deepEqual((await swan.moves()).taken, before.taken);
    const question = await standing(page, 'It goes on when you sign it');
    await question.getByRole('button', { name: 'Resume' }).click();
    await modal(page).waitFor();
    await screenshot(page, 'resume-confirm');
    await modal(page).getByRole('button', { name: /^Pay / }).click();
    await until('the payment', async () => (await swan.moves()).taken.length === before.taken.length + 1);
    const { approved, taken } = await swan.moves();
    assert.deepEqual(approved, taken);
  });

  it('sees all of it in the ledger', async () => {
    const { page } = window;
    await pickFromMenu(page, treeRow(page, 'llm-eval-0'), 'Terminate Task…');
    await pressModalButton(page, 'Terminate');
    await notification(page, 'came back with the transaction').waitFor();
    await runCommand(page, 'Remote Compute: Show Payments');
    await notification(page, '2 payments and 1 refund agree with the chain.').waitFor();
    await view(page, 'Payments').getByText('Renewal · llm-eval-0').waitFor();
    await screenshot(page, 'ledger');
    const payments = view(page, 'Payments');
    await picture(page, 'ledger', payments.locator('.pane-header'), payments.locator('.monaco-list-row').last());
    await hoverOf(page, view(page, 'Payments').getByText('Renewal · llm-eval-0'), 'Wallet:');
    await screenshot(page, 'ledger-hover');
  });
});
