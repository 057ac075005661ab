import assert from 'node:assert/strict';
import { viewDescription } from '../support/vscode/views';
import {
  answerInput,
  countOf,
  pressModalButton,
  quickInput,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

const SWITCH = 'Remote Compute: Switch Decthings Account…';

describe('a person with several accounts', () => {
  let visit: Visit;

  before(async () => {
    const flags = ['--only', 'decthings', '--accounts', '2', '--launchers', '3'];
    visit = await startVisit({ flags, signedIn: true });
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(visit.window.page, 'failed');
  });

  it('adds one, names it, and sees its name beside the views’ titles', async () => {
    const { page } = visit.window;
    await treeRow(page, 'gpu-train-01').waitFor();
    assert.equal(await viewDescription(page, 'Launchers').innerText(), '3');
    await runCommand(page, SWITCH);
    await quickRow(page, 'Add Account…').click();
    await answerInput(page, 'API key', visit.sandbox.services.decthings.others?.[0]?.apiKey ?? '');
    await page.locator('.quick-input-widget:visible').filter({ hasText: 'Name the Account' }).waitFor();
    assert.equal(await quickInput(page).inputValue(), 'Decthings 2');
    await quickInput(page).fill('decthings');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget:visible').filter({ hasText: 'Another account has this name' }).waitFor();
    await quickInput(page).fill('Work');
    await page.keyboard.press('Enter');
    await treeRow(page, 'llm-finetune-04').waitFor();
    await viewDescription(page, 'Launchers').filter({ hasText: 'Work · 3' }).waitFor();
    assert.equal(await countOf(treeRow(page, 'gpu-train-01'), 0), 0);
  });

  it('renames and switches in one list', async () => {
    const { page } = visit.window;
    await runCommand(page, SWITCH);
    await quickRow(page, 'Work').hover();
    await screenshot(page, 'accounts');
    await quickRow(page, 'Work').getByRole('button', { name: 'Rename' }).click();
    await answerInput(page, 'What the account is called here', 'Company');
    await quickRow(page, 'Company').waitFor();
    await quickRow(page, 'Decthings').click();
    await treeRow(page, 'gpu-train-01').waitFor();
    await viewDescription(page, 'Launchers').filter({ hasText: 'Decthings · 3' }).waitFor();
    await screenshot(page, 'accounts-switched');
  });

  it('signs out of the one in use, and is asked which to use instead', async () => {
    const { page } = visit.window;
    await runCommand(page, 'Remote Compute: Sign Out of Decthings');
    await pressModalButton(page, 'Sign Out');
    await page.locator('.sidebar').getByRole('button', { name: 'Sign In to Decthings', exact: true }).click();
    await quickRow(page, 'Company').click();
    await treeRow(page, 'llm-finetune-04').waitFor();
    await viewDescription(page, 'Launchers').filter({ hasText: /^3$/ }).waitFor();
  });
});
