import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Clock } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { StillHeld } from './locks.js';
import { isOpen, type PaymentRecord, parseRecord, serialize } from './record.js';

const NAME = /^([\w-]{1,100})\.json$/;
const MAX_HISTORY = 200;
/** Where payments are looked for, in this order: one that another window moves meanwhile, either way, is met. */
const PLACES = ['open', 'settled', 'open'] as const;

/**
 * The payments of this machine, a file each: `open/` holds those that go on, `settled/` those at an end, and `damaged/`
 * what could not be read. Who writes holds the wallet's lock; a write is on the disk when its promise resolves.
 */
export class Journal {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    /** Marks the payments that begin here. */
    private readonly account?: string,
  ) {}

  /** All payments, newest first, and the names of files that could not be read. */
  async list(): Promise<{ records: PaymentRecord[]; damaged: string[] }> {
    const found = new Map<string, PaymentRecord>();
    const unreadable = new Set<string>();
    // Of two writes, such as a crash leaves in both places, the newer counts.
    for (const place of PLACES) {
      for (const id of await this.ids(place)) {
        const record = await this.load(place, id);
        if (record === undefined) continue;
        if (record === 'newer') unreadable.add(`${id}.json`);
        else if ((found.get(id)?.revision ?? -1) <= record.revision) found.set(id, record);
      }
    }
    const records = [...found.values()].sort((a, b) => b.createdAt - a.createdAt);
    return { records, damaged: [...unreadable, ...(await names(join(this.folder, 'damaged')))] };
  }

  async read(id: string): Promise<PaymentRecord> {
    const record = await this.find(id);
    if (record) return record;
    throw new RemoteError('notFound', t('The journal has no such payment, or its file is damaged.'));
  }

  /**
   * Writes the next revision of a payment, on the disk before it resolves.
   * @param what happened, for its history
   * @param stillHeld is asked at the last moment
   */
  async save(record: PaymentRecord, what: string, stillHeld?: StillHeld): Promise<PaymentRecord> {
    if (((await this.find(record.id))?.revision ?? 0) !== record.revision) {
      throw new RemoteError('busy', t('Another window has gone on with this payment. Look at it there.'));
    }
    const at = this.clock.now();
    const next: PaymentRecord = {
      ...record,
      ...(record.revision === 0 && this.account !== undefined && { account: this.account }),
      revision: record.revision + 1,
      updatedAt: at,
      history: [...record.history, { at, what }].slice(-MAX_HISTORY),
    };
    await mkdir(join(this.folder, 'open'), { recursive: true });
    await stillHeld?.();
    await writeFileAtomic(this.path('open', record.id), serialize(next), { mode: 0o600 });
    // The file's new name is in the folder, which is to be on the disk as well.
    await syncFolder(join(this.folder, 'open'));
    return next;
  }

  /** Moves a payment at its end out of the way of those that go on, unless it was taken up again meanwhile. */
  async settle(id: string): Promise<void> {
    const record = await this.load('open', id);
    if (typeof record === 'object' && isOpen(record)) return;
    await mkdir(join(this.folder, 'settled'), { recursive: true });
    await rename(this.path('open', id), this.path('settled', id)).catch(ignoreMissing);
  }

  /** Takes a settled payment up again. */
  async reopen(record: PaymentRecord, what: string, stillHeld?: StillHeld): Promise<PaymentRecord> {
    const next = await this.save(record, what, stillHeld);
    await unlink(this.path('settled', record.id)).catch(ignoreMissing);
    return next;
  }

  /** Payments that are not at their end. */
  async open(): Promise<PaymentRecord[]> {
    const records = await Promise.all((await this.ids('open')).map(id => this.load('open', id)));
    return records.filter(record => typeof record === 'object').filter(isOpen);
  }

  private async find(id: string): Promise<PaymentRecord | undefined> {
    let found: PaymentRecord | undefined;
    for (const place of PLACES) {
      const copy = await this.load(place, id);
      if (typeof copy === 'object' && (found?.revision ?? -1) < copy.revision) found = copy;
    }
    return found;
  }

  private async ids(place: 'open' | 'settled'): Promise<string[]> {
    return (await names(join(this.folder, place))).flatMap(name => NAME.exec(name)?.[1] ?? []);
  }

  /** A damaged file is moved aside, where it stops nothing and can be looked at. */
  private async load(place: 'open' | 'settled', id: string): Promise<PaymentRecord | 'newer' | undefined> {
    const path = this.path(place, id);
    const text = await readFile(path, 'utf8').catch(ignoreMissing);
    if (text === undefined) return undefined;
    const record = parseRecord(text);
    if (record !== undefined && (record === 'newer' || record.id === id)) return record;
    const aside = join(this.folder, 'damaged');
    await mkdir(aside, { recursive: true });
    await rename(path, join(aside, `${id}-${this.clock.now()}.json`)).catch(ignoreMissing);
    return undefined;
  }

  private path(place: 'open' | 'settled', id: string): string {
    return join(this.folder, place, `${id}.json`);
  }
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(ignoreMissing)) ?? [];
}

/** Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
