// The views of the sidebar and the panel, as a person uses them.
import type { Locator, Page } from 'playwright-core';
import { chooseFromMenu } from './workbench';

/** A view of the sidebar by its title: header and body. */
export function view(page: Page, title: string): Locator {
  return page.locator('.sidebar .pane').filter({ has: page.locator('.pane-header h3.title', { hasText: title }) });
}

/** Collapses views, where they are not yet, so that the others have the room: what is not in sight is not in the page. */
export async function collapseViews(page: Page, ...titles: string[]): Promise<void> {
  for (const title of titles) {
    const header = view(page, title).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
    await header.and(page.locator('[aria-expanded="false"]')).waitFor();
  }
}

/** Drags the sidebar's edge, so that its rows have room. @param right where the edge then is, in pixels of the window */
export async function widenSidebar(page: Page, right: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (!box) throw new Error('The sidebar is hidden.');
  const y = box.y + box.height / 2;
  await drag(page, { x: box.x + box.width, y }, { x: right, y });
}

interface Point {
  x: number;
  y: number;
}

export async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}

/** The words after a view's title. */
export function viewDescription(page: Page, title: string): Locator {
  return view(page, title).locator('.pane-header .description');
}

/** Presses a button of a view's header, which shows while the pointer is on the view. */
export async function pressViewButton(page: Page, title: string, button: string | RegExp): Promise<void> {
  const pane = view(page, title);
  await pane.locator('.pane-header').hover();
  await pane.locator('.pane-header').getByRole('button', { name: button, exact: true }).click();
}

/** Picks an act from a view's “…” menu. */
export async function pickFromViewMenu(page: Page, title: string, act: string): Promise<void> {
  await chooseFromMenu(page, () => pressViewButton(page, title, /More Actions/), act);
}

/** Presses a button that shows on a row while the pointer is on it. */
export async function pressRowButton(row: Locator, button: string): Promise<void> {
  await row.hover();
  await row.getByRole('button', { name: button, exact: true }).click();
}
