import assert from 'node:assert/strict';
import { HarmfulProxy } from '../support/proxy/proxy';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { terminalRows, typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { pressRowButton, view } from '../support/vscode/views';
import { type Window, workbenchDrawn } from '../support/vscode/window';
import {
  notification,
  openViewContainer,
  picture,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { openWindow } from './support/shared';

describe('a person whose network fails', () => {
  let sandbox: Sandbox;
  let proxy: HarmfulProxy;
  let window: Window;

  before(async () => {
    sandbox = await startSandbox(['--launchers', '3']);
    const { httpUrl, wsUrl } = sandbox.services.decthings;
    proxy = await HarmfulProxy.before(wsUrl);
    window = await openWindow({
      settings: {
        'remoteCompute.decthings.httpUrl': httpUrl,
        'remoteCompute.decthings.wsUrl': proxy.through(wsUrl),
        'remoteCompute.terminal.transcript': true,
        'workbench.colorTheme': 'Default Dark Modern',
        'remote.autoForwardPorts': false,
      },
      errand: { decthings: sandbox.services.decthings },
    });
    await openViewContainer(window.page, 'Remote Compute');
    await treeRow(window.page, 'gpu-train-01').waitFor();
  });

  after(async () => {
    await window?.close();
    await proxy?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'recovery-failed');
  });

  it('sees what happened to the terminal, and types on', async () => {
    const { page } = window;
    await pressRowButton(treeRow(page, 'gpu-train-01'), 'Open Terminal…');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /\$ *$/);
    await typeInTerminal(page, 'echo before $((1+1))\n');
    await waitForRow(page, /^before 2$/);

    await proxy.refuse();
    proxy.cut();
    await waitForRow(page, /Connection lost\. Reconnecting…/);
    await view(page, 'Terminals').getByText('reconnecting…').first().waitFor();
    await typeInTerminal(page, 'echo meanwhile $((2+3))\n');
    await screenshot(page, 'cut');
    await proxy.accept();
    await waitForRow(page, /Reconnected\. Output in between may be missing\./);
    await waitForRow(page, /^meanwhile 5$/);
    await view(page, 'Terminals').getByText('attached here').first().waitFor();
    const rows = await terminalRows(page);
    assert.equal(rows.filter(row => row.trim() === 'meanwhile 5').length, 1);
    await screenshot(page, 'recovered');
    await picture(page, 'recovery', page.locator('.part.panel'));
  });

  it('finds the terminal again after a reload, with what it showed', async () => {
    const { page } = window;
    await page.reload();
    await workbenchDrawn(page);
    await view(page, 'Terminals').getByText('attached here').first().waitFor();
    await runCommand(page, 'Terminal: Focus Terminal');
    // VS Code opens a shell of its own where the panel was open and none of its terminals is left.
    await view(page, 'Terminals').locator('.monaco-list-row').first().click();
    await waitForRow(page, /^before 2$/);
    await waitForRow(page, /Seen before, kept on this machine/);
    await typeInTerminal(page, 'echo again $((3+4))\n');
    await waitForRow(page, /^again 7$/);
    await screenshot(page, 'reloaded');
  });

  it('is asked once what closing a tab means, and finds a kept session in the list', async () => {
    const { page } = window;
    await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
    const question = notification(page, 'End its remote session too, or keep it running?');
    await question.waitFor();
    await screenshot(page, 'tab-closed');
    await question.getByRole('button', { name: 'Keep Running' }).click();
    await question.waitFor({ state: 'detached' });
    const row = view(page, 'Terminals').locator('.monaco-list-row').first();
    await row.waitFor();
    assert.doesNotMatch(await row.innerText(), /attached here/);
    await row.click();
    await waitForRow(page, /^again 7$/);
  });
});
