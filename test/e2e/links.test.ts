import { until } from '../support/until';
import { viewDescription } from '../support/vscode/views';
import {
  answerInput,
  modal,
  notification,
  openViewContainer,
  pickFromMenu,
  pressModalButton,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('a person with a link', () => {
  let visit: Visit;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '30'], signedIn: true });
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(visit.window.page, 'failed');
  });

  /** As the system does when a link is clicked elsewhere. */
  async function follow(link: string): Promise<void> {
    const { page } = visit.window;
    await runCommand(page, 'Developer: Open URL');
    await answerInput(page, 'URL to open', link);
    await modal(page).filter({ hasText: 'Allow' }).waitFor();
    await pressModalButton(page, 'Open');
  }

  async function copied(): Promise<string> {
    return await until('a copied link', async () => {
      const text = await visit.window.page.evaluate<string>('navigator.clipboard.readText()');
      return /^[\w-]+:\/\/remote-compute/.test(text) && text;
    });
  }

  it('copies it from a row, and is led back to the row', async () => {
    const { page } = visit.window;
    await openViewContainer(page, 'Remote Compute');
    await treeRow(page, 'gpu-train-01').waitFor();
    await pickFromMenu(page, treeRow(page, 'gpu-train-01'), 'Copy Link to Launcher');
    const link = await copied();
    await openViewContainer(page, 'Search');
    await follow(link);
    await treeRow(page, 'gpu-train-01').and(page.locator('.selected.focused')).waitFor();
    await viewDescription(page, 'Launchers').getByText('20 of 30', { exact: true }).waitFor();
    await screenshot(page, 'link');
  });

  it('is told when it leads to nothing', async () => {
    const { page } = visit.window;
    const link = await copied();
    await follow(`${link}?delete=1`);
    await notification(page, 'This link leads to nothing in Remote Compute.').waitFor();
  });
});
