import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until';
import { pressKeys, terminalRows, typeInTerminal, visibleTerminal, waitForRow } from '../support/vscode/terminal';
import { pressRowButton } from '../support/vscode/views';
import type { Window } from '../support/vscode/window';
import {
  notification,
  openViewContainer,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

describe('a person at a terminal', () => {
  let visit: Visit;
  let window: Window;

  before(async () => {
    visit = await startVisit({ flags: ['--launchers', '3'], signedIn: true });
    window = visit.window;
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    await pressRowButton(treeRow(page, 'gpu-train-01'), 'Open Terminal…');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'Open the terminal').click();
    await prompt();
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'terminal-failed');
  });

  it('resizes the window, and the program hears of it', async () => {
    const { page } = window;
    const size = async () => {
      await typeInTerminal(page, 'clear; stty size\n');
      return waitForRow(page, /^\d+ \d+$/);
    };
    const before = await size();
    await page.setViewportSize({ width: 1000, height: 640 });
    const smaller = await until('another size', async () => {
      const now = await size();
      return now !== before && now;
    });
    assert.equal(Number(smaller.split(' ')[0]), await visibleTerminal(page).locator('.xterm-rows > div').count());
    await page.setViewportSize({ width: 1280, height: 800 });
    await until('a larger size', async () => Number((await size()).split(' ')[1]) > Number(smaller.split(' ')[1]));
  });

  it('sees characters whole', async () => {
    const { page } = window;
    await typeInTerminal(page, `clear; for b in 342 202 254 320 226; do printf "\\\\$b"; sleep 0.05; done; echo\n`);
    await waitForRow(page, /^€Ж$/);
  });

  it('types 2,000 keys, which arrive in order', async () => {
    const { page } = window;
    await typeInTerminal(page, 'clear; pwd\n');
    const folder = await waitForRow(page, /^\//);
    const keys = Array.from({ length: 500 }, (_, index) => `${index}`.padStart(4, '0')).join('');
    await typeInTerminal(
      page,
      `stty raw -echo; printf rea''dy; head -c ${keys.length} > keys; stty sane; echo rec''orded\n`,
    );
    await waitForRow(page, /ready/);
    await pressKeys(page, keys);
    await waitForRow(page, /recorded/);
    assert.equal(readFileSync(join(folder, 'keys'), 'utf8'), keys);
  });

  it('stops a flood by Ctrl+C', async () => {
    const { page } = window;
    await typeInTerminal(page, 'clear; yes\n');
    await until('a flood', async () => (await terminalRows(page)).filter(row => row === 'y').length > 5);
    await page.keyboard.press('Control+C');
    await prompt();
    await screenshot(page, 'interrupted');
    await typeInTerminal(page, 'clear; echo $((6*7))\n');
    await waitForRow(page, /^42$/);
  });

  it('is told why the terminal ended, and starts anew by Enter', async () => {
    const { page } = window;
    await typeInTerminal(page, 'exit 3\n');
    await waitForRow(page, /^Ended with exit code 3\. Enter starts a new one/);
    await screenshot(page, 'ended');
    await until('a new session', async () => {
      await page.keyboard.press('Enter');
      return (await terminalRows(page)).findLastIndex(row => /\$ *$/.test(row)) > 0;
    });
    await typeInTerminal(page, 'clear; echo $((6*7))\n');
    await waitForRow(page, /^42$/);
  });

  it('closes the tab, keeps the session, and attaches it again from the list', async () => {
    const { page } = window;
    await typeInTerminal(page, 'clear; echo still here\n');
    await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
    const question = notification(page, 'keep it running');
    await question.waitFor();
    await screenshot(page, 'keep-or-end');
    await treeRow(page, 'mnist-classifier').filter({ hasNotText: 'attached here' }).waitFor();
    await question.getByRole('button', { name: 'Keep Running' }).click();
    await treeRow(page, 'mnist-classifier').click();
    await treeRow(page, 'mnist-classifier').filter({ hasText: 'attached here' }).waitFor();
    await typeInTerminal(page, 'echo $((6*7))\n');
    await waitForRow(page, /^42$/);
    await screenshot(page, 'attached');
  });

  /** Waits until the shell asks for a command. */
  async function prompt(): Promise<void> {
    await until('a prompt', async () => /^mnist-classifier\$ *$/.test((await terminalRows(window.page)).at(-1) ?? ''));
  }
});
