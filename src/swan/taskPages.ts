import type { Page } from '../core/backend.js';

/** The most that `readAll` reads, and what one request asks for. */
const MAX_ALL = 1_000;
const PAGE_SIZE = 100;

/** Reads the service's pages, which are numbered from 1. */
export type ReadPage<T> = (page: number, size: number) => Promise<{ rows: T[]; total: number | undefined }>;

/** A range of rows, wherever the service's pages begin. It may hold fewer than asked for. */
export async function readRange<T>(read: ReadPage<T>, offset: number, limit: number): Promise<Page<T>> {
  const first = Math.floor(offset / limit);
  const skip = offset - first * limit;
  const page = await read(first + 1, limit);
  let rows = page.rows.slice(0, limit);
  let full = rows.length === limit;
  if (skip > 0 && full) {
    const next = (await read(first + 2, limit)).rows.slice(0, limit);
    full = next.length === limit;
    rows = rows.concat(next);
  }
  rows = rows.slice(skip, skip + limit);
  // Without a total, a full page may have a next one.
  const seen = offset + rows.length;
  return { rows, total: rows.length === 0 ? seen : Math.max(seen, page.total ?? seen + (full ? 1 : 0)) };
}

/** All rows up to a bound; ends also where a service repeats itself for ever. */
export async function readAll<T extends { id: string }>(read: ReadPage<T>): Promise<Page<T>> {
  const found = new Map<string, T>();
  let total = 0;
  for (let page = 1; found.size < MAX_ALL && page <= MAX_ALL / PAGE_SIZE; page++) {
    const before = found.size;
    const { rows, total: said } = await read(page, PAGE_SIZE);
    for (const row of rows.slice(0, PAGE_SIZE)) if (!found.has(row.id)) found.set(row.id, row);
    total = Math.max(said ?? 0, found.size);
    if (found.size === before || found.size >= (said ?? Number.POSITIVE_INFINITY)) break;
  }
  return { rows: [...found.values()], total };
}
