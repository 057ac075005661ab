/** Letters of other scripts, and what they look like; of each pair the first is written as the second. */
const LETTERS =
  'аaвbсcԁdеeһhіiјjкkмmнhоoрpԛqгrѕsтtуyѵvԝwхxьbӏlүyұyѡwԍg' +
  'αaβbγyεeηnιiκkμuνvοoρpσoτtυuχxωwϲcϳjϐb' +
  'օoոnսuհhցgԛqզqւiյjґrꭺaᏼbꮯcꭰdꭼeꮋhꭻjꮶkꮮlꮇmꮲpꭱrꮪsꭲiꮩvꮃwꮓz' +
  'ɑaıiƒfɡgɩiʟlʀrɪiʏyⲟoⲣpⲥcⲁaⲕkⲙmⲏhⲭxߋoഠo๐o໐o၀o᧐oⵏiⵔo';
const PLAINER = new Map<string, string>(
  [...LETTERS].flatMap((letter, at, all): [string, string][] =>
    at % 2 === 0 ? [[letter, all[at + 1] ?? letter]] : [],
  ),
);
const SIGNS: [RegExp, string][] = [
  [/[\p{M}\s]/gu, ''],
  [/[\p{Pd}\u2212\u30fc\u4e00_]/gu, '-'],
  [/[\p{Pi}\p{Pf}"'`\u2032\u02b9\u02bc]/gu, "'"],
  [/[i1|!\u01c0\u2223]/gu, 'l'],
  [/[0\u2080]/gu, 'o'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
];

/** What is left of a text for somebody who only glances at it: texts that look alike have the same. */
export function skeleton(text: string): string {
  const letters = [...text.normalize('NFKD').toLowerCase()].map(letter => PLAINER.get(letter) ?? letter).join('');
  return SIGNS.reduce((before, [pattern, sign]) => before.replace(pattern, sign), letters);
}

/** What stands beside others. */
export interface Seen {
  label: string;
  description?: string | undefined;
}

/** Those that somebody who glances at them takes for another one: by a name that is not the same, or in all they show. */
export function lookalikes<T extends Seen>(items: readonly T[]): Set<T> {
  const byName = groups(items, ({ label }) => skeleton(label)).filter(
    group => new Set(group.map(({ label }) => label)).size > 1,
  );
  const inAll = groups(items, ({ label, description = '' }) => `${label}\n${description}`);
  return new Set([...byName, ...inAll].flat());
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key);
    if (group) group.push(item);
    else found.set(key, [item]);
  }
  return [...found.values()].filter(group => group.length > 1);
}
