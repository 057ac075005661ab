import type { Clock } from './clock.js';
import { cancelled } from './errors.js';
import { type PlainText, plainText } from './plainText.js';

/** What one request asks about. */
const MAX_IDS = 100;
/** Names that are remembered; those that were not wanted for longest go first. */
const MAX_NAMES = 1_000;
/** A name may be changed. Milliseconds. */
const NAME_AGE_MS = 5 * 60_000;
/** What was not among the answers may have been created just then. Milliseconds. */
const UNKNOWN_AGE_MS = 60_000;

interface Known {
  /** Missing where nothing of this id was found. */
  name: PlainText | undefined;
  at: number;
}

/** Names of things that rows know by id alone. Asked for in one request, remembered for a while, and an id stands in for an unknown one. */
export class NameCache {
  /** The last that was wanted is the last here. */
  private readonly known = new Map<string, Known>();

  /** @param find those of the ids that exist */
  constructor(
    private readonly find: (ids: string[], signal?: AbortSignal) => Promise<{ id: string; name: PlainText }[]>,
    private readonly clock: Clock,
  ) {}

  /** The name, or the id where it is not known. */
  get(id: string): PlainText {
    return this.known.get(id)?.name || plainText(id);
  }

  /** Learns the names of `ids`. A failure is no reason to show no rows at all: what is known shows then. */
  async learn(ids: Iterable<string>, signal?: AbortSignal): Promise<void> {
    const wanted = new Set(ids);
    for (const id of wanted) this.keep(id, this.known.get(id));
    const due = [...wanted].filter(id => this.isDue(id));
    // Those that show as ids come first.
    const asked = due.sort((a, b) => Number(this.known.has(a)) - Number(this.known.has(b))).slice(0, MAX_IDS);
    if (asked.length === 0) return;
    try {
      const found = new Map((await this.find(asked, signal)).map(({ id, name }) => [id, name]));
      const at = this.clock.elapsed();
      // What is gone keeps its name in rows that outlive it.
      for (const id of asked) this.keep(id, { name: found.get(id) ?? this.known.get(id)?.name, at });
    } catch {
      if (signal?.aborted) throw cancelled();
    }
  }

  private isDue(id: string): boolean {
    const known = this.known.get(id);
    if (!known) return true;
    return this.clock.elapsed() - known.at >= (known.name === undefined ? UNKNOWN_AGE_MS : NAME_AGE_MS);
  }

  private keep(id: string, known: Known | undefined): void {
    if (!known) return;
    this.known.delete(id);
    this.known.set(id, known);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MAX_NAMES) break;
      this.known.delete(oldest);
    }
  }
}
