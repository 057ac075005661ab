import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';
import type { Place } from '../core/accountKey.js';

/** One account as it is kept: what it is called, if anybody has said so, where its key may go, and its secrets by field. */
export interface StoredAccount {
  id: string;
  name: string | undefined;
  /** Those that the key was entered for; missing where an earlier version has kept it. */
  places: readonly Place[] | undefined;
  secrets: ReadonlyMap<string, string>;
}

export interface AccountStoreOptions {
  /** What its secrets' names begin with, such as `decthings`. */
  service: string;
  /** An account has several secrets; it is there as long as the first of them is. */
  fields: readonly [string, ...string[]];
  secrets: vscode.SecretStorage;
  /** Shared by all windows, as the secrets are. It is told the accounts' ids, and nothing else. */
  state: vscode.Memento;
}

/** Its secrets have the names that they had when there was one account alone, so that they need not be moved. */
export const OLDEST = 'first';
/** Beginning of the ids of accounts that use what was remembered when there was one account alone. */
const FIRST = /^first(?:-|$)/;
const ID = /^[a-z0-9-]{1,40}$/;
const NAME = 'name';
const PLACES = 'places';

/** What the data of an account that is not in its secrets is marked with; nothing for the first one. */
export function scopeOf(id: string): string {
  return FIRST.test(id) ? '' : id;
}

/**
 * The accounts of one service in SecretStorage, which all windows share and which knows no transactions. So each secret
 * is written by itself, and which accounts there are is told by the secrets that are there: the index says no more than
 * where to look. A window that knows of an account that the index lacks puts it back, whoever has overwritten it.
 */
export class AccountStore {
  /** Ids that this window has met: in an index, by a secret that changed, or by adding them. */
  private readonly met = new Set<string>([OLDEST]);
  /** Which key had which id. Who signs out and in again finds the same account. */
  private readonly idOfKey = new Map<string, string>();
  /** The accounts as they were read last, where this has changed none since. */
  private latest: readonly StoredAccount[] | undefined;
  /** Counts what this has added and removed. */
  private changes = 0;

  constructor(private readonly options: AccountStoreOptions) {}

  /** Whether a secret that changed, in whichever window, is one of these. */
  meets(secret: string): boolean {
    const [service, ...rest] = secret.split('.');
    if (service !== this.options.service) return false;
    const [id = '', field] = rest;
    if (field !== undefined && ID.test(id)) this.met.add(id);
    return true;
  }

  /** All accounts, in a stable order, and the one that the person chose: of several nobody, unless they did. */
  async read(): Promise<{ accounts: StoredAccount[]; current: StoredAccount | undefined }> {
    const { changes } = this;
    for (const id of idsOf(this.options.state.get(this.indexName))) this.met.add(id);
    const known = [...this.met];
    // At once: in a window that starts, each answer is late.
    const [index, chosen, first] = await Promise.all([this.readIndex(), this.get('current'), this.readEach(known)]);
    for (const id of index) this.met.add(id);
    const more = await this.readEach([...this.met].filter(id => !known.includes(id)));
    const there = [...first, ...more].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (there.some(({ id }) => id !== OLDEST && !index.includes(id))) {
      // What cannot be mended now is mended next time: nobody is kept out for it.
      await this.writeIndex(there.map(({ id }) => id)).catch(() => undefined);
    }
    // Two windows may have been given the same key at the same time: it is one account, with all that either was given.
    const poorerFirst = there.toReversed().sort((a, b) => a.secrets.size - b.secrets.size);
    const byKey = new Map(poorerFirst.map(each => [this.keyOf(each), each]));
    for (const [key, { id }] of byKey) this.idOfKey.set(key, id);
    const accounts = there.filter(each => byKey.get(this.keyOf(each)) === each);
    if (changes === this.changes) this.latest = accounts;
    const wanted =
      there.find(({ id }) => id === chosen) ?? (chosen === undefined && there.length === 1 ? there[0] : undefined);
    return { accounts, current: wanted && byKey.get(this.keyOf(wanted)) };
  }

  /** Adds an account, and chooses it. @returns the id of a new one, or of the one that had the same key before */
  async add(key: string, name: string | undefined, places?: readonly Place[]): Promise<string> {
    const accounts = this.latest ?? (await this.read()).accounts;
    this.forgetLatest();
    const same = accounts.find(each => this.keyOf(each) === key);
    // It may have been removed since.
    if (same && (await this.readAccount(same.id))) {
      await this.choose(same.id);
      return same.id;
    }
    const former = this.idOfKey.get(key);
    const id = former ?? newId(accounts);
    this.met.add(id);
    const ids = [...accounts.map(each => each.id), id];
    // At once, in this order: what is there last makes it an account, and is then in its place already.
    const writing = [
      this.writeIndex(ids),
      this.write(id, NAME, name),
      this.write(id, PLACES, places && JSON.stringify(places)),
      this.write(id, this.options.fields[0], key),
    ];
    const written = Promise.all(writing).catch(async error => {
      await Promise.allSettled(writing);
      // Another window may have the former one again: only what is new is this one's to take back.
      if (id !== former) await this.forget(id);
      throw error;
    });
    // Somebody else who is in use would be signed out for a moment, should the choice be there first.
    if (accounts.length > 0) await written;
    await Promise.all([written, this.choose(id)]);
    return id;
  }

  choose(id: string): Thenable<void> {
    return this.options.secrets.store(this.secretName('current'), id);
  }

  rename(id: string, name: string): Promise<void> {
    return this.keep(id, { [NAME]: name });
  }

  /** Keeps another key, and then where it may go: in between it may go where the former one did. */
  replaceKey(id: string, key: string, places: readonly Place[]): Promise<void> {
    return this.keep(id, { [this.options.fields[0]]: key, [PLACES]: JSON.stringify(places) });
  }

  allow(id: string, places: readonly Place[]): Promise<void> {
    return this.keep(id, { [PLACES]: JSON.stringify(places) });
  }

  /** Changes secrets of an account, or with `undefined` forgets them. */
  async keep(id: string, secrets: Record<string, string | undefined>): Promise<void> {
    for (const [field, value] of Object.entries(secrets)) await this.write(id, field, value);
    // Another window may have removed the account meanwhile: then nothing of it is to stay.
    if ((await this.readAccount(id)) === undefined) await this.forget(id);
  }

  async remove(id: string): Promise<void> {
    this.forgetLatest();
    const there = await this.readEach([...this.met]);
    const key = there.find(each => each.id === id)?.secrets.get(this.options.fields[0]);
    for (const each of there) if (this.keyOf(each) === key) await this.forget(each.id);
  }

  /** What makes it an account goes first; then nothing is to stay because something else could not go. */
  private async forget(id: string): Promise<void> {
    const [first, ...others] = this.options.fields;
    await this.write(id, first, undefined);
    await Promise.all([...others, NAME, PLACES].map(field => this.write(id, field, undefined)));
  }

  private forgetLatest(): void {
    this.latest = undefined;
    this.changes++;
  }

  private async readEach(ids: readonly string[]): Promise<StoredAccount[]> {
    const read = await Promise.all(ids.map(id => this.readAccount(id)));
    return read.filter(each => each !== undefined);
  }

  private keyOf({ secrets }: StoredAccount): string {
    return secrets.get(this.options.fields[0]) ?? '';
  }

  private async readAccount(id: string): Promise<StoredAccount | undefined> {
    const { fields } = this.options;
    const [name, places, ...values] = await Promise.all([NAME, PLACES, ...fields].map(field => this.get(field, id)));
    const secrets = new Map(fields.flatMap((field, at) => (values[at] === undefined ? [] : [[field, values[at]]])));
    return secrets.has(fields[0]) ? { id, name, places: placesOf(places), secrets } : undefined;
  }

  private async readIndex(): Promise<string[]> {
    const text = await this.get('accounts');
    try {
      return idsOf(JSON.parse(text ?? '[]'));
    } catch {
      return [];
    }
  }

  private async writeIndex(ids: readonly string[]): Promise<void> {
    const listed = [...new Set(ids)].filter(id => id !== OLDEST);
    // A second copy, in another place: either is enough to find the accounts.
    void this.options.state.update(this.indexName, listed);
    await this.options.secrets.store(this.secretName('accounts'), JSON.stringify(listed));
  }

  private get indexName(): string {
    return this.secretName('accounts');
  }

  private get(field: string, id?: string): Thenable<string | undefined> {
    return this.options.secrets.get(this.secretName(field, id));
  }

  private write(id: string, field: string, value: string | undefined): Thenable<void> {
    const { secrets } = this.options;
    const name = this.secretName(field, id);
    return value === undefined ? secrets.delete(name) : secrets.store(name, value);
  }

  private secretName(field: string, id: string = OLDEST): string {
    const { service } = this.options;
    return id === OLDEST ? `${service}.${field}` : `${service}.${id}.${field}`;
  }
}

function placesOf(text: string | undefined): Place[] | undefined {
  try {
    const places: unknown = JSON.parse(text ?? 'null');
    return Array.isArray(places) ? places.filter(each => typeof each === 'string') : undefined;
  } catch {
    return undefined;
  }
}

function newId(accounts: readonly StoredAccount[]): string {
  const chance = randomBytes(6).toString('hex');
  return accounts.some(({ id }) => FIRST.test(id)) ? chance : `first-${chance}`;
}

function idsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(id => typeof id === 'string' && ID.test(id)) : [];
}
