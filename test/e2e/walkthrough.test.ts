import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { temporaryFolder } from '../support/processes.mjs';
import { waitForRow } from '../support/vscode/terminal';
import { view } from '../support/vscode/views';
import {
  answerInput,
  countOf,
  modal,
  notification,
  openViewContainer,
  pressModalButton,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

const STEPS = ['account', 'terminal', 'task', 'bill', 'command'];
const OPEN = 'Welcome: Open Walkthrough...';

describe('a person who is new', () => {
  const folder = temporaryFolder('workspace');
  let visit: Visit;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '3'], swan: true, folder });
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(visit.window.page, 'failed');
  });

  function step(id: string): Locator {
    return visit.window.page.locator(`.getting-started-step[data-step-id="remote-compute.remote-compute#start#${id}"]`);
  }

  async function done(id: string): Promise<void> {
    await step(id).locator('.codicon.complete').first().waitFor();
  }

  async function choose(id: string): Promise<void> {
    if ((await step(id).getAttribute('aria-expanded')) !== 'true') await step(id).click();
    await step(id).and(visit.window.page.locator('.expanded')).waitFor();
  }

  /** Waits until the picture beside the steps is that of this one. */
  async function pictured(id: string): Promise<void> {
    const title = /<title>(.*)<\/title>/.exec(readFileSync(`media/walkthrough/${id}.svg`, 'utf8'))?.[1] ?? '';
    const outer = visit.window.page.locator('.getting-started-media iframe').contentFrame();
    await outer.locator('#pending-frame').waitFor({ state: 'detached' });
    const picture = outer.locator('#active-frame').contentFrame().locator('svg');
    await picture.filter({ has: visit.window.page.locator('title', { hasText: title }) }).waitFor();
  }

  it('is shown around, step by step, with a picture beside each', async () => {
    const { page } = visit.window;
    // The pictures need its room.
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await runCommand(page, OPEN);
    await quickRow(page, 'Get Started with Remote Compute').click();
    await step('account').waitFor();
    for (const theme of ['light', 'dark']) {
      for (const id of STEPS) {
        await choose(id);
        await pictured(id);
        await screenshot(page, `walkthrough-${id}-${theme}`);
      }
      await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
    }
    assert.equal(await countOf(page.locator('.getting-started-step'), STEPS.length), STEPS.length);
  });

  it('has done what they have done', async () => {
    const { page } = visit.window;
    await choose('account');
    await step('account').getByText('sign in to Decthings').click();
    await answerInput(page, 'API key', visit.sandbox.services.decthings.apiKey);
    await done('account');
    await press('terminal', 'Open Terminal…');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'gpu-train-01').click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /^mnist-classifier\$/);
    await done('terminal');
    assert.equal(await countOf(completed(), 2), 2);
  });

  it('has created a task, which is not paid', async () => {
    const { page } = visit.window;
    const { apiKey, wallet } = visit.sandbox.services.swan;
    await runCommand(page, 'Remote Compute: Sign In to Swan Chain…');
    await answerInput(page, 'API key', apiKey);
    await quickRow(page, 'Private key').click();
    await answerInput(page, 'Private key of the wallet', wallet.privateKey);
    await openViewContainer(page, 'Remote Compute');
    await view(page, 'Swan Tasks').getByText('No tasks yet.').waitFor();
    await press('task', 'Create Task…');
    for (const choice of ['An app image', 'hello-world', 'C1ae.medium', 'any region', '1 hour', 'Continue'])
      await quickRow(page, choice).click();
    await quickRow(page, 'Create unpaid').waitFor();
    assert.equal(await countOf(completed(), 2), 2);
    await quickRow(page, 'Create unpaid').click();
    await done('task');
    await treeRow(page, 'hello-world').filter({ hasText: 'unpaid' }).waitFor();
    assert.equal(await countOf(completed(), 3), 3);
  });

  it('has looked at the limits, and comes back', async () => {
    const { page } = visit.window;
    await press('bill', 'Look at the Limits');
    await page.locator('.settings-editor .setting-item').filter({ hasText: 'Limit Per Day' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.settings-editor').waitFor({ state: 'detached' });
    await runCommand(page, 'Remote Compute: Get Started');
    await done('bill');
    assert.equal(await countOf(completed(), 4), 4);
  });

  it('has written a task, which is not run', async () => {
    const { page } = visit.window;
    await press('command', 'Create Command Task…');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'gpu-train-01').click();
    await answerInput(page, 'Command line', 'echo $((6 * 7)) "it is"');
    await told().waitFor();
    await screenshot(page, 'walkthrough-task-written');
    const { tasks } = JSON.parse(readFileSync(join(folder, '.vscode', 'tasks.json'), 'utf8'));
    assert.equal(tasks[0].modelId, visit.sandbox.services.decthings.modelIds[0]);
    assert.deepEqual(tasks[0].args, ['-c', 'echo $((6 * 7)) "it is"']);
    await page.locator('.editor-instance').getByText('"modelId"').waitFor();
    await runCommand(page, 'Remote Compute: Get Started');
    await step('command').waitFor();
    assert.equal(await countOf(completed(), 4), 4);
  });

  it('has run it, and has done all', async () => {
    const { page } = visit.window;
    await told().getByRole('button', { name: 'Run' }).click();
    await modal(page).waitFor();
    assert.match(await modal(page).innerText(), /Run “sh” on the launcher gpu-train-01/);
    await pressModalButton(page, 'Run');
    await waitForRow(page, /^42 it is$/);
    await done('command');
    assert.equal(await countOf(completed(), STEPS.length), STEPS.length);
    await screenshot(page, 'walkthrough-done');
  });

  function completed(): Locator {
    return visit.window.page.locator('.getting-started-step .codicon.complete');
  }

  async function press(id: string, button: string): Promise<void> {
    await choose(id);
    await step(id).getByRole('button', { name: button }).click();
  }

  function told(): Locator {
    return notification(visit.window.page, 'is in tasks.json');
  }
});
