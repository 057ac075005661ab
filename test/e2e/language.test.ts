import { collapseViews, pressRowButton, view } from '../support/vscode/views';
import {
  answerInput,
  expandRow,
  hoverOf,
  modal,
  openViewContainer,
  pressModalButton,
  quickInput,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('a window whose display language is Chinese', () => {
  let visit: Visit;

  before(async () => {
    const flags = ['--launchers', '3', '--terminals', '1', '--tasks', '7', '--step-ms', '100'];
    visit = await startVisit({ flags, language: 'zh-cn', swan: true });
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(visit.window.page, 'chinese-failed');
  });

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

  it('has a log’s name and a job’s state in Chinese', async () => {
    const { page } = visit.window;
    const { apiKey, wallet } = visit.sandbox.services.swan;
    await collapseViews(page, '启动器', '调试会话', '终端');
    await runCommand(page, 'Remote Compute: 登录 Swan Chain…');
    await answerInput(page, 'API 密钥', apiKey);
    await quickRow(page, '私钥').click();
    await answerInput(page, '钱包的私钥', wallet.privateKey);
    await expandRow(page, 'llm-eval-0');
    const job = treeRow(page, '作业').filter({ hasText: '正在运行' });
    await pressRowButton(job, '显示任务日志…');
    await quickRow(page, '应用的输出').click();
    await page
      .locator('.panel select option:checked')
      .filter({ hasText: 'llm-eval-0（容器日志）' })
      .first()
      .waitFor({ state: 'attached' });
    await screenshot(page, 'chinese-log');
  });

  it('has a payment, its month, its day and its history in Chinese', async () => {
    const { page } = visit.window;
    await pressRowButton(treeRow(page, 'llm-eval-0'), '为任务续期…');
    await quickRow(page, '2 小时').click();
    await pressModalButton(page, '信任此合约');
    await modal(page)
      .getByRole('button', { name: /^支付 / })
      .click();
    const paying = treeRow(page, 'llm-eval-0').filter({ hasText: '正在付款…' });
    await paying.waitFor();
    await paying.waitFor({ state: 'detached' });
    await runCommand(page, 'Remote Compute: 显示付款');
    const payments = view(page, '付款');
    await payments.getByText(/^\d{4}年\d{1,2}月$/).waitFor();
    const row = payments.locator('.monaco-list-row').filter({ hasText: '续期 · llm-eval-0' });
    await row.filter({ hasText: /SWAN · 已付款 · \d{4}\/\d{1,2}\/\d{1,2} \d{2}:\d{2}:\d{2}/ }).waitFor();
    await screenshot(page, 'chinese-payments');
    await hoverOf(page, row, '付款已签名');
    await screenshot(page, 'chinese-payment-hover');
  });

  it('has errors of what is loaded late in Chinese', async () => {
    const { page } = visit.window;
    await visit.sandbox.stop();
    await runCommand(page, 'Remote Compute: 刷新');
    const launchers = view(page, '启动器');
    await launchers.locator('.pane-header').click();
    const row = launchers.locator('.monaco-list-row').filter({ hasText: '无法刷新' });
    await row.filter({ hasText: '无法连接到 Decthings' }).waitFor();
  });
});
