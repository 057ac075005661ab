declare const PLAIN: unique symbol;

/**
 * Text that can be shown anywhere: on one line, of bounded length, without anything that is not seen, that turns round,
 * hides or moves what stands beside it, or that VS Code makes a link or an icon of. The functions of this file alone make it.
 */
export type PlainText = string & { readonly [PLAIN]: true };
/** The same on several lines, for the details of a modal. */
export type PlainLines = PlainText | (string & { readonly [LINES]: true });
declare const LINES: unique symbol;
/** What can stand in such a text. */
export type PlainValue = PlainText | number | bigint;

/** Characters, where nothing else is said. */
const MAX_LENGTH = 500;
/** Marks on one letter: more would grow over the neighbouring lines. */
const MAX_MARKS = 4;
/** What is not seen: fillers, joiners, selectors, tags, and what changes the direction. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u{16fe4}]+/gu;
/** Line ends and other controls, and all that looks like a space. */
const BLANK = /[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\u2800\u{1d159}]+/gu;
const HALF = /[\p{Cs}\p{Noncharacter_Code_Point}]/gu;
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');
/** With nothing to stand on, a mark would change what is before the text. */
const LOOSE_MARKS = /^\p{M}+/u;
/** `[text](address)` is a link in notifications, and may run a command; `$(name)` is an icon in picks and the status bar. */
const MARKUP = /([$\]])(?=\()/g;
/** Written from right to left: these turn numbers and signs beside them round, without any control. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * The one gate for text that others wrote: a service, a repository, a provider, a chain, a language model.
 * @param maxLength characters
 */
export function plainText(text: string, maxLength: number = MAX_LENGTH): PlainText {
  // What is beyond would be cut in the end; it need not be looked at.
  const head = text.slice(0, maxLength * 4);
  const clean = head
    .replace(UNSEEN, '')
    .replace(BLANK, ' ')
    .trim()
    .replace(LOOSE_MARKS, '')
    .replace(HALF, '\ufffd')
    .replace(MARKS, '$1')
    .replace(MARKUP, '$1 ')
    .trim();
  // Cut at characters, not within one.
  const characters = [...clean];
  const cut = characters.length > maxLength || head.length < text.length;
  return (cut ? `${characters.slice(0, maxLength - 1).join('')}…` : clean) as PlainText;
}

/** A text whose bytes matter, such as an id or an address: as it is, or `undefined` where it is not plain already. */
export function exactText(text: string, maxLength?: number): PlainText | undefined {
  const plain = plainText(text, maxLength);
  return plain === text ? plain : undefined;
}

/** Our own words that need no translation, such as `ID`. */
export function own<T extends string>(words: string extends T ? never : T): PlainText {
  return words as string as PlainText;
}

/** A template whose values are plain: `` plain`${name} (${state})` ``. */
export function plain(template: TemplateStringsArray, ...values: readonly PlainValue[]): PlainText {
  const text = template.slice(1).reduce((before, words, index) => {
    const value = beside(values[index] ?? own(''));
    const apart = /[$\]]$/.test(before) && value.startsWith('(') ? ' ' : '';
    return `${before}${apart}${value}${/[$\]]$/.test(value) && words.startsWith('(') ? ' ' : ''}${words}`;
  }, template[0] ?? '');
  return text as PlainText;
}

/** Those of the parts that there are. */
export function joined(
  parts: readonly (PlainText | '' | false | undefined)[],
  separator: ' · ' | ', ' | ' ',
): PlainText {
  return parts.filter(Boolean).join(separator) as PlainText;
}

/** In a pick, or in the status bar. @param icon its name, which is ours */
export function withIcon(icon: string, text: PlainText): PlainText {
  return `$(${icon.replace(/[^a-z-]/g, '')}) ${text}` as PlainText;
}

export function capitalized(words: PlainText): PlainText {
  return (words.slice(0, 1).toUpperCase() + words.slice(1)) as PlainText;
}

export function lines(parts: readonly PlainText[]): PlainLines {
  return parts.join('\n') as PlainLines;
}

/** A value beside other words: what is written from right to left leaves these where they are. */
export function beside(value: PlainValue): string {
  const text = String(value);
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * Text that keeps its bytes, since it is sent or run. It is no string, so that it is shown nowhere by mistake.
 */
export class RawText {
  readonly #bytes: string;

  constructor(bytes: string) {
    this.#bytes = bytes;
  }

  /** For whoever sends or runs it. */
  get bytes(): string {
    return this.#bytes;
  }

  /** All of it, on one line: what would not be seen is written out, such as `\u{202e}`. */
  get shown(): PlainText {
    const visible = this.#bytes.replace(
      /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu,
      each => (each === '\n' ? '\\n' : each === '\t' ? '\\t' : `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`),
    );
    return visible as PlainText;
  }
}
