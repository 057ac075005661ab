/** What text looks like that is printed now: what SGR sequences (`ESC [ 1;31 m`) have set, by what each of them replaces. */
export type Attributes = ReadonlyMap<string, string>;

export const PLAIN: Attributes = new Map();

const GROUPS: Record<number, string> = {
  1: 'bold',
  2: 'faint',
  3: 'italic',
  4: 'underline',
  5: 'blink',
  7: 'inverse',
  8: 'hidden',
  9: 'struck',
  21: 'underline',
  38: 'foreground',
  48: 'background',
  53: 'overline',
  58: 'underline colour',
};
const ENDS: Record<number, readonly string[]> = {
  22: ['bold', 'faint'],
  23: ['italic'],
  24: ['underline'],
  25: ['blink'],
  27: ['inverse'],
  28: ['hidden'],
  29: ['struck'],
  39: ['foreground'],
  49: ['background'],
  55: ['overline'],
  59: ['underline colour'],
  221: ['bold'],
  222: ['faint'],
};
/** A terminal reads no more of one sequence. */
const MAX_PARAMETERS = 32;
/** How many numbers tell a colour, by the number that says in which way: one of 256; red, green and blue. */
const COLOUR_LENGTHS: Record<number, number> = { 5: 2, 2: 4 };
/** What is no colour takes as many with it as a terminal has looked at. */
const NO_COLOUR_LENGTH = 5;

/** @param parameters of one SGR sequence */
export function withSgr(attributes: Attributes, parameters: string): Attributes {
  const next = new Map(attributes);
  const each = parameters.split(';', MAX_PARAMETERS);
  for (let at = 0; at < each.length; at++) {
    let parameter = each[at] ?? '';
    const code = Number.parseInt(parameter, 10) || 0;
    const group = groupOf(code);
    if ((code === 38 || code === 48 || code === 58) && !parameter.includes(':')) {
      const length = COLOUR_LENGTHS[Number(each[at + 1])];
      const colour = each.slice(at + 1, at + 1 + (length ?? NO_COLOUR_LENGTH));
      at += colour.length;
      if (length === undefined) continue;
      parameter = [code, ...colour].join(';');
    }
    if (code === 0) next.clear();
    else if (parameter.startsWith('4:0')) next.delete('underline');
    else if (group !== undefined) next.set(group, parameter);
    else for (const ended of ENDS[code] ?? []) next.delete(ended);
  }
  return next;
}

/** The sequence after which text looks so, whatever it looked like before. */
export function sgrOf(attributes: Attributes): string {
  return `\x1b[${['0', ...attributes.values()].join(';')}m`;
}

function groupOf(code: number): string | undefined {
  if ((code >= 30 && code < 38) || (code >= 90 && code < 98)) return 'foreground';
  if ((code >= 40 && code < 48) || (code >= 100 && code < 108)) return 'background';
  return GROUPS[code];
}
