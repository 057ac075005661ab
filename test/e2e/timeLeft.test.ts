import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Swan, swanSettings } from '../support/swan';
import { until } from '../support/until';
import { type Window, workbenchDrawn } from '../support/vscode/window';
import {
  answerInput,
  countOf,
  modal,
  notification,
  openViewContainer,
  pickFromMenu,
  picture,
  pressModalButton,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { openWindow } from './support/shared';

describe('a person whose task ends soon', () => {
  let sandbox: Sandbox;
  let swan: Swan;
  let window: Window;
  let uuid: string;

  before(async () => {
    sandbox = await startSandbox(['--only', 'swan', '--tasks', '1', '--step-ms', '100']);
    swan = new Swan(sandbox.services.swan);
    const settings = Object.fromEntries(
      Object.entries(swanSettings(sandbox.services.swan)).map(([name, value]) => [`remoteCompute.${name}`, value]),
    );
    window = await openWindow({
      settings: { ...settings, 'workbench.colorTheme': 'Default Dark Modern' },
    });
    const { page } = window;
    await signIn();
    await openViewContainer(page, 'Remote Compute');
    await pickFromMenu(page, treeRow(page, 'llm-eval-0'), 'Copy Task UUID');
    uuid = await until('the UUID', async () => {
      const text = String(await page.evaluate('navigator.clipboard.readText()'));
      return /^[0-9a-f-]{36}$/.test(text) && text;
    });
  });

  after(async () => {
    swan?.close();
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'time-left-failed');
  });

  async function signIn(): Promise<void> {
    const { page } = window;
    await runCommand(page, 'Remote Compute: Sign In to Swan Chain…');
    await answerInput(page, 'API key', sandbox.services.swan.apiKey);
    await quickRow(page, 'Private key').click();
    await answerInput(page, 'Private key of the wallet', sandbox.services.swan.wallet.privateKey);
  }

  /** A window in a browser keeps secrets for as long as its page lives; the sidebar stays hidden. */
  async function reload(): Promise<void> {
    await openViewContainer(window.page, 'Explorer');
    await window.page.reload();
    await workbenchDrawn(window.page);
    await signIn();
  }

  /** What was asked about tasks so far. */
  async function asked(): Promise<number> {
    const { calls } = await swan.stats();
    return (calls['GET /v2/task_list'] ?? 0) + (calls['GET /v2/task_deployment'] ?? 0);
  }

  function timeLeft(text: string | RegExp): Locator {
    return window.page.locator('.statusbar-item').filter({ hasText: text });
  }

  it('sees the time left in the status bar, also after a reload with the sidebar hidden, without a question', async () => {
    const { page } = window;
    await timeLeft(/5\d min · [\d.]+ SWAN\/h/).waitFor();
    const before = await asked();
    await reload();
    await timeLeft(/5\d min · [\d.]+ SWAN\/h/).waitFor();
    assert.ok((await asked()) <= before + 1, 'asked about tasks, though nobody looks');
    await timeLeft('SWAN/h').hover();
    await page
      .locator('.monaco-hover:visible')
      .filter({ hasText: /llm-eval-0: ends in 5\d min/ })
      .waitFor();
    await screenshot(page, 'time-left');
  });

  it('is warned, also after a reload where nobody answered', async () => {
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    await swan.act('task', { task_uuid: uuid, end_in: 28 * 60 + 50 });
    const warning = notification(page, '“llm-eval-0” ends in 28 min');
    await warning.waitFor();
    await page.locator('.statusbar-item.warning-kind').filter({ hasText: '28 min' }).waitFor();
    await screenshot(page, 'expiry');
    await picture(page, 'expiry', warning, page.locator('.statusbar .right-items'));
    await reload();
    await notification(page, '“llm-eval-0” ends in 2').waitFor();
  });

  it('renews it from the warning, and sees the new end', async () => {
    const { page } = window;
    await notification(page, '“llm-eval-0” ends in 2').getByRole('button', { name: 'Renew' }).click();
    await quickRow(page, '2 hours').click();
    await pressModalButton(page, 'Trust This Contract');
    await modal(page).getByText('added to the time left').waitFor();
    await screenshot(page, 'time-left-renew');
    await modal(page).getByRole('button', { name: /^Pay / }).click();
    await timeLeft(/2 h 2\d min · /).waitFor();
    assert.equal(await countOf(page.locator('.statusbar-item.warning-kind').filter({ hasText: 'SWAN/h' }), 0), 0);
  });
});
