import { RemoteError } from '../../../core/errors.js';
import { t } from '../../../core/l10n.js';

/** Such files have a kilobyte; nothing beyond these bounds is parsed. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_DEPTH = 16;

/** A JSON object within bounds. @throws RemoteError of kind `invalid` */
export function parseObject(text: string): object {
  if (text.length > MAX_CHARACTERS) {
    throw new RemoteError(
      'invalid',
      t('This file is not an encrypted JSON wallet: it is larger than {0} KiB.', MAX_CHARACTERS / 1024),
    );
  }
  if (isDeep(text)) {
    throw new RemoteError('invalid', t('This file is not an encrypted JSON wallet: it is nested too deeply.'));
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The error of the parser quotes the file.
  }
  if (isObject(value)) return value;
  throw new RemoteError('invalid', t('This file is not an encrypted JSON wallet: it holds no JSON object.'));
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's own member. Producers write `crypto` and `Crypto`, `kdfparams` and `kdfParams`. */
export function memberOf(object: object, name: string): unknown {
  const names = Object.keys(object);
  const found = names.find(each => each === name) ?? names.find(each => each.toLowerCase() === name);
  return found === undefined ? undefined : Reflect.get(object, found);
}

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '{' || character === '[')) depth++;
    else if (!quoted && (character === '}' || character === ']')) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
