import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { codeOf, patiently, readPatiently } from '../../files/patience.js';
import { writeDurably } from './durable.js';
import type { StillHeld } from './locks.js';
import { isOpen, type PaymentRecord, parseRecord, serialize, taskMark } from './record.js';

const NAME = /^([\w-]{1,100})\.json$/;
const MAX_HISTORY = 200;
/** Where payments are looked for, in this order: one that another window moves meanwhile, either way, is met. */
const PLACES = ['open', 'settled', 'open'] as const;
/** Of the machine, not of a file: what is believed to be missing because of one could be paid again. */
const PASSING: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR', 'EBUSY']);

/**
 * The payments of this machine, a file each: `open/` holds those that go on, `settled/` those at an end, and `damaged/`
 * what is no payment. Who writes holds the wallet's lock; a write is on the disk when its promise resolves.
 */
export class Journal {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    /** Marks the payments that begin here. */
    private readonly account?: string,
  ) {}

  /** All payments, newest first, and the files that could not be read, as `<place>/<name>`. */
  async list(): Promise<{ records: PaymentRecord[]; damaged: string[] }> {
    const found = new Map<string, PaymentRecord>();
    const unreadable = new Set<string>();
    // Of two writes, such as a crash leaves in both places, the newer counts.
    for (const place of PLACES) {
      for (const id of await this.ids(place)) {
        const record = await this.load(place, id);
        if (record === undefined) continue;
        if (record === 'unreadable') unreadable.add(`${place}/${id}.json`);
        else if ((found.get(id)?.revision ?? -1) <= record.revision) found.set(id, record);
      }
    }
    for (const name of await names(join(this.folder, 'damaged'))) unreadable.add(`damaged/${name}`);
    return { records: [...found.values()].sort((a, b) => b.createdAt - a.createdAt), damaged: [...unreadable] };
  }

  /** @param damaged as `list` tells them @returns the paths of those that may be of a payment for a task */
  async damagedOf(task: string, damaged: readonly string[]): Promise<string[]> {
    const isOf = async (file: string) =>
      file.includes(taskMark(task)) ||
      (await this.textOf(join(this.folder, file)).catch(() => '')).includes(JSON.stringify(task));
    const found = await Promise.all(damaged.map(async file => ((await isOf(file)) ? [join(this.folder, file)] : [])));
    return found.flat();
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
    await writeDurably(this.path('open', record.id), serialize(next), this.clock, stillHeld);
    return next;
  }

  /** Moves a payment at its end out of the way of those that go on, unless it was taken up again meanwhile. */
  async settle(id: string): Promise<void> {
    await mkdir(join(this.folder, 'settled'), { recursive: true });
    const settle = async () => {
      const record = await this.load('open', id);
      if (typeof record !== 'object' || isOpen(record)) return;
      await rename(this.path('open', id), this.path('settled', id)).catch(ignoreMissing);
    };
    await patiently(settle, { clock: this.clock });
  }

  /** Takes a settled payment up again. */
  async reopen(record: PaymentRecord, what: string, stillHeld?: StillHeld): Promise<PaymentRecord> {
    const next = await this.save(record, what, stillHeld);
    // Where the former revision stays, it counts for nothing, and the next one to be settled takes its place.
    await unlink(this.path('settled', record.id)).catch(() => {});
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
      if (copy === 'unreadable') {
        throw new RemoteError('service', t('The record of this payment cannot be read: {0}', this.path(place, id)));
      }
      if (copy && (found?.revision ?? -1) < copy.revision) found = copy;
    }
    return found;
  }

  private async ids(place: 'open' | 'settled'): Promise<string[]> {
    return (await names(join(this.folder, place))).flatMap(name => NAME.exec(name)?.[1] ?? []);
  }

  /**
   * What is no payment is moved aside, where it stops nothing and can be looked at. What cannot be read, and what a later
   * version wrote, stays where it is.
   */
  private async load(place: 'open' | 'settled', id: string): Promise<PaymentRecord | 'unreadable' | undefined> {
    const path = this.path(place, id);
    try {
      const record = parseRecord(await this.textOf(path));
      if (record === 'newer') return 'unreadable';
      if (record?.id === id) return record;
      const aside = join(this.folder, 'damaged');
      await mkdir(aside, { recursive: true });
      // Where that is refused, it is told of, and tried again at the next look.
      await rename(path, join(aside, `${id}-${this.clock.now()}.json`));
      return undefined;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') return undefined;
      if (code === undefined || PASSING.has(code)) throw error;
      return 'unreadable';
    }
  }

  private textOf(path: string): Promise<string> {
    return readPatiently(() => readFile(path, 'utf8'), this.clock);
  }

  private path(place: 'open' | 'settled', id: string): string {
    return join(this.folder, place, `${id}.json`);
  }
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(ignoreMissing)) ?? [];
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}
