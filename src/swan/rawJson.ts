/**
 * The text of JSON, where what it means is not enough: a signature is over the text as Python's `json.dumps` writes it,
 * with keys in the order sent and numbers as they were written, neither of which survives `JSON.parse`.
 */

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}[\],:"]+))/gy;

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
  for (const [, mark, string, other] of json.matchAll(TOKEN)) yield mark ?? string ?? other ?? '';
}

function pythonString(value: unknown): string {
  const quoted = JSON.stringify(String(value));
  // Python escapes DEL and all beyond ASCII, which JSON.stringify leaves as they are.
  return quoted.replace(/[\u007f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Indented, for reading, as text that shows all it holds: what would hide or turn other text round is escaped. */
export function indentedJson(json: string): string {
  return JSON.stringify(JSON.parse(json), undefined, 2).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
