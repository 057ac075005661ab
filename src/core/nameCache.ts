import { cancelled } from './errors.js';

/** Names of things that rows know by id alone. Asked for in one request, remembered, and an id stands in for an unknown one. */
export class NameCache {
  private readonly names = new Map<string, string>();

  /** @param find those of the ids that exist */
  constructor(
    private readonly find: (ids: string[], signal?: AbortSignal) => Promise<{ id: string; name: string }[]>,
  ) {}

  /** The name, or the id where it is not known. */
  get(id: string): string {
    return this.names.get(id) ?? id;
  }

  /** Learns the names of `ids`. A failure is no reason to show no rows at all: the ids show then. */
  async learn(ids: Iterable<string>, signal?: AbortSignal): Promise<void> {
    const unknown = [...new Set(ids)].filter(id => !this.names.has(id)).slice(0, MAX_IDS);
    if (unknown.length === 0) return;
    try {
      const found = await this.find(unknown, signal);
      for (const { id, name } of found) this.names.set(id, name);
      // One that does not exist is not asked for again and again.
      for (const id of unknown) if (!this.names.has(id)) this.names.set(id, id);
    } catch {
      if (signal?.aborted) throw cancelled();
    }
  }
}

/** What one request asks about. */
const MAX_IDS = 100;
