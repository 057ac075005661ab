import { beside, type PlainText, plainText, RawText } from './plainText.js';

/** What a template's placeholders stand for; several texts stand on lines of their own. */
export type Value = string | number | bigint | RawText | readonly string[];
export type Translate = (template: string, ...values: string[]) => string;

/** What is loaded late is a bundle of its own, with a copy of this module: all of them find the one translator here. */
const SLOT = Symbol.for('remoteCompute.translate');
const LOCALE = Symbol.for('remoteCompute.locale');

/** Characters of a value, which may be a whole sentence. */
const MAX_VALUE = 2_000;

/**
 * A text for people, in their language. Whatever its values are, they are plain in it.
 * @param template in English, with `{0}`, `{1}`… where the values belong
 */
export function t(template: string, ...values: Value[]): PlainText {
  const translate: Translate = Reflect.get(globalThis, SLOT) ?? english;
  return translate(template, ...values.map(shown)) as PlainText;
}

function shown(value: Value): string {
  if (value instanceof RawText) return beside(value.shown);
  if (typeof value === 'object') return value.map(shown).join('\n');
  if (typeof value !== 'string') return String(value);
  // A value can be a part of a sentence of ours.
  const [before, after] = [value.startsWith(' ') ? ' ' : '', value.endsWith(' ') ? ' ' : ''];
  return `${before}${beside(plainText(value, MAX_VALUE))}${value.trim() === '' ? '' : after}`;
}

/** What dates and numbers are written by: the language of the texts beside them, whatever the machine's own is. */
export function locale(): string {
  return Reflect.get(globalThis, LOCALE) ?? 'en';
}

/**
 * To be called before anything else is loaded, since tables of words are translated when their modules are.
 * @param language that it translates to, such as `zh-cn`
 */
export function setTranslator(translate: Translate | undefined, language?: string): void {
  Reflect.set(globalThis, SLOT, translate);
  Reflect.set(globalThis, LOCALE, language);
}

function english(template: string, ...values: string[]): string {
  return template.replace(/\{(\d+)\}/g, (placeholder, index) => values[Number(index)] ?? placeholder);
}
