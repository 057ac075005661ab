// A window in a house, used as a person uses it.
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.mjs';
import { changeable } from './gallery';
import { House, type HouseOptions } from './house';

export { workbenchDrawn } from './house';

const VIEWPORT = { width: 1280, height: 800 };

export interface WindowOptions extends HouseOptions {
  viewport?: { width: number; height: number };
  /** The workspace folder; an empty one where none is given. */
  folder?: string;
}

export interface Window {
  page: Page;
  browser: Browser;
  serverDataDir: string;
  /** Instead of what it was opened with, as `server.mjs` has it. */
  setSettings(settings: Record<string, unknown>): void;
  /** What the server has printed. */
  log(): string;
  /** Opens a second window on the same server, with the same extensions and secrets. @param folder another workspace */
  openAnother(folder?: string): Promise<Page>;
  /** Ends all that was started for it. */
  close(): Promise<void>;
}

/** In a house of its own. */
export async function openWindow(options: WindowOptions): Promise<Window> {
  const browser = await launchChromium();
  try {
    const house = await House.build(browser, options);
    const close = async () => {
      await house.end();
      await browser.close();
    };
    return await openIn(house, browser, options, close);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** @param close for when the window is done with, or cannot be opened */
export async function openIn(
  house: House,
  browser: Browser,
  { viewport = VIEWPORT, settings = {}, folder }: WindowOptions,
  close: () => Promise<void>,
): Promise<Window> {
  const { server } = house;
  let current = settings;
  const open = async (another?: string) => {
    const page = await house.open(viewport, another);
    changeable(page, over => server.setSettings({ ...current, ...over }));
    return page;
  };
  const setSettings = (others: Record<string, unknown>) => {
    current = others;
    server.setSettings(others);
  };
  try {
    const { serverDataDir, log } = server;
    return { page: await open(folder), browser, serverDataDir, setSettings, log, openAnother: open, close };
  } catch (error) {
    await close();
    throw new Error(`The window did not open.\n${server.log()}`, { cause: error });
  }
}
