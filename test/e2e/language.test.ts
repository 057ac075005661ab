import {
  answerInput,
  expandRow,
  openViewContainer,
  quickInput,
  runCommand,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('a window whose display language is Chinese', function () {
  this.timeout(120_000);
  let visit: Visit;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '3', '--terminals', '1'], language: 'zh-cn' });
  });

  after(() => visit?.end());

  it('has views, commands and prompts in Chinese', async () => {
    const { page } = visit.window;
    await openViewContainer(page, 'Remote Compute');
    const sidebar = page.locator('.sidebar');
    await sidebar.locator('.pane-header').filter({ hasText: '启动器' }).waitFor();
    await sidebar.getByText('从 Decthings 租用机器').waitFor();
    await runCommand(page, 'Remote Compute: 登录 Decthings…');
    await answerInput(page, 'API 密钥', 'no key');
    await page.locator('.quick-input-widget:visible').filter({ hasText: 'Decthings 未接受此密钥' }).waitFor();
    await quickInput(page).fill(visit.sandbox.services.decthings.apiKey);
    await page.keyboard.press('Enter');
    await treeRow(page, 'gpu-train-01').waitFor();
  });

  it('has the words that are made when the extension is loaded in Chinese', async () => {
    const { page } = visit.window;
    await expandRow(page, 'gpu-train-01');
    await treeRow(page, '终端').waitFor();
  });

  it('has errors of what is loaded late in Chinese', async () => {
    const { page } = visit.window;
    await visit.sandbox.stop();
    await runCommand(page, 'Remote Compute: 刷新');
    const row = treeRow(page, '无法刷新');
    await row.filter({ hasText: '无法连接到 Decthings' }).waitFor();
  });
});
