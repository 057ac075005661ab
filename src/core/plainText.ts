declare const PLAIN: unique symbol;

/**
 * Text that can be shown anywhere: on one line, of bounded length, without anything that is not seen or that turns round,
 * hides or moves what stands beside it. It is made by `plainText` alone.
 */
export type PlainText = string & { readonly [PLAIN]: true };

/** Characters, where nothing else is said. */
const MAX_LENGTH = 500;
/** Marks on one letter: more would grow over the neighbouring lines. */
const MAX_MARKS = 4;
/** What is not seen: fillers, joiners, selectors, tags, and what changes the direction. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** Line ends and other controls, and all that looks like a space. */
const BLANK = /[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\u2800]+/gu;
const HALF = /\p{Cs}/gu;
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');

/**
 * The one gate for text that others wrote: a service, a repository, a provider, a chain, a language model.
 * @param maxLength characters
 */
export function plainText(text: string, maxLength: number = MAX_LENGTH): PlainText {
  // What is beyond would be cut in the end; it need not be looked at.
  const head = text.slice(0, maxLength * 4);
  const clean = head.replace(UNSEEN, '').replace(BLANK, ' ').replace(HALF, '\ufffd').replace(MARKS, '$1').trim();
  // Cut at characters, not within one.
  const characters = [...clean];
  const cut = characters.length > maxLength || head.length < text.length;
  return (cut ? `${characters.slice(0, maxLength - 1).join('')}…` : clean) as PlainText;
}
