// One Chromium for all tests of the browser, and one server for all that want the same of it: each file finds these as new,
// without the seconds that they take to start.
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/vscode/chromium.mjs';
import { House } from '../../support/vscode/house';
import { openIn, type Window, type WindowOptions } from '../../support/vscode/window';

const EXTENSIONS = [process.cwd(), 'test/support/companion'];

export interface SharedOptions extends Omit<WindowOptions, 'extensions'> {
  /** Instead of this checkout and the companion: a package. */
  extension?: string | undefined;
}

let browser: Promise<Browser> | undefined;
let common: House | undefined;

after(async () => {
  await common?.end();
  await (await browser)?.close();
});

/** Opens a window of a server that somebody else has started. */
export async function openPage(address: string): Promise<Page> {
  browser ??= launchChromium();
  const page = await (await browser).newPage();
  await page.goto(address);
  return page;
}

/** Opens a window as in a fresh VS Code. What only a server's start decides, it has one of its own for. */
export async function openWindow({ extension, ...options }: SharedOptions): Promise<Window> {
  browser ??= launchChromium();
  const own = [extension, options.env, options.language, options.scale].some(each => each !== undefined);
  if (own) {
    const house = await House.build(await browser, {
      ...options,
      extensions: extension === undefined ? EXTENSIONS : [extension],
    });
    return await openIn(house, await browser, options, () => house.end());
  }
  const house = common ?? (await House.build(await browser, { extensions: EXTENSIONS }));
  common = house;
  house.furnish(options.settings ?? {}, options.errand);
  return await openIn(house, await browser, options, async () => {
    // One that cannot be cleared is not for others.
    await house.clear().catch(async () => {
      common = undefined;
      await house.end();
    });
  });
}
