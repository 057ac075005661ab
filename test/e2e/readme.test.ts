import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { onPath } from '../support/onPath.mjs';
import { temporaryFolder } from '../support/processes.mjs';
import { plantProgram } from '../support/programs.mjs';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { swanSettings } from '../support/swan';
import { tryUntil, until } from '../support/until';
import { terminalRows, typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { drag, pressRowButton, view, widenSidebar } from '../support/vscode/views';
import type { Window } from '../support/vscode/window';
import {
  appears,
  expandRow,
  modal,
  openViewContainer,
  pickFromMenu,
  picture,
  pressModalButton,
  quickInput,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { openWindow } from './support/shared';

const SCRIPT = `import argparse

import mnist

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
args = parser.parse_args()

model = mnist.load("data/labels.csv")
for epoch in range(1, args.epochs + 1):
    loss = model.train()
    print(f"epoch {epoch}/{args.epochs}  loss {loss:.4f}")`;

/** Heights, in pixels. */
const ROW = 22;
const LEAST = 120;

describe('README’s picture', () => {
  let sandbox: Sandbox;
  let window: Window;

  before(async () => {
    const sessions = ['--launchers', '5', '--terminals', '2', '--debug-sessions', '1'];
    sandbox = await startSandbox([...sessions, '--tasks', '6', '--step-ms', '100'], {
      ...process.env,
      PATH: pathWithPython(),
    });
    const { decthings, swan } = sandbox.services;
    const settings = {
      'decthings.httpUrl': decthings.httpUrl,
      'decthings.wsUrl': decthings.wsUrl,
      ...swanSettings(swan),
    };
    const folder = temporaryFolder('workspace');
    writeFileSync(join(folder, 'train.py'), SCRIPT);
    window = await openWindow({
      settings: {
        ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`remoteCompute.${name}`, value])),
        'workbench.colorTheme': 'Default Dark Modern',
        'workbench.layoutControl.enabled': false,
        'window.commandCenter': false,
        'window.title': 'mnist-classifier',
        'editor.minimap.enabled': false,
        'remote.autoForwardPorts': false,
      },
      errand: sandbox.services,
      folder,
      viewport: { width: 1160, height: 800 },
      scale: 2,
    });
  });

  after(async () => {
    await window?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'readme-failed');
  });

  it('shows machines, a terminal at work, tasks with their time and price, and what was paid', async () => {
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    await treeRow(page, 'gpu-train-01').waitFor();
    // Wide enough for what a machine is.
    await widenSidebar(page, 460);
    await open(page, 'train.py');
    await useTerminal(page);
    await renew(page, 'llm-eval-0');
    await pressModalButton(page, 'Trust This Contract');
    await pay(page);
    await renew(page, 'sd-webui-1');
    await pay(page);
    await view(page, 'Debug Sessions').locator('.pane-header').click();
    await expandRow(page, 'gpu-train-01');
    await page.getByRole('button', { name: 'Payments Section' }).click();
    for (const name of ['llm-eval-0', 'sd-webui-1']) {
      await treeRow(page, `Renewal · ${name}`).filter({ hasText: 'SWAN · paid' }).waitFor();
    }
    await heighten(page, 'Launchers', 9);
    await heighten(page, 'Terminals', 3);
    await heighten(page, 'Swan Tasks', 6);
    await runCommand(page, 'Notifications: Clear All Notifications');
    await page.locator('.panel .xterm:visible').click();
    await page.mouse.move(350, 16);
    await screenshot(page, 'readme');
    await picture(page, 'screenshot');
  });
});

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  assert.ok(box);
  return box;
}

/** Gives a view of the sidebar the height of so many rows, at the cost of those below. VS Code gives none less than five. */
async function heighten(page: Page, title: string, rows: number): Promise<void> {
  const titles = await page.locator('.sidebar .pane-header h3.title').allTextContents();
  const sash = await boxOf(page.locator('.sidebar .monaco-sash.horizontal').nth(titles.indexOf(title)));
  const body = await boxOf(view(page, title).locator('.pane-body'));
  const x = sash.x + sash.width / 2;
  await drag(page, { x, y: sash.y + sash.height / 2 }, { x, y: body.y + Math.max(rows * ROW + 8, LEAST) });
}

async function open(page: Page, file: string): Promise<void> {
  const tab = page.locator('.editor-group-container .tab').filter({ hasText: file });
  // A window that has just opened may not have found its files yet.
  await tryUntil(file, async timeout => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+P');
    await quickInput(page).fill(file);
    await quickRow(page, file)
      .click({ timeout })
      .catch(() => undefined);
    return await appears(tab, timeout);
  });
}

/** Where there is no Python, something prints as much. */
function pathWithPython(): string {
  const { PATH = '' } = process.env;
  if (onPath('python3').length > 0) return PATH;
  const epochs = [1, 2, 3].map(epoch => `sleep 0.5\necho "epoch ${epoch}/3  loss ${(2.3 * 0.82 ** epoch).toFixed(4)}"`);
  return `${plantProgram('python3', epochs.join('\n'))}${delimiter}${PATH}`;
}

async function useTerminal(page: Page): Promise<void> {
  await pickFromMenu(page, treeRow(page, 'gpu-train-01'), 'Open Terminal…');
  await quickRow(page, 'mnist-classifier').click();
  await quickRow(page, 'Open the terminal').click();
  const prompt = () =>
    until('a prompt', async () => /^mnist-classifier\$ *$/.test((await terminalRows(page)).at(-1) ?? ''));
  for (const line of ['ls', 'python3 train.py --epochs 3']) {
    await prompt();
    await typeInTerminal(page, `${line}\n`);
    await waitForRow(page, new RegExp(`\\$ ${line}`));
  }
  await waitForRow(page, /^epoch 3\/3/);
  await prompt();
}

async function renew(page: Page, task: string): Promise<void> {
  await pressRowButton(treeRow(page, task), 'Renew Task…');
  await quickRow(page, '2 hours').click();
}

async function pay(page: Page): Promise<void> {
  await modal(page).getByRole('button', { name: /^Pay / }).click();
  await modal(page).waitFor({ state: 'detached' });
}
