export interface Row {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface ListQuery {
  offset: number;
  limit: number;
  sort: 'createdAt' | 'name';
  sortDirection: 'asc' | 'desc';
}

/** Rows by id, and in the orders they are listed in. What they are sorted by never changes, so an order is kept. */
export class Rows<T extends Row> {
  private readonly byId = new Map<string, T>();
  private readonly orders = new Map<ListQuery['sort'], T[]>();

  get size(): number {
    return this.byId.size;
  }

  get(id: string): T | undefined {
    return this.byId.get(id);
  }

  add(row: T): void {
    this.byId.set(row.id, row);
    this.orders.clear();
  }

  delete(id: string): void {
    this.byId.delete(id);
    this.orders.clear();
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.byId.values();
  }

  list(query: ListQuery, matches: (row: T) => boolean): { rows: T[]; total: number; offset: number; limit: number } {
    const { offset, limit, sort, sortDirection } = query;
    const found = this.sorted(sort).filter(matches);
    if (sortDirection === 'desc') found.reverse();
    return { rows: found.slice(offset, offset + limit), total: found.length, offset, limit };
  }

  private sorted(sort: ListQuery['sort']): T[] {
    let order = this.orders.get(sort);
    if (order === undefined) {
      order = [...this.byId.values()].sort((a, b) => compare(a[sort], b[sort]) || compare(a.id, b.id));
      this.orders.set(sort, order);
    }
    return order;
  }
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a name is one that was searched for, in any case of letters. */
export function nameMatches(name: string, search: string | undefined): boolean {
  return search === undefined || name.toLowerCase().includes(search.toLowerCase());
}
