// A window of the npm-shipped VS Code in a headless Chromium, used as a person uses it: it has no tests module and no
// test driver, since VS Code shows neither modal dialogs nor notifications under these.
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.mjs';
import { changeable } from './gallery';
import { type PageOptions, type ServerOptions, startServer } from './server.mjs';

const OPENING_MS = 60_000;

export interface WindowOptions extends Omit<ServerOptions, 'testDriver'>, Pick<PageOptions, 'folder'> {
  viewport?: { width: number; height: number };
  /** Pixels of a picture for one of the window's. */
  scale?: number;
}

export interface Window {
  page: Page;
  /** The address of the page; a reload of the page is a reload of the window. */
  url: string;
  browser: Browser;
  serverDataDir: string;
  /** Instead of what it was opened with, as `server.mjs` has it. */
  setSettings(settings: Record<string, unknown>): void;
  /** What the server has printed. */
  log(): string;
  /** Opens a second window on the same server, with the same extensions and secrets. @param folder another workspace */
  openAnother(folder?: string): Promise<Page>;
  /** Ends the browser and the server, and removes the server's data. */
  close(): Promise<void>;
}

/** Opens a window and waits until its workbench is drawn. Extensions may still be activating then. */
export async function openWindow({ viewport, scale = 1, ...options }: WindowOptions): Promise<Window> {
  const server = await startServer(options);
  const url = server.page(options);
  let { settings = {} } = options;
  const browser = await launchChromium();
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    const context = await browser.newContext({
      viewport: viewport ?? { width: 1280, height: 800 },
      deviceScaleFactor: scale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const open = async (folder = options.folder) => {
      const page = await context.newPage();
      changeable(page, over => server.setSettings({ ...settings, ...over }));
      await page.goto(server.page(folder === undefined ? {} : { folder }), { timeout: OPENING_MS });
      await workbenchDrawn(page);
      return page;
    };
    const page = await open();
    const { serverDataDir, log } = server;
    const setSettings = (others: Record<string, unknown>) => {
      settings = others;
      server.setSettings(settings);
    };
    return { page, url, browser, serverDataDir, setSettings, log, openAnother: open, close };
  } catch (error) {
    await close();
    throw new Error(`The window did not open.\n${server.log()}`, { cause: error });
  }
}

/** To be awaited after a reload. */
export async function workbenchDrawn(page: Page): Promise<void> {
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: OPENING_MS });
}
