import assert from 'node:assert/strict';
import { typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { pickFromViewMenu, pressRowButton, pressViewButton, view, viewDescription } from '../support/vscode/views';
import type { Window } from '../support/vscode/window';
import {
  answerInput,
  chooseFromMenu,
  countOf,
  expandRow,
  hoverOf,
  modal,
  notifications,
  openMenu,
  openViewContainer,
  pressModalButton,
  quickInput,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('a person with 10,000 launchers', () => {
  let visit: Visit;
  let window: Window;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '10000'] });
    window = visit.window;
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'failed');
  });

  it('signs in by pasting the key, and is told when it is wrong', async () => {
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    const button = view(page, 'Launchers').getByRole('button', { name: 'Sign In to Decthings' });
    await button.waitFor();
    await screenshot(page, 'signed-out');
    await button.click();
    await quickInput(page).waitFor();
    await screenshot(page, 'sign-in');
    await answerInput(page, 'API key', 'not-a-key');
    await page.locator('.quick-input-widget').filter({ hasText: 'did not accept this key' }).waitFor();
    await screenshot(page, 'sign-in-refused');
    await answerInput(page, 'did not accept this key', visit.sandbox.services.decthings.apiKey);
    await treeRow(page, 'gpu-train-00001').waitFor();
    assert.equal(await viewDescription(page, 'Launchers').innerText(), '20 of 10,000');
    await screenshot(page, 'signed-in');
  });

  it('is in the Accounts menu', async () => {
    const { page } = window;
    const open = () => page.locator('.activitybar').getByRole('button', { name: 'Accounts' }).click();
    await openMenu(page, open, 'API key (Decthings)');
    await screenshot(page, 'accounts');
    await page.keyboard.press('Escape');
  });

  it('loads more', async () => {
    const { page } = window;
    await treeRow(page, 'gpu-train-00001').click();
    await page.keyboard.press('End');
    await treeRow(page, 'Load More…').click();
    await described('120 of 10,000');
    await screenshot(page, 'more');
  });

  it('searches by a part of a name, and clears the search', async () => {
    const { page } = window;
    await pressViewButton(page, 'Launchers', 'Search Launchers…');
    await answerInput(page, 'Part of a name', 'train-0012');
    await described('“train-0012” · 2');
    await screenshot(page, 'searched');
    await pressViewButton(page, 'Launchers', 'Clear Search');
    await described('20 of 10,000');
  });

  it('is told when nothing matches, with the way back', async () => {
    const { page } = window;
    await pressViewButton(page, 'Launchers', 'Search Launchers…');
    await answerInput(page, 'Part of a name', 'no such launcher');
    const body = view(page, 'Launchers');
    await body.getByText('No launcher matches the search.').waitFor();
    await screenshot(page, 'no-match');
    await body.getByRole('button', { name: 'Clear Search' }).last().click();
    await treeRow(page, 'gpu-train-00001').waitFor();
  });

  it('sees what a machine is doing by pointing at it', async () => {
    const { page } = window;
    const chart = 'img[src^="data:image/svg+xml"]';
    assert.match(await hoverOf(page, treeRow(page, 'gpu-train-00001'), 'State: active', chart), /GPU: 1× L4/);
    await screenshot(page, 'hover');
    await page.mouse.move(800, 200);
  });

  it('creates a launcher by filling in a form', async () => {
    const { page } = window;
    await pressViewButton(page, 'Launchers', 'Create Launcher…');
    await screenshot(page, 'create-name');
    await answerInput(page, 'Name of the launcher', 'my-trainer');
    await quickRow(page, 'Create the launcher').waitFor();
    await quickRow(page, 'Memory').click();
    await answerInput(page, 'such as 512 MiB or 4 GiB', '8 bananas');
    await screenshot(page, 'create-memory');
    await answerInput(page, 'Give a size', '8 GiB');
    await quickRow(page, 'GPUs').click();
    await quickRow(page, 'L4').click();
    await answerInput(page, 'How many L4?', '2');
    await quickRow(page, '2 CPU · 8 GiB · 2× L4').waitFor();
    await screenshot(page, 'create-form');
    await quickRow(page, 'Create the launcher').click();
    const row = treeRow(page, 'my-trainer');
    await row.waitFor();
    await screenshot(page, 'creating');
    await row.filter({ hasNotText: 'creating' }).waitFor();
  });

  it('opens a terminal on it and works there', async () => {
    const { page } = window;
    await pressRowButton(treeRow(page, 'my-trainer'), 'Open Terminal…');
    await quickRow(page, 'mnist-classifier').waitFor();
    await screenshot(page, 'terminal-model');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'Open the terminal').waitFor();
    await screenshot(page, 'terminal-options');
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /^mnist-classifier\$/);
    await typeInTerminal(page, 'echo $((6*7))\n');
    assert.equal(await waitForRow(page, /^42$/), '42');
    await expandRow(page, 'my-trainer');
    await treeRow(page, 'Terminal').waitFor();
    await screenshot(page, 'terminal');
  });

  it('follows a debug session', async () => {
    const { page } = window;
    await view(page, 'Debug Sessions').getByRole('button', { name: 'Launch Debug Session' }).click();
    await quickRow(page, 'sentiment-lstm').click();
    await quickRow(page, 'my-trainer').waitFor();
    await screenshot(page, 'debug-place');
    await quickRow(page, 'my-trainer').click();
    await page
      .locator('.panel .view-line')
      .filter({ hasText: /^step.\d+:.loss/ })
      .first()
      .waitFor();
    await treeRow(page, 'sentiment-lstm').waitFor();
    await expandRow(page, 'sentiment-lstm');
    await screenshot(page, 'debug');
  });

  it('deletes the launcher, but not before saying so', async () => {
    const { page } = window;
    await pressRowButton(treeRow(page, 'my-trainer'), 'Delete Launcher…');
    const text = await modal(page).innerText();
    for (const part of [
      'Delete the launcher “my-trainer”?',
      'terminal mnist-classifier',
      'debug session sentiment-lstm',
    ])
      assert.ok(text.includes(part));
    await screenshot(page, 'delete');
    await pressModalButton(page, 'Cancel');
    await treeRow(page, 'my-trainer').waitFor();

    await pressRowButton(treeRow(page, 'my-trainer'), 'Delete Launcher…');
    await pressModalButton(page, 'End All and Delete');
    await treeRow(page, 'my-trainer').filter({ hasText: 'deleting…' }).waitFor();
    await screenshot(page, 'deleting');
    await treeRow(page, 'my-trainer').waitFor({ state: 'detached' });
    await described('20 of 10,000');
  });

  it('opens a terminal on a temporary machine from the terminal panel’s own menu', async () => {
    const { page } = window;
    await runCommand(page, 'View: Toggle Terminal');
    await waitForRow(page, /^Ended on request\./);
    await openMenu(page, openProfiles, 'Decthings Terminal');
    await screenshot(page, 'profiles');
    await page.keyboard.press('Escape');
    await chooseFromMenu(page, openProfiles, 'Decthings Terminal');
    await quickRow(page, 'sentiment-lstm').click();
    await quickRow(page, 'A temporary machine').waitFor();
    await screenshot(page, 'place');
    await quickRow(page, 'A temporary machine').click();
    await quickRow(page, 'Use this machine').waitFor();
    await page.locator('.quick-input-widget:visible').getByRole('button', { name: 'Back' }).click();
    await quickRow(page, 'A temporary machine').click();
    await quickRow(page, 'Use this machine').click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /^sentiment-lstm\$/);
    await treeRow(page, 'sentiment-lstm').waitFor();
    await screenshot(page, 'temporary');
  });

  it('may change their mind in that menu, and hears nothing of it', async () => {
    const { page } = window;
    await chooseFromMenu(page, openProfiles, 'Decthings Terminal');
    await quickRow(page, 'sentiment-lstm').waitFor();
    await page.keyboard.press('Escape');
    await quickInput(page).waitFor({ state: 'hidden' });
  });

  it('signs out, and nothing is left to see', async () => {
    const { page } = window;
    await pickFromViewMenu(page, 'Launchers', 'Sign Out of Decthings');
    await view(page, 'Launchers').getByRole('button', { name: 'Sign In to Decthings' }).waitFor();
    assert.equal(await countOf(page.locator('.sidebar .monaco-list-row'), 0), 0);
    await screenshot(page, 'signed-out-again');
  });

  it('was shown no error that nobody explained', async () => {
    assert.deepEqual(await notifications(window.page), []);
  });

  function openProfiles(): Promise<void> {
    return window.page.locator('.panel').getByRole('button', { name: 'Launch Profile...' }).click();
  }

  async function described(text: string): Promise<void> {
    await viewDescription(window.page, 'Launchers').getByText(text, { exact: true }).waitFor();
  }
});
