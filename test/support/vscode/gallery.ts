// Every picture that a test takes, in each theme, and the sidebar narrow and wide: for looking at all of it on one page.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** The name of a theme, and the class that the workbench has in it. */
export const THEMES = [
  { name: 'dark', theme: 'Default Dark Modern', marker: 'vs-dark' },
  { name: 'light', theme: 'Default Light Modern', marker: 'vs' },
  { name: 'contrast', theme: 'Default High Contrast', marker: 'hc-black' },
] as const;
/** Of the sidebar, in pixels. */
const WIDTHS = [200, 400];
/** What would close, or cover the sidebar, if the pointer were used. */
const OVERLAYS =
  '.quick-input-widget:visible, .monaco-dialog-box, .monaco-menu:visible, .monaco-hover:visible:not(.compact)';
/** Colours change by a transition, and rows are laid out after the width is. */
const SETTLE_MS = 150;

export type SetSettings = (settings: Record<string, unknown>) => void;

const writers = new WeakMap<Page, SetSettings>();

/** Makes a window's theme changeable. @param write settings, over its own ones */
export function changeable(page: Page, write: SetSettings): void {
  writers.set(page, write);
}

export async function portray(page: Page, name: string): Promise<void> {
  const write = writers.get(page);
  if (!write) return;
  const folder = join('out', 'gallery');
  mkdirSync(folder, { recursive: true });
  const sidebar = page.locator('.part.sidebar');
  const resizable = (await sidebar.isVisible()) && (await page.locator(OVERLAYS).count()) === 0;
  const width = (await sidebar.boundingBox())?.width;
  for (const { name: look, theme, marker } of THEMES) {
    write({ 'workbench.colorTheme': theme });
    await page.locator(`.monaco-workbench.${marker}`).waitFor();
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(folder, `${name}.${look}.png`) });
    if (!resizable || width === undefined) continue;
    for (const each of WIDTHS) {
      await resize(page, sidebar, each);
      await sidebar.screenshot({ path: join(folder, `${name}.${look}-${each}.png`) });
    }
    await resize(page, sidebar, width);
  }
  write({});
}

async function resize(page: Page, sidebar: Locator, width: number): Promise<void> {
  const box = await sidebar.boundingBox();
  if (!box || Math.round(box.width) === Math.round(width)) return;
  const edge = box.x + box.width;
  await page.mouse.move(edge, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + width, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(SETTLE_MS);
}
