import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/processes.mjs';
import { typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { type Window, workbenchDrawn } from '../support/vscode/window';
import { expandRow, modal, pressModalButton, runCommand, treeRow } from '../support/vscode/workbench';
import { openWindow } from './support/shared';

describe('a window of VS Code', () => {
  let window: Window;
  let folder: string;

  before(async () => {
    folder = temporaryFolder('workspace');
    mkdirSync(join(folder, 'test', 'host'), { recursive: true });
    for (const name of ['package.json', 'test/unit.ts']) writeFileSync(join(folder, name), '');
    window = await openWindow({ folder });
  });

  after(() => window.close());

  it('has a terminal whose rows can be read', async () => {
    await runCommand(window.page, 'Terminal: Create New Terminal');
    await waitForRow(window.page, /[#$%>] *$/);
    await typeInTerminal(window.page, 'echo $((6*7))\n');
    assert.equal(await waitForRow(window.page, /^42$/), '42');
  });

  it('has trees that open', async () => {
    await expandRow(window.page, 'test');
    await treeRow(window.page, 'host').waitFor();
  });

  it('has modal dialogs that are answered', async () => {
    await runCommand(window.page, 'File: New Untitled Text File');
    await window.page.keyboard.type('not kept');
    await runCommand(window.page, 'View: Close Editor');
    assert.match((await modal(window.page).textContent()) ?? '', /Do you want to save/);
    await pressModalButton(window.page, "Don't Save");
  });

  it('can be reloaded, and have a second window beside it', async () => {
    await window.page.reload();
    await workbenchDrawn(window.page);
    const second = await window.openAnother(folder);
    await treeRow(second, 'package.json').waitFor();
  });
});
