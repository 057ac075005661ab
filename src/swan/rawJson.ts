/**
 * The text of JSON, where what it means is not enough: a signature is over the text as Python's `json.dumps` writes it,
 * with keys in the order sent and numbers as they were written, neither of which survives `JSON.parse`.
 */

const TOKEN = /\s*([{}[\],:"]|[^\s{}[\],:"]+)/y;
/** As many digits as every number of them survives `JSON.parse` with. */
const EXACT_DIGITS = 15;

/** Valid JSON, written again as Python does: a space after each comma and colon, non-ASCII escaped. */
export function pythonJson(json: string): string {
  let written = '';
  for (const token of tokens(json)) {
    if (token === ',' || token === ':') written += `${token} `;
    else written += token.startsWith('"') ? pythonString(JSON.parse(token)) : token;
  }
  return written;
}

/** The text of the value at a path of keys within valid JSON; the last of equal keys counts, as for `JSON.parse`. */
export function memberText(json: string, path: readonly string[]): string | undefined {
  let text: string | undefined = json;
  for (const key of path) text = text === undefined ? undefined : ownMember(text, key);
  return text;
}

function ownMember(json: string, key: string): string | undefined {
  let depth = 0;
  let value: string | undefined;
  let found: string | undefined;
  let last = '';
  let expectsKey = false;
  for (const token of tokens(json)) {
    if (depth === 1 && (token === ',' || token === '}')) {
      found = value ?? found;
      value = undefined;
    }
    if (value !== undefined) value += token;
    if (depth === 1 && token === ':' && expectsKey) {
      value = JSON.parse(last) === key ? '' : undefined;
      expectsKey = false;
    }
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    // Only an object's own level has keys.
    if (depth === 1 && (token === ',' || token === '{')) expectsKey = true;
    last = token;
  }
  return found;
}

function* tokens(json: string): Generator<string> {
  const token = new RegExp(TOKEN);
  for (let found = token.exec(json); found; found = token.exec(json)) {
    const [, text = ''] = found;
    const start = token.lastIndex - 1;
    if (text === '"') token.lastIndex = stringEnd(json, start);
    yield text === '"' ? json.slice(start, token.lastIndex) : text;
  }
}

/** @param start of a string in valid JSON @returns where it has ended; by a pattern, a long one is too much for the engine */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function pythonString(value: unknown): string {
  const quoted = JSON.stringify(String(value));
  // Python escapes DEL and all beyond ASCII, which JSON.stringify leaves as they are.
  return quoted.replace(/[\u007f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The value of JSON, in which a number of more digits than a floating point one holds for sure is its text.
 * @throws SyntaxError
 */
export function parseExactly(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return /\d[\d.]{15}/.test(json) ? JSON.parse(withLongNumbersAsText(json)) : value;
}

/** @param json that is valid */
function withLongNumbersAsText(json: string): string {
  let written = '';
  for (let from = 0; ; ) {
    const open = json.indexOf('"', from);
    const between = open < 0 ? json.slice(from) : json.slice(from, open);
    written += between.replace(/-?\d[\d.eE+-]*/g, number => (isLong(number) ? `"${number}"` : number));
    if (open < 0) return written;
    from = stringEnd(json, open);
    written += json.slice(open, from);
  }
}

function isLong(number: string): boolean {
  const digits = number
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  return digits.length > EXACT_DIGITS;
}

/** Indented, for reading, as text that shows all it holds: what would hide or turn other text round is escaped. */
export function indentedJson(json: string): string {
  return JSON.stringify(JSON.parse(json), undefined, 2).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
