// The integrated terminal of a window, as it is seen. Needs terminal.integrated.gpuAcceleration "off".
import type { Locator, Page } from 'playwright-core';
import { until } from '../until';

/** The terminal which is shown, in the panel or in the editor area. */
export function visibleTerminal(page: Page): Locator {
  return page.locator('.terminal-wrapper.active .xterm:visible').first();
}

/** The rows that are in view, without trailing blanks and without the empty rows at the end. */
export async function terminalRows(page: Page): Promise<string[]> {
  const rows = await visibleTerminal(page).locator('.xterm-rows > div').allTextContents();
  const texts = rows.map(row => row.replaceAll('\u00a0', ' ').trimEnd());
  return texts.slice(0, texts.findLastIndex(text => text !== '') + 1);
}

/** Waits until a row matches, and returns it. */
export async function waitForRow(page: Page, pattern: RegExp): Promise<string> {
  let rows: string[] = [];
  const look = async () => {
    rows = await terminalRows(page);
    return rows.find(row => pattern.test(row));
  };
  return await until(`a row of the terminal that matches ${pattern}`, look).catch(error => {
    throw new Error(`${error.message} It shows:\n${rows.join('\n')}`);
  });
}

/** Types into the terminal which is shown. */
export async function typeInTerminal(page: Page, text: string): Promise<void> {
  await visibleTerminal(page).locator('textarea').focus();
  await page.keyboard.type(text);
}

/** Presses a key for each character, without waiting for what comes of it. Releasing them would take as long again. */
export async function pressKeys(page: Page, text: string): Promise<void> {
  await visibleTerminal(page).locator('textarea').focus();
  const session = await page.context().newCDPSession(page);
  await Promise.all([...text].map(key => session.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key })));
  await session.detach();
}
