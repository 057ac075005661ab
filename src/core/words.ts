/** What a table has for a word of a service; such as `constructor` is in none. */
export function known<T>(table: Record<string, T>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
