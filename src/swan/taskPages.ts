import type { Page } from '../core/backend.js';

/** The most that `readAll` reads, what one request asks for, and how many requests it may take. */
const MAX_ALL = 1_000;
const PAGE_SIZE = 100;
const MAX_REQUESTS = 100;

/** Reads the service's pages, which are numbered from 1. A row that makes no sense still has its place. */
export type ReadPage<T> = (
  page: number,
  size: number,
) => Promise<{ rows: readonly (T | undefined)[]; total: number | undefined }>;

/** What is known of a service's pages: however many rows are asked for, a page may hold no more than this. */
export interface PageSize {
  most: number;
}

/**
 * A page, and the size by which it is counted. A first page that holds less than was asked for, though there are more rows,
 * tells how large pages are: by that size they are asked for from then on, since a service may count by the one or the other.
 */
async function readPage<T>(read: ReadPage<T>, index: number, size: number, pageSize: PageSize) {
  const page = await read(index + 1, size);
  const rows = page.rows.slice(0, size);
  const said = page.total ?? Number.POSITIVE_INFINITY;
  if (rows.length > 0 && rows.length < size && index * size + rows.length < said) {
    if (index > 0) {
      // The last page of all, or one of a size that the first page tells.
      const first = page.total === undefined ? size : (await read(1, size)).rows.length;
      if (first > 0 && first < size) pageSize.most = first;
    } else if (page.total !== undefined || (await read(2, rows.length)).rows.length > 0) pageSize.most = rows.length;
  }
  return { rows, total: page.total };
}

/** A range of rows, wherever the service's pages begin. It may hold fewer than asked for. */
export async function readRange<T>(
  read: ReadPage<T>,
  offset: number,
  limit: number,
  pageSize: PageSize = { most: Number.POSITIVE_INFINITY },
): Promise<Page<T>> {
  const size = Math.min(limit, pageSize.most);
  const first = Math.floor(offset / size);
  const skip = offset - first * size;
  const page = await readPage(read, first, size, pageSize);
  // Counted by another size, these are other rows.
  if (pageSize.most < size && (first > 0 || skip > 0)) return await readRange(read, offset, limit, pageSize);
  let rows: readonly (T | undefined)[] = page.rows;
  let full = rows.length === Math.min(size, pageSize.most);
  if (skip > 0 && full) {
    const next = (await read(first + 2, size)).rows.slice(0, size);
    full = next.length === size;
    rows = rows.concat(next);
  }
  rows = rows.slice(skip, skip + limit);
  // Without a total, a full page may have a next one.
  const seen = offset + rows.length;
  const total = rows.length === 0 ? seen : Math.max(seen, page.total ?? seen + (full ? 1 : 0));
  return { rows: rows.filter(row => row !== undefined), total };
}

/** All rows up to a bound; ends also where a service repeats itself for ever. */
export async function readAll<T extends { id: string }>(
  read: ReadPage<T>,
  pageSize: PageSize = { most: Number.POSITIVE_INFINITY },
): Promise<Page<T>> {
  const found = new Map<string, T>();
  let total = 0;
  for (let offset = 0, requests = 0; found.size < MAX_ALL && requests < MAX_REQUESTS; requests++) {
    const before = found.size;
    const page = await readRange(read, offset, PAGE_SIZE, pageSize);
    for (const row of page.rows) if (!found.has(row.id)) found.set(row.id, row);
    offset += page.rows.length;
    total = Math.max(page.total, found.size);
    if (found.size === before || offset >= page.total) break;
  }
  return { rows: [...found.values()], total };
}
