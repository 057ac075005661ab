/** What a service sends is a stranger's text: short enough to be shown, and without what moves a cursor or hides. */
export function strangersText(text: string, maxLength: number): string {
  const clean = text
    .slice(0, maxLength * 2)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .trim();
  // Cut at characters, not within one.
  const characters = [...clean];
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : clean;
}
