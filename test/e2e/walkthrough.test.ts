import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { waitForRow } from '../support/vscode/terminal';
import { answerInput, quickRow, runCommand, screenshot } from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

const STEPS = ['account', 'terminal', 'task', 'bill', 'command'];
const OPEN = 'Welcome: Open Walkthrough...';

describe('a person who is new', function () {
  this.timeout(180_000);
  let visit: Visit;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '3'] });
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
    assert.equal(await page.locator('.getting-started-step').count(), STEPS.length);
  });

  it('has done what they have done', async () => {
    const { page } = visit.window;
    await choose('account');
    await step('account').getByText('sign in to Decthings').click();
    await answerInput(page, 'API key', visit.sandbox.services.decthings.apiKey);
    await done('account');
    await choose('terminal');
    await step('terminal').getByRole('button', { name: 'Open Terminal…' }).click();
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'gpu-train-01').click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /^mnist-classifier\$/);
    await done('terminal');
    assert.equal(await page.locator('.getting-started-step .codicon.complete').count(), 2);
    await screenshot(page, 'walkthrough-done');
  });
});
