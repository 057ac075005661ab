// What a person does in a window: palette, quick input, views, trees, dialogs, notifications.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { tryUntil, until } from '../until';
import { portray } from './gallery';

/** For a click on what is there, and may go before it is clicked. */
const CLICK_MS = 10_000;

/**
 * Runs a command from the palette by its whole title as shown there, for example "View: Show Extensions". A window that
 * is still starting may close the palette or not know the command yet; the palette is then opened again.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = quickRows(page).filter({ has: page.getByText(title, { exact: true }) });
  await tryUntil(`the command “${title}”`, async timeout => {
    await page.keyboard.press('F1');
    const typed = await succeeds(quickInput(page).fill(`>${title}`, { timeout }));
    if (typed && (await appears(row.first(), timeout))) return await clicked(row.first());
    await page.keyboard.press('Escape');
    return false;
  });
}

/** How many there are, once there are as many as there should be. What is drawn follows what was done, sooner or later. */
export async function countOf(target: Locator, expected: number): Promise<number> {
  let count = 0;
  await until(`${expected} of ${target}`, async () => {
    count = await target.count();
    return count === expected;
  });
  return count;
}

/** Whether it is shown in time. */
export function appears(target: Locator, timeout: number): Promise<boolean> {
  return succeeds(target.waitFor({ timeout }));
}

function disappears(target: Locator, timeout: number): Promise<boolean> {
  return succeeds(target.waitFor({ state: 'hidden', timeout }));
}

/**
 * Whether it was clicked: what is shown for a moment may be gone. What goes by being clicked would be looked for again by the
 * locator's own click, and what came in its place be clicked too.
 */
async function clicked(target: Locator): Promise<boolean> {
  const options = { timeout: CLICK_MS };
  if (!(await succeeds(target.click({ ...options, trial: true })))) return false;
  const [heard, box] = await Promise.all([
    target.evaluateHandle(listenForPress, undefined, options).catch(() => undefined),
    target.boundingBox(options).catch(() => null),
  ]);
  if (!heard || !box) return false;
  await target.page().mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  return await heard.evaluate(({ pressed }) => pressed);
}

/** In the page. */
function listenForPress(target: Pick<EventTarget, 'addEventListener'>): { pressed: boolean } {
  const heard = { pressed: false };
  const hear = () => Object.assign(heard, { pressed: true });
  target.addEventListener('mouseup', hear, { capture: true, once: true });
  return heard;
}

function succeeds(act: Promise<void>): Promise<boolean> {
  return act.then(
    () => true,
    () => false,
  );
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
  await tryUntil(`the views of ${name}`, async patienceMs => {
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    return await appears(title, patienceMs);
  });
}

/** A tree's row in the sidebar by its whole label. */
export function treeRow(page: Page, label: string): Locator {
  return page
    .locator('.sidebar .monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(label, { exact: true }) })
    .first();
}

/**
 * Points at something until its hover, with this text, is shown: one that is drawn anew meanwhile has to be pointed at again.
 * @param part that the hover has too @returns its text, since it may be gone when it is asked for
 */
export async function hoverOf(page: Page, target: Locator, text: string, part = '*'): Promise<string> {
  const hover = page
    .locator('.monaco-hover:visible')
    .filter({ hasText: text })
    .filter({ has: page.locator(part) });
  let shown = '';
  await tryUntil(`the hover “${text}”`, async patienceMs => {
    await page.mouse.move(0, 0);
    await target.hover();
    if (!(await appears(hover, patienceMs))) return false;
    shown = (await hover.allInnerTexts()).join();
    return shown !== '';
  });
  return shown;
}

/** Expands a row, where it is not yet. */
export async function expandRow(page: Page, label: string): Promise<void> {
  const row = treeRow(page, label);
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  await row.and(page.locator('[aria-expanded="true"]')).waitFor();
}

/** Picks an act from a row's context menu. */
export async function pickFromMenu(page: Page, row: Locator, act: string): Promise<void> {
  await chooseFromMenu(page, () => row.click({ button: 'right' }), act);
}

/** An act of the open menu. */
export function menuItem(page: Page, act: string): Locator {
  return page.locator('.monaco-menu .action-item').filter({ hasText: act }).first();
}

/** Opens a menu, until it shows all of these: one may close by itself while the window around it is drawn anew. */
export async function openMenu(page: Page, open: () => Promise<void>, ...acts: string[]): Promise<void> {
  await tryUntil(`a menu with ${acts.join(', ')}`, async patienceMs => {
    await open();
    for (const act of acts) {
      if (await appears(menuItem(page, act), patienceMs)) continue;
      await page.keyboard.press('Escape');
      return false;
    }
    return true;
  });
}

/** Opens a menu, and picks an act from it. It takes no click in its first moment. */
export async function chooseFromMenu(page: Page, open: () => Promise<void>, act: string): Promise<void> {
  const item = menuItem(page, act);
  await tryUntil(`${act} in a menu`, async () => {
    await openMenu(page, open, act);
    while (await clicked(item)) if (await disappears(item, CLICK_MS)) return true;
    return false;
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

/** How long one that is to come is waited for on the screen. */
const TOAST_MS = 8_000;

/** The notification which contains the text, wherever it is by now. */
export async function standing(page: Page, text: string): Promise<Locator> {
  const item = page.locator('.notifications-toasts, .notifications-center').locator('.notification-list-item');
  const found = item.filter({ hasText: text }).first();
  if (!(await appears(found, TOAST_MS))) await runCommand(page, 'Notifications: Show Notifications');
  await found.waitFor();
  return found;
}

/** The notification which contains the text. */
export function notification(page: Page, text: string): Locator {
  return page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
}

/**
 * Keeps one of README's pictures under out/pictures/, from where `npm run pictures` takes it.
 * @param parts that it has to show, with what is between them; the whole window where there are none
 */
export async function picture(page: Page, name: string, ...parts: Locator[]): Promise<void> {
  const boxes = (await Promise.all(parts.map(part => part.boundingBox()))).filter(box => box !== null);
  const x = Math.min(...boxes.map(box => box.x));
  const y = Math.min(...boxes.map(box => box.y));
  const width = Math.max(...boxes.map(box => box.x + box.width)) - x;
  const height = Math.max(...boxes.map(box => box.y + box.height)) - y;
  const path = join('out', 'pictures', `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', ...(boxes.length > 0 && { clip: { x, y, width, height } }) });
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
