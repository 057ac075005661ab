// A server of the npm-shipped VS Code, and a Chromium to look at it: what windows are opened in. It has no tests module and
// no test driver, since VS Code shows neither modal dialogs nor notifications under these.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { temporaryFolder } from '../processes.mjs';
import { until } from '../until';
import { type Errand, type Server, type ServerOptions, startServer } from './server.mjs';

/** Far beyond what a busy machine needs: it only ends a test that hangs. */
const PATIENCE_MS = 120_000;
/** After so long the workbench takes notifications off the screen, of information, warnings and errors. */
const TOASTS_MS = [10_000, 12_000, 15_000];

export interface HouseOptions extends Omit<ServerOptions, 'testDriver'> {
  /** Pixels of a picture for one of the window's. */
  scale?: number;
}

export class House {
  private constructor(
    readonly server: Server,
    private readonly context: BrowserContext,
  ) {}

  static async build(browser: Browser, { scale = 1, ...options }: HouseOptions): Promise<House> {
    const server = await startServer(options);
    const context = await browser.newContext({
      deviceScaleFactor: scale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    // Here they stay until somebody has read them, who may be slow.
    await context.addInitScript(`{
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (act, ms, ...more) =>
        setTimeout(act, ${JSON.stringify(TOASTS_MS)}.includes(ms) ? ${PATIENCE_MS} : ms, ...more);
    }`);
    return new House(server, context);
  }

  /** Makes it ready for somebody else. */
  furnish(settings: Record<string, unknown>, errand: Errand | undefined): void {
    this.server.setSettings(settings);
    this.server.sendCompanion(errand);
  }

  /**
   * Opens a window and waits until its workbench is drawn. Extensions may still be activating then.
   * @param folder the workspace folder; an empty one of its own where none is given, so that the server has kept nothing of it
   */
  async open(viewport: { width: number; height: number }, folder = temporaryFolder('workspace')): Promise<Page> {
    const page = await this.context.newPage();
    await page.setViewportSize(viewport);
    await page.goto(this.server.page({ folder }));
    await workbenchDrawn(page);
    return page;
  }

  /** Closes all windows, and leaves nothing of them: in the browser, on the server, or as a process. */
  async clear(): Promise<void> {
    const { context, server } = this;
    const [last, ...others] = context.pages();
    if (last === undefined) return;
    // By leaving its page a window ends its extension host; that of one whose page is closed is kept for hours.
    await Promise.all([last, ...others].map(page => page.goto('about:blank')));
    await until('the extension hosts to end', () => server.extensionHosts().length === 0);
    const session = await context.newCDPSession(last);
    // Not what it has compiled.
    const storageTypes = 'cookies,file_systems,indexeddb,local_storage';
    await session.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes });
    await Promise.all([last, ...others].map(page => page.close()));
    removeFiles(join(server.serverDataDir, 'data', 'User'));
  }

  async end(): Promise<void> {
    await this.context.close();
    await this.server.stop();
  }
}

/** To be awaited after a reload. */
export async function workbenchDrawn(page: Page): Promise<void> {
  await page.waitForSelector('.monaco-workbench .part.statusbar');
}

/** Of folders that the server has made it expects that they are there. */
function removeFiles(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
    else rmSync(path, { force: true });
  }
}
