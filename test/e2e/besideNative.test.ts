import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { HarmfulProxy } from '../support/proxy/proxy';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { until } from '../support/until';
import { BesideNative, NAME, nativeSettings, PROMPT, SIDES, type Side } from '../support/vscode/besideNative';
import { installedPrograms } from '../support/vscode/installedPrograms';
import { waitForRow } from '../support/vscode/terminal';
import { pressRowButton } from '../support/vscode/views';
import { type Window, workbenchDrawn } from '../support/vscode/window';
import { openViewContainer, quickRow, screenshot, treeRow } from '../support/vscode/workbench';
import { openWindow } from './support/shared';

const SEEDS = [7];
const CLEAR = "printf '\\033c\\033[3J'";

describe('a remote terminal beside VS Code’s own, cell by cell', () => {
  let sandbox: Sandbox;
  let proxy: HarmfulProxy;
  let window: Window;
  let beside: BesideNative;

  before(async () => {
    sandbox = await startSandbox(['--launchers', '3']);
    const { httpUrl, wsUrl } = sandbox.services.decthings;
    proxy = await HarmfulProxy.before(wsUrl);
    window = await openWindow({
      viewport: { width: 1600, height: 900 },
      settings: {
        ...nativeSettings(),
        'remoteCompute.decthings.httpUrl': httpUrl,
        'remoteCompute.decthings.wsUrl': proxy.through(wsUrl),
      },
      errand: sandbox.services,
    });
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    await pressRowButton(treeRow(page, 'gpu-train-01'), 'Open Terminal…');
    await quickRow(page, NAME).click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /\$ *$/);
    beside = await BesideNative.open(page);
  });

  after(async () => {
    await window?.close();
    await proxy?.close();
    await sandbox?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(window.page, 'beside-native-failed');
  });

  it('shows output without line ends', async () => {
    for (const seed of SEEDS) {
      await beside.type(run('oneLine', seed), /^printed\n.*\$ $/m);
      await beside.same();
    }
  });

  it('answers a program that asks about modes, and with nothing else', async () => {
    await beside.type(run('asks'), /^answered\n.*\$ $/m);
    await beside.same();
  });

  it('reports the mouse to a program in each mode and encoding', async () => {
    const { page } = window;
    await beside.type(run('mouse'), /^asks 0$/m);
    for (const side of SIDES) {
      await beside.show(side);
      const { x, y, width } = await beside.place(side);
      for (let asked = 0; asked < 16; asked++) {
        await beside.shows(side, new RegExp(`^asks ${asked}$`, 'm'));
        await page.mouse.move(x + 20, y + 20);
        await page.mouse.down();
        await page.mouse.move(x + width - 40, y + 60);
        await page.mouse.up();
        await page.keyboard.down('Control');
        await page.mouse.click(x + 100, y + 40);
        await page.keyboard.up('Control');
        await page.mouse.wheel(0, 100);
        await beside.input(side, 'n');
      }
      await beside.shows(side, PROMPT);
    }
    await beside.same();
  });

  it('drops nothing of a program that draws at Ctrl+C, though there was a flood before', async () => {
    await beside.both(/rests at 150 .* input: 0303\.$/, async side => {
      await beside.input(side, run('fullScreen', '1002', 60_000));
      await beside.shows(side, /line \d+$/m);
      await beside.input(side, '\x03');
      await beside.shows(side, /rests at 0/);
      await beside.input(side, 'g');
      await beside.shows(side, /draws at/);
      await beside.input(side, '\x03');
    });
    // Of the flood itself something was left out.
    await beside.same(['mouse', 'below']);
    await beside.type('q', PROMPT);
    await beside.same(['129 columns', 'cursor', 'screen']);
  });

  for (const delayMs of [0, 150]) {
    it(`comes back whole after a reconnection over a network of ${delayMs} ms`, async () => {
      proxy.shape({ delayMs });
      await start();
      await proxy.refuse();
      proxy.cut();
      await beside.lost();
      await beside.same();
      await proxy.accept();
      await beside.connected();
      await beside.both(/draws at/, side => beside.input(side, 'g'));
      await reconnect();
      await beside.type('\x1bOB', /rests at 150 .* input: 1b4f42\.$/);
      await beside.same();
      await quit();
    });
  }

  for (const { name, command, shown, keys, afterwards, leave } of installedPrograms()) {
    it(`shows ${name}, which is installed here, and has it back after a reconnection`, async () => {
      await beside.type(`${CLEAR}; ${command}\r`, shown);
      await beside.same();
      await beside.type(keys, /./);
      await beside.same();
      await reconnect();
      await beside.type(afterwards, /./);
      await beside.same();
      for (const key of leave) await beside.type(key, /./);
      await beside.type('', PROMPT);
      await beside.same();
    });
  }

  it('comes back whole after a reload, and leaves nothing behind', async () => {
    const { page } = window;
    await start();
    await beside.type('g', /rests at 150/);
    await page.reload();
    await workbenchDrawn(page);
    await beside.find();
    // VS Code forgets how a program wants the mouse to be told, and has kept what is below.
    await beside.same(['mouse', 'below']);
    const keys = async (side: Side) => {
      await beside.show(side);
      await page.keyboard.press('ArrowDown');
    };
    await beside.both(/input: 1b4f42\.$/, keys);
    await beside.show('remote');
    const { x, y } = await beside.place('remote');
    await page.mouse.click(x + 20, y + 20);
    await beside.shows('remote', /input: 1b4f421b5b3c.*4d1b5b3c.*6d\.$/);
    await beside.type('q', PROMPT);
    assert.doesNotMatch(await beside.text('remote'), /line|rests/);
    await beside.same(['screen', 'cursor', '129 columns']);
  });

  /** What is typed before the loss is noticed would not be sent again. */
  async function reconnect(): Promise<void> {
    const { connections } = proxy;
    proxy.cut();
    await until('another connection', () => proxy.connections > connections);
    await beside.connected();
  }

  async function start(modes = '1002;1006'): Promise<void> {
    await beside.type(run('fullScreen', modes), /rests at 0/);
    await beside.same();
  }

  /** The program ends, and what it covered is there again. */
  async function quit(): Promise<void> {
    await beside.type('q', PROMPT);
    await beside.same();
  }
});

/** A program of ours. */
function run(name: string, ...args: (string | number)[]): string {
  const command = ['node', resolve('test/support/programs', `${name}.cjs`), ...args].map(each => `'${each}'`);
  return `${CLEAR}; ${command.join(' ')}\r`;
}
