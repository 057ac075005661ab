import { until } from '../support/until';
import { terminalRows, typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { expandRow, openViewContainer, pickFromMenu, quickRow, screenshot, treeRow } from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('README’s picture', function () {
  this.timeout(120_000);
  let visit: Visit;

  before(async () => {
    visit = await startVisit({
      flags: ['--launchers', '11', '--terminals', '1', '--debug-sessions', '1'],
      signedIn: true,
      settings: {
        'workbench.colorTheme': 'Default Dark Modern',
        'window.commandCenter': false,
        'window.title': 'Visual Studio Code',
      },
    });
  });

  after(() => visit?.end());

  it('shows launchers, a debug session and a terminal at work', async () => {
    const { page } = visit.window;
    await openViewContainer(page, 'Remote Compute');
    // Wide enough for what a machine is.
    await page.mouse.move(350, 300);
    await page.mouse.down();
    await page.mouse.move(430, 300, { steps: 5 });
    await page.mouse.up();
    await pickFromMenu(page, treeRow(page, 'gpu-train-01'), 'Open Terminal…');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /^mnist-classifier\$/);
    await typeInTerminal(page, 'ls\npython3 train.py --epochs 3\n');
    await waitForRow(page, /^epoch 3\/3/);
    await until('a prompt', async () => /^mnist-classifier\$ *$/.test((await terminalRows(page)).at(-1) ?? ''));
    await expandRow(page, 'gpu-train-01');
    await expandRow(page, 'sentiment-lstm');
    await treeRow(page, 'mnist-classifier').filter({ hasText: 'attached here' }).waitFor();
    await page.locator('.panel .xterm:visible').click();
    await screenshot(page, 'readme');
  });
});
