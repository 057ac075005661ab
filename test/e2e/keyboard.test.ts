import assert from 'node:assert/strict';
import { until } from '../support/until';
import { waitForRow } from '../support/vscode/terminal';
import { countOf, modal, quickInput, screenshot, treeRow } from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

/** More than there are rows, or lines of a menu. */
const MOST = 40;

describe('a person without a mouse', () => {
  let visit: Visit;

  before(async () => {
    visit = await startVisit({ flags: ['--only', 'decthings', '--launchers', '3'], signedIn: true });
    await treeRow(visit.window.page, 'gpu-train-01').waitFor();
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(visit.window.page, 'keyboard-failed');
  });

  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => visit.window.page.keyboard.press(key)), Promise.resolve());

  /** By the palette. */
  async function command(title: string): Promise<void> {
    const { page } = visit.window;
    await press('F1');
    await quickInput(page).waitFor();
    await page.keyboard.type(title);
    await page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: title }).waitFor();
    await press('Enter');
  }

  /** Goes down until what has the focus says so. */
  async function downTo(focused: string, text: string): Promise<void> {
    const words = async () => (await visit.window.page.locator(focused).allTextContents()).join();
    let there = await words();
    for (let times = 0; !there.includes(text); times++) {
      assert.ok(times < MOST, `no way to ${text}`);
      await press('ArrowDown');
      const left = there;
      there = await until(`what is below “${left}”`, async () => {
        const now = await words();
        return now !== left && now !== '' && now;
      });
    }
  }

  const ROW = '.sidebar .monaco-list:focus .monaco-list-row.focused';
  const MENU = '.monaco-menu .action-item.focused';
  const CHOICE = '.quick-input-list .monaco-list-row.focused';

  it('gets to a row, and deletes it by its menu after a question', async () => {
    const { page } = visit.window;
    await command('Focus on Launchers View');
    await downTo(ROW, 'gpu-train-01');
    await press('Shift+F10');
    await downTo(MENU, 'Delete Launcher…');
    await screenshot(page, 'keyboard-menu');
    await press('Enter');
    await modal(page).waitFor();
    await press('Escape');
    await modal(page).waitFor({ state: 'detached' });
    await treeRow(page, 'gpu-train-01').waitFor();
    await downTo(ROW, 'gpu-train-01');
    await press('Shift+F10');
    await downTo(MENU, 'Delete Launcher…');
    await press('Enter');
    await modal(page).waitFor();
    await press('Enter');
    assert.equal(await countOf(treeRow(page, 'gpu-train-01'), 0), 0);
  });

  it('opens a terminal, and types in it at once', async () => {
    const { page } = visit.window;
    await command('Remote Compute: Open Terminal…');
    await page.locator(CHOICE).filter({ hasText: 'mnist' }).waitFor();
    await press('Enter');
    await downTo(CHOICE, 'A temporary machine…');
    await press('Enter');
    for (const step of ['Use this machine', 'Open the terminal']) {
      await page.locator(CHOICE).filter({ hasText: step }).waitFor();
      await press('Enter');
    }
    await waitForRow(page, /\$$/);
    await page.keyboard.type('echo $((6*7))\n');
    await waitForRow(page, /^42$/);
  });

  it('gets to the buttons of an account in the list', async () => {
    const { page } = visit.window;
    await command('Remote Compute: Switch Decthings Account…');
    await page.locator(CHOICE).filter({ hasText: 'Decthings' }).waitFor();
    // Over the list to the buttons of its row.
    await press('Tab', 'Tab');
    await page
      .locator('.quick-input-list')
      .getByRole('button', { name: 'Rename' })
      .and(page.locator(':focus'))
      .waitFor();
    await press('Enter');
    await page.locator('.quick-input-widget:visible').filter({ hasText: 'What the account is called here' }).waitFor();
    await press('Escape');
  });
});
