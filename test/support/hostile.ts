import assert from 'node:assert/strict';

/** Text that deceives, of every class, each with all the characters that Unicode has of it. */
export function hostileTexts(): string[] {
  const classes: [RegExp, number][] = [
    [/\p{Cc}/u, 0x100],
    [/\p{Cf}/u, 0x10ffff],
    [/[\p{Zl}\p{Zp}]/u, 0x3000],
    [/(?! )\p{Zs}/u, 0x4000],
    [/\p{Default_Ignorable_Code_Point}/u, 0x10ffff],
    [/[\u2800\uffff\u{1d159}]/u, 0x1d159],
  ];
  const found = classes.flatMap(([pattern, last]) => {
    const characters: string[] = [];
    for (let code = 0; code <= last; code++) {
      const character = String.fromCodePoint(code);
      if (pattern.test(character)) characters.push(character);
    }
    return chunked(characters, 300).flatMap(some => [`a${some.join('b')}c`, `pay${some.join('')}5`, some.join('')]);
  });
  const others = ['\ud800', 'a\udfffb', '\udc00\ud800', '[pay](command:x)', '$(check) paid', `${'$'}\u2060(check)`];
  const marks = ['e\u0301'.repeat(9), `e${'\u0301'.repeat(99)}`, '\u0489before', `x${'\u20dd'.repeat(7)}`];
  const long = [
    'x'.repeat(100_000),
    '\n'.repeat(100_000),
    `${'\u202e'.repeat(3_000)}x`,
    '😀'.repeat(5_000),
    ' '.repeat(9_000),
  ];
  return [...found, ...others, ...marks, ...long];
}

function chunked(characters: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, at) =>
    characters.slice(at * size, (at + 1) * size),
  );
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\uffff\u{1d159}]|(?! )\p{Zs}/u;

/** @param longest characters, such as of an address */
export function assertPlain(text: string, where: string, longest = 7_000): void {
  assert.doesNotMatch(text, UNSEEN, `${where}: ${JSON.stringify(text.slice(0, 200))}`);
  assert.doesNotMatch(text, /[$\]]\(|\p{M}{5}|^\p{M}|^ | $/u, `${where}: ${JSON.stringify(text.slice(0, 200))}`);
  assert.ok([...text].length <= longest, `${where}: ${text.length} characters`);
}
