import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { temporaryFolder } from '../support/processes.mjs';
import { until } from '../support/until';
import { typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { pressRowButton, view, viewDescription } from '../support/vscode/views';
import { type Window, workbenchDrawn } from '../support/vscode/window';
import {
  answerInput,
  countOf,
  modal,
  openViewContainer,
  pressModalButton,
  quickRow,
  runCommand,
  screenshot,
  treeRow,
} from '../support/vscode/workbench';
import { openWindow } from './support/shared';
import { startVisit, type Visit } from './support/visit';

/** Of the extension itself, which is loaded or shown. */
const LARGEST_OWN = 500_000;
/** With the sandbox: its chain is nearly all of it. */
const LARGEST = 16_500_000;
const SANDBOX = /^dist\/(sandbox\.js|chain\/|node_modules\/)/;

interface Entry {
  name: string;
  /** Compressed. */
  size: number;
}

describe('the package', () => {
  const vsix = resolve('remote-compute.vsix');
  let archive: Buffer;
  let packed: Entry[];

  before(async () => {
    await promisify(execFile)('npm', ['run', 'package', '--', '--built'], { shell: process.platform === 'win32' });
    archive = readFileSync(vsix);
    packed = entries(archive).map(({ name, size }) => ({ name: name.replace(/^extension\//, ''), size }));
  });

  it('is small, but for the sandbox, whose size is bounded', () => {
    const own = packed.filter(({ name }) => !SANDBOX.test(name)).reduce((sum, { size }) => sum + size, 0);
    assert.ok(own < LARGEST_OWN, `${own} bytes`);
    assert.ok(archive.length < LARGEST, `${archive.length} bytes`);
  });

  it('holds what runs, and nothing else', () => {
    const names = packed.map(({ name }) => name);
    const unneeded = names.filter(
      name =>
        !SANDBOX.test(name) &&
        !/^(dist\/\w+\.js|media\/(walkthrough\/)?\w+\.(svg|png)|media\/l10n\/[\w.-]+\.json|[\w.[\]-]+)$/.test(name),
    );
    assert.deepEqual(unneeded, []);
    const bundles = readdirSync('dist').filter(name => name.endsWith('.js'));
    assert.ok(bundles.length > 1);
    const binary = `dist/node_modules/@lydell/node-pty-${process.platform}-${process.arch}/pty.node`;
    for (const name of [
      'package.json',
      'package.nls.json',
      'package.nls.zh-cn.json',
      'media/l10n/bundle.l10n.zh-cn.json',
      ...bundles.map(each => `dist/${each}`),
      'dist/chain/anvil.br',
      'dist/chain/anvil.sha256',
      binary,
      'media/activity.svg',
      'media/icon.png',
    ]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`);
    }
    assert.ok(!names.some(name => /\.map$|\.tsx?$/.test(name)), names.join(', '));
  });

  it('names what it holds of others, with its licence', () => {
    const bill = JSON.parse(readFileSync(resolve('remote-compute.cdx.json'), 'utf8'));
    const names: string[] = bill.components.map(({ name }: { name: string }) => name);
    for (const name of ['ethers', 'ws', 'valibot', 'ssh2', '@noble/curves', '@lydell/node-pty']) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(names.some(name => name.startsWith('@foundry-rs/anvil-')));
    assert.ok(packed.some(({ name }) => name === 'THIRD_PARTY_NOTICES.txt'));
  });

  it('is the same, byte by byte, when it is packaged again elsewhere, by somebody else', async () => {
    const again = join(temporaryFolder('again'), 'again.vsix');
    const script = [resolve('test/support/package.mjs'), '--built', again];
    const former = process.umask(0o077);
    try {
      await promisify(execFile)(process.execPath, script, { env: { ...process.env, TZ: 'Asia/Tokyo' } });
    } finally {
      process.umask(former);
    }
    assert.ok(readFileSync(again).equals(archive));
  });

  describe('installed', () => {
    let visit: Visit;

    before(async () => {
      visit = await startVisit({ flags: ['--launchers', '2'], extension: vsix });
    });

    after(() => visit?.end());

    it('signs in', async () => {
      const { page } = visit.window;
      await runCommand(page, 'Remote Compute: Sign In to Decthings…');
      await answerInput(page, 'API key', visit.sandbox.services.decthings.apiKey);
      await openViewContainer(page, 'Remote Compute');
      await treeRow(page, 'gpu-train-01').waitFor();
    });

    it('shows its safety page', async () => {
      const { page } = visit.window;
      await runCommand(page, 'Remote Compute: Show the Safety Page');
      const preview = page.locator('iframe.webview.ready').contentFrame().locator('#active-frame').contentFrame();
      await preview.getByRole('heading', { name: 'What you are asked' }).waitFor();
      await screenshot(page, 'safety');
    });

    it('opens a terminal', async () => {
      const { page } = visit.window;
      await runCommand(page, 'Remote Compute: Open Terminal…');
      await quickRow(page, 'mnist-classifier').click();
      await quickRow(page, 'preprocess-02').click();
      await quickRow(page, 'Open the terminal').click();
      await waitForRow(page, /^mnist-classifier\$/);
      await typeInTerminal(page, 'echo $((6*7))\n');
      await waitForRow(page, /^42$/);
    });
  });

  describe('installed by somebody without an account', () => {
    let window: Window;
    /** Where the Sandbox keeps what is its own, and VS Code what is its. */
    let temporary: string;
    const sandboxes = () => readdirSync(temporary).filter(name => name.startsWith('remote-compute-sandbox-'));

    before(async () => {
      temporary = temporaryFolder('visit');
      window = await openWindow({ extension: vsix, env: { TMPDIR: temporary } });
      await openViewContainer(window.page, 'Remote Compute');
    });

    after(() => window?.close());

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await screenshot(window.page, 'sandbox-failed');
    });

    it('offers the Sandbox, and says what it is', async () => {
      const { page } = window;
      const launchers = view(page, 'Launchers');
      await launchers.getByText('nothing costs money').waitFor();
      await screenshot(page, 'sandbox-offered');
      await launchers.getByRole('button', { name: 'Try the Sandbox' }).click();
      await treeRow(page, 'gpu-train-01').waitFor();
      for (const title of ['Launchers', 'Terminals', 'Swan Tasks']) {
        await viewDescription(page, title).filter({ hasText: 'Sandbox' }).waitFor();
      }
      await badge(page).waitFor();
      await screenshot(page, 'sandbox-entered');
    });

    it('opens a terminal there, which runs a command', async () => {
      const { page } = window;
      await pressRowButton(treeRow(page, 'preprocess-02'), 'Open Terminal…');
      await quickRow(page, 'mnist-classifier').click();
      await quickRow(page, 'Open the terminal').click();
      await waitForRow(page, /^mnist-classifier\$/);
      await typeInTerminal(page, 'echo $((6*7)); pwd\n');
      await waitForRow(page, /^42$/);
      await waitForRow(page, new RegExp(`^${temporary}/`));
      await screenshot(page, 'sandbox-terminal');
    });

    it('deploys a task and pays it with test tokens', async () => {
      const { page } = window;
      for (const other of ['Launchers', 'Debug Sessions', 'Terminals']) {
        await view(page, other).locator('.pane-header').click();
      }
      await view(page, 'Swan Tasks').getByRole('button', { name: 'Create Task' }).click();
      await quickRow(page, 'An app image').click();
      await quickRow(page, 'hello-world').click();
      await quickRow(page, 'C1ae.medium').click();
      await quickRow(page, 'any region').click();
      await quickRow(page, '1 hour').click();
      await quickRow(page, 'Continue').click();
      await quickRow(page, 'Create and pay').click();
      const pay = modal(page).getByRole('button', { name: /^Pay 1\.\d+ SWAN$/ });
      await pay.waitFor();
      assert.match(await modal(page).innerText(), /Network: Sandbox \(chain 31337\)/);
      await screenshot(page, 'sandbox-pay');
      await pay.click();
      await treeRow(page, 'hello-world').filter({ hasText: 'running' }).waitFor();
      await screenshot(page, 'sandbox-running');
    });

    it('is left by the status bar, and everything is as it was', async () => {
      const { page } = window;
      await badge(page).click();
      await modal(page).waitFor();
      await screenshot(page, 'sandbox-leave');
      await pressModalButton(page, 'Leave the Sandbox');
      await view(page, 'Swan Tasks').getByRole('button', { name: 'Try the Sandbox' }).waitFor();
      await badge(page).waitFor({ state: 'detached' });
      assert.equal(await countOf(page.locator('.terminal-wrapper'), 0), 0);
      await screenshot(page, 'sandbox-left');
      await until('nothing to be left of it', () => sandboxes().length === 0);
    });

    it('goes with the window, too', async () => {
      const { page } = window;
      await view(page, 'Swan Tasks').getByRole('button', { name: 'Try the Sandbox' }).click();
      await badge(page).waitFor();
      assert.equal(sandboxes().length, 1);
      await page.reload();
      await workbenchDrawn(page);
      await view(page, 'Swan Tasks').getByRole('button', { name: 'Try the Sandbox' }).waitFor();
      await until('nothing to be left of it', () => sandboxes().length === 0);
    });

    it('has written no error and no warning to its log', () => {
      const folder = join(window.serverDataDir, 'data', 'logs');
      const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
        /Remote Compute\.log$/.test(name),
      );
      assert.equal(logs.length, 2);
      const lines = logs.flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n'));
      assert.deepEqual(
        lines.filter(line => /\[(error|warning)\]/.test(line)),
        [],
      );
    });
  });
});

/** What says that this window is in the Sandbox. */
function badge(page: Page): Locator {
  return page.locator('.statusbar').getByRole('button', { name: /Sandbox/ });
}

/** The files in a ZIP archive, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). */
function entries(zip: Buffer): Entry[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  assert.ok(end >= 0, 'not a ZIP archive');
  const found: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const length = zip.readUInt16LE(at + 28);
    found.push({ name: zip.toString('utf8', at + 46, at + 46 + length), size: zip.readUInt32LE(at + 20) });
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return found;
}
