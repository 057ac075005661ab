const MAX_DEPTH = 4;
const MAX_ITEMS = 30;
const MAX_TEXT = 300;

/** What a service sent in a form of its own, as JSON of which the deep and the long is left out. */
export function briefJson(value: unknown, depth: number = MAX_DEPTH): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value);
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}';
  const names = Object.keys(value);
  const shown = names.slice(0, MAX_ITEMS).map(name => {
    const each = briefJson(Reflect.get(value, name), depth - 1);
    return Array.isArray(value) ? each : `${briefJson(name)}:${each}`;
  });
  const text = [...shown, ...(names.length > MAX_ITEMS ? ['…'] : [])].join(',');
  return Array.isArray(value) ? `[${text}]` : `{${text}}`;
}
