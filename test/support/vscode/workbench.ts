// What a person does in a window: palette, quick input, views, trees, dialogs, notifications.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { portray } from './gallery';

const PALETTE_ATTEMPTS = 6;
const PALETTE_MS = 5000;
const MENU_MS = 500;
/** Until a hover is shown, of something that tells more only when it is asked. */
const HOVER_MS = 5_000;
const SHOWN_MS = 2000;

/**
 * Runs a command from the palette by its whole title as shown there, for example "View: Show Extensions". A window that
 * is still starting may close the palette or not know the command yet; the palette is then opened again.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = quickRows(page).filter({ has: page.getByText(title, { exact: true }) });
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      await quickInput(page).fill(`>${title}`, { timeout: PALETTE_MS });
      await row.first().click({ timeout: PALETTE_MS });
      return;
    } catch (error) {
      if (attempt === PALETTE_ATTEMPTS) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** The field of the open quick pick or input box. */
export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible .quick-input-box input');
}

/** The first row of the open quick pick which contains the text. */
export function quickRow(page: Page, text: string): Locator {
  return quickRows(page).filter({ hasText: text }).first();
}

function quickRows(page: Page): Locator {
  return page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
}

/** Types into the input box that asks for `prompt`, and accepts it. */
export async function answerInput(page: Page, prompt: string, text: string): Promise<void> {
  await page.locator('.quick-input-widget:visible').filter({ hasText: prompt }).waitFor();
  await quickInput(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Shows a view container by its name in the activity bar. A window that is still starting may hide it again. */
export async function openViewContainer(page: Page, name: string): Promise<void> {
  const tab = page.locator('.activitybar').getByRole('tab', { name });
  const title = page.locator('.sidebar .composite.title').filter({ hasText: name });
  await until(`the views of ${name}`, async () => {
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    return await title.waitFor({ timeout: SHOWN_MS }).then(
      () => true,
      () => false,
    );
  });
}

/** A tree's row in the sidebar by its whole label. */
export function treeRow(page: Page, label: string): Locator {
  return page
    .locator('.sidebar .monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(label, { exact: true }) })
    .first();
}

/** Points at something until its hover, with this text, is shown: one that is drawn anew meanwhile has to be pointed at again. */
export async function hoverOf(page: Page, target: Locator, text: string): Promise<Locator> {
  const hover = page.locator('.monaco-hover:visible').filter({ hasText: text });
  await until(`the hover “${text}”`, async () => {
    await page.mouse.move(0, 0);
    await target.hover();
    return await hover.waitFor({ timeout: HOVER_MS }).then(
      () => true,
      () => false,
    );
  });
  return hover;
}

/** Expands a row, where it is not yet. */
export async function expandRow(page: Page, label: string): Promise<void> {
  const row = treeRow(page, label);
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  await row.and(page.locator('[aria-expanded="true"]')).waitFor();
}

/** Picks an act from a row's context menu. */
export async function pickFromMenu(page: Page, row: Locator, act: string): Promise<void> {
  await row.click({ button: 'right' });
  await chooseFromMenu(page, act);
}

/** An act of the open menu. */
export function menuItem(page: Page, act: string): Locator {
  return page.locator('.monaco-menu .action-item').filter({ hasText: act }).first();
}

/** Picks an act from the open menu, which takes no click in its first moment. */
export async function chooseFromMenu(page: Page, act: string): Promise<void> {
  const item = menuItem(page, act);
  await item.waitFor();
  await until('the menu to close', async () => {
    await item.click({ timeout: MENU_MS }).catch(() => undefined);
    return (await item.count()) === 0;
  });
}

/** The open modal dialog. */
export function modal(page: Page): Locator {
  return page.locator('.monaco-dialog-box');
}

/** Presses a button of the open modal dialog, and waits until the dialog is gone. */
export async function pressModalButton(page: Page, name: string): Promise<void> {
  await modal(page).getByRole('button', { name, exact: true }).click();
  await modal(page).waitFor({ state: 'detached' });
}

/** The texts of all notifications which nobody has closed, those too that have left the screen by themselves. */
export async function notifications(page: Page): Promise<string[]> {
  await runCommand(page, 'Notifications: Show Notifications');
  const texts = await page.locator('.notifications-center .notification-list-item-message').allInnerTexts();
  await runCommand(page, 'Notifications: Hide Notifications');
  return texts;
}

/** The notification which contains the text, wherever it is by now. */
export async function standing(page: Page, text: string): Promise<Locator> {
  const item = page.locator('.notifications-toasts, .notifications-center').locator('.notification-list-item');
  const found = item.filter({ hasText: text }).first();
  if ((await found.count()) === 0) await runCommand(page, 'Notifications: Show Notifications');
  await found.waitFor();
  return found;
}

/** The notification which contains the text. */
export function notification(page: Page, text: string): Locator {
  return page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
}

/** Keeps a picture of the window under out/screenshots/, and says where. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join('out', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  if (process.env.REMOTE_COMPUTE_GALLERY) await portray(page, name);
  return path;
}
