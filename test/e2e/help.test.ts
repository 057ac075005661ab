import assert from 'node:assert/strict';
import { collapseViews, pressViewButton, view } from '../support/vscode/views';
import { notification, openMenu, openViewContainer, runCommand, screenshot } from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('somebody who needs help', () => {
  let visit: Visit;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '3', '--only', 'decthings'] });
    const { page } = visit.window;
    await openViewContainer(page, 'Remote Compute');
  });

  after(() => visit?.end());

  it('copies diagnostics, and looks at them', async () => {
    const { page } = visit.window;
    await runCommand(page, 'Remote Compute: Copy Diagnostics');
    const told = notification(page, 'Diagnostics are on the clipboard');
    await told.waitFor();
    await screenshot(page, 'diagnostics-told');
    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    assert.match(copied, /^# Remote Compute: diagnostics\n[\s\S]*\n- Decthings: signed out\n/);
    for (const address of Object.values(visit.sandbox.services.decthings).filter(each => typeof each === 'string')) {
      assert.ok(!copied.includes(address), address);
    }
    await told.getByRole('button', { name: 'Show' }).click();
    await page.locator('.editor-instance').getByText('## Failed lately, the latest first').waitFor();
    await screenshot(page, 'diagnostics-shown');
  });

  it('finds log, settings, diagnostics and the safety page in the menus of views, and the walkthrough in that of the first', async () => {
    const { page } = visit.window;
    const acts = ['Show Log', 'Open Settings', 'Copy Diagnostics', 'Show the Safety Page'];
    for (const [title, first] of [
      ['Launchers', ['Get Started']],
      ['Swan Tasks', []],
    ] as const) {
      await openMenu(page, () => pressViewButton(page, title, /More Actions/), ...first, ...acts);
      await screenshot(page, `help-${title.split(' ')[0]}`);
      await page.keyboard.press('Escape');
    }
  });

  it('is led to the walkthrough before they sign in', async () => {
    const { page } = visit.window;
    await collapseViews(page, 'Debug Sessions', 'Terminals', 'Swan Tasks');
    const link = view(page, 'Launchers').getByText('Get started', { exact: true });
    await link.waitFor();
    await screenshot(page, 'help-welcome');
    await link.click();
    await page.locator('.getting-started-step[data-step-id$="#start#account"]').waitFor();
  });

  it('finds each setting explained, with links between them', async () => {
    const { page } = visit.window;
    await runCommand(page, 'Remote Compute: Open Settings');
    const setting = page.locator('.settings-editor .setting-item').filter({ hasText: 'Limit Per Payment' });
    // What is not in sight is not in the page.
    await page.locator('.settings-editor .suggest-input-container').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' limit');
    await setting.getByText('Default: 20 SWAN').waitFor();
    await screenshot(page, 'settings');
    await setting.getByRole('link', { name: /Limit Per Day/ }).waitFor();
  });
});
