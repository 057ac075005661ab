import assert from 'node:assert/strict';
import { type Controls, controlsOf } from '../support/controls';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { swanSettings } from '../support/swan';
import { collapseViews, pressViewButton, view, viewDescription } from '../support/vscode/views';
import type { Window } from '../support/vscode/window';
import { openViewContainer, quickRow, runCommand, screenshot } from '../support/vscode/workbench';
import { openWindow } from './support/shared';

/** As long as anybody looks. */
const times = 1000;

describe('a person whose lists are empty, or cannot be had', () => {
  let sandbox: Sandbox;
  let controls: Controls;
  let window: Window;
  let settings: Record<string, unknown>;

  before(async () => {
    sandbox = await startSandbox(['--launchers', '0']);
    controls = controlsOf(sandbox);
    const { decthings, swan } = sandbox.services;
    const all = { 'decthings.httpUrl': decthings.httpUrl, 'decthings.wsUrl': decthings.wsUrl, ...swanSettings(swan) };
    settings = Object.fromEntries(Object.entries(all).map(([name, value]) => [`remoteCompute.${name}`, value]));
    window = await openWindow({
      settings,
      errand: sandbox.services,
    });
    await openViewContainer(window.page, 'Remote Compute');
  });

  after(async () => {
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'states-failed');
  });

  it('is told what each list is for, and how to begin', async () => {
    const { page } = window;
    for (const [title, words, button] of [
      ['Launchers', 'No launchers yet.', 'Create Launcher'],
      ['Debug Sessions', 'No debug sessions.', 'Launch Debug Session'],
      ['Terminals', 'No terminals are running.', 'Open Terminal'],
      ['Swan Tasks', 'No tasks yet.', 'Create Task'],
    ] as const) {
      await view(page, title).getByText(words).waitFor();
      await view(page, title).locator('.pane-body').getByRole('button', { name: button }).waitFor();
    }
    await screenshot(page, 'states-empty');
  });

  it('is told what there is not where something is to be chosen', async () => {
    const { page } = window;
    await runCommand(page, 'Remote Compute: Delete Launcher…');
    await quickRow(page, 'There are no launchers').waitFor();
    await screenshot(page, 'states-none');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Remote Compute: Open Terminal…');
    await quickRow(page, 'mnist-classifier').waitFor();
    await page.keyboard.type('no such model');
    await quickRow(page, 'Nothing matches').waitFor();
    await page.keyboard.press('Escape');
  });

  it('is told why a list cannot be had, and what to do', async () => {
    const { page } = window;
    await collapseViews(page, 'Terminals', 'Swan Tasks');
    await controls.fail({ api: 'PersistentLauncher', method: 'getPersistentLaunchers', code: 'unknown', times });
    await controls.fail({ api: 'Debug', method: 'getDebugSessions', code: 'bad_credentials', times });
    for (const title of ['Launchers', 'Debug Sessions']) await pressViewButton(page, title, 'Refresh');
    await view(page, 'Launchers').getByText('Could not refresh').waitFor();
    await view(page, 'Debug Sessions').getByText('Sign in again', { exact: true }).waitFor();
    await screenshot(page, 'states-failed');
  });

  it('is led to the setting that is wrong, and back when it is mended', async () => {
    const { page } = window;
    window.setSettings({ ...settings, 'remoteCompute.decthings.httpUrl': 'http://decthings.example/v0' });
    const row = view(page, 'Launchers').locator('.monaco-list-row').filter({ hasText: 'Correct a setting' });
    await row.waitFor();
    assert.match(await row.innerText(), /should begin with https:/);
    await screenshot(page, 'states-setting');
    await row.click();
    await page.locator('.settings-editor').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.settings-editor').waitFor({ state: 'detached' });
    window.setSettings(settings);
    await row.waitFor({ state: 'detached' });
  });

  it('sees that it is looked for where the service takes its time', async () => {
    const { page } = window;
    process.kill(sandbox.pid, 'SIGSTOP');
    try {
      window.setSettings({ ...settings, 'remoteCompute.decthings.wsUrl': `${sandbox.services.decthings.wsUrl}/` });
      await view(page, 'Launchers').getByText('Loading launchers…').waitFor();
      assert.equal(await viewDescription(page, 'Launchers').count(), 0);
      await screenshot(page, 'states-loading');
    } finally {
      process.kill(sandbox.pid, 'SIGCONT');
    }
  });
});
