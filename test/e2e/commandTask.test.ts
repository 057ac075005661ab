import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/processes.mjs';
import { tryUntil } from '../support/until';
import { terminalRows, typeInTerminal, waitForRow } from '../support/vscode/terminal';
import {
  appears,
  modal,
  openViewContainer,
  pressModalButton,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

const SCRIPT =
  'printf "caf\\303"; sleep 0.2; printf "\\251\\n"; echo oops >&2; read name; echo "Hello $name"; sleep 600';

describe('a person with a task that runs on a launcher', () => {
  let visit: Visit;

  before(async () => {
    const folder = temporaryFolder('workspace');
    mkdirSync(join(folder, '.vscode'));
    visit = await startVisit({ flags: ['--launchers', '3'], signedIn: true, folder });
    const { modelIds } = visit.sandbox.services.decthings;
    const machine = { cpus: 4, memoryMebibytes: 16384, gpus: { model: 'L4', count: 1 } };
    const task = { type: 'remoteCompute', label: 'greet', modelId: modelIds[0], command: 'sh', args: ['-c', SCRIPT] };
    const tasks = [
      { ...task, machine, problemMatcher: [] },
      { ...task, label: 'nowhere', problemMatcher: [] },
    ];
    writeFileSync(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
  });

  after(() => visit?.end());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(visit.window.page, 'failed');
  });

  async function start(label: string): Promise<void> {
    const { page } = visit.window;
    const row = quickRow(page, label);
    // A window that has just opened may list tasks before it has read those of its folder.
    await tryUntil(`the task ${label}`, async patienceMs => {
      await runCommand(page, 'Tasks: Run Task');
      const listed = await appears(row, patienceMs);
      if (!listed) await page.keyboard.press('Escape');
      return listed;
    });
    await row.click();
  }

  it('is asked before it is run', async () => {
    const { page } = visit.window;
    await openViewContainer(page, 'Remote Compute');
    await treeRow(page, 'gpu-train-01').waitFor();
    await start('greet');
    await modal(page).waitFor();
    const text = await modal(page).innerText();
    assert.match(text, /Run “sh” on a temporary machine \(4 CPU · 16 GiB · 1× L4\)\?/);
    await screenshot(page, 'task-asked');
    await pressModalButton(page, 'Cancel');
    await waitForRow(page, /^It was not run\.$/);
  });

  it('sees its output live, whole characters of both streams, and answers it', async () => {
    const { page } = visit.window;
    await start('greet');
    await pressModalButton(page, 'Run');
    await waitForRow(page, /^café$/);
    await waitForRow(page, /^oops$/);
    await typeInTerminal(page, 'Ada\n');
    await waitForRow(page, /^Hello Ada$/);
    assert.ok((await terminalRows(page)).includes('Ada'), 'what is typed is shown');
    await screenshot(page, 'task');
  });

  it('ends it with Ctrl+C', async () => {
    const { page } = visit.window;
    await page.keyboard.press('Control+c');
    await waitForRow(page, /^Ended on request\.$/);
    await waitForRow(page, /exit code: 130/);
    await screenshot(page, 'task-ended');
  });

  it('is told what is wrong with a task', async () => {
    const { page } = visit.window;
    await start('nowhere');
    await waitForRow(page, /^This task cannot run: it needs one place to run on/);
    await screenshot(page, 'task-wrong');
  });
});
