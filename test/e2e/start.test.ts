import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { barePath } from '../support/bare';
import { endGroup, spawnGroup, temporaryFolder } from '../support/processes.mjs';
import { until } from '../support/until';
import { viewDescription } from '../support/vscode/views';
import { screenshot, treeRow } from '../support/vscode/workbench';
import { openPage } from './support/shared';

describe('a person who has typed npm start, on a machine with Node.js and npm alone', () => {
  let child: ReturnType<typeof spawnGroup>;
  let printed = '';
  let page: Page;

  before(async () => {
    const { DISPLAY: _, WAYLAND_DISPLAY: __, REMOTE_COMPUTE_VSCODE: ___, ...env } = process.env;
    child = spawnGroup(process.execPath, ['test/support/start.mjs'], {
      env: { ...env, PATH: barePath(temporaryFolder('bare')) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.setEncoding('utf8').on('data', text => {
      printed += text;
    });
  });

  after(async () => {
    await page?.close();
    await endGroup(child);
  });

  it('is given the address of a window that is signed in to the sandbox', async () => {
    const address = await until('the address', () => {
      assert.equal(child.exitCode, null, printed);
      return /^ +(http:\S+)$/m.exec(printed)?.[1];
    });
    assert.match(printed, /Ctrl\+C ends it\.$/m);
    page = await openPage(address);
    await treeRow(page, 'gpu-train-01').waitFor();
    await viewDescription(page, 'Launchers').getByText('12', { exact: true }).waitFor();
    await viewDescription(page, 'Swan Tasks').getByText('6', { exact: true }).waitFor();
    await screenshot(page, 'start');
  });

  it('ends all of it by Ctrl+C', async () => {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
    await assert.rejects(fetch(page.url()));
  });
});
