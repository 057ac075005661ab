/** The flow control's own queries: of modes with ten digits, which no program asks for. */
const QUERY = /\x1b\[\?(1\d{9})\$p/g;

export function queriesIn(shown: string): string[] {
  return shown.match(QUERY) ?? [];
}

export function withoutQueries(shown: string): string {
  return shown.replace(QUERY, '');
}

/** What a terminal answers that knows no such mode. */
export function answerTo(query: string): string {
  return query.replace('$p', ';0$y');
}
