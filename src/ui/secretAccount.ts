import type * as vscode from 'vscode';
import { AccountKey, type Place } from '../core/accountKey.js';
import { RemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import { locale, t } from '../core/l10n.js';
import type { AccountInfo } from './accountInfo.js';
import { AccountStore, type StoredAccount, scopeOf } from './accountStore.js';
import { type Guest, VISITOR } from './guest.js';
import { outcomeOf, type SecretAccountOptions } from './secretAccountOptions.js';
import { onDidChangeSetting } from './settings.js';

/**
 * The person's accounts with one service, of which one at a time is used, and the connection that it makes. Their secrets
 * are in SecretStorage, which all windows share. Nothing is read before `ready`; a change in any window is a change in all.
 */
export abstract class SecretAccount<Backend> implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  /** Signed in, signed out, another account, another secret or another address. */
  readonly onDidChange = this.changed.event;
  private readonly listed = new Emitter<void>();
  /** Which accounts there are, or what they are called. Before `onDidChange`, where both have changed. */
  readonly onDidChangeAccounts = this.listed.event;
  private readonly subscriptions: vscode.Disposable[];
  private readonly store: AccountStore;
  private loading: Promise<void> | undefined;
  /** How many acts of this window are changing secrets. */
  private writes = 0;
  /** Counts loads: an earlier one's answer is stale. */
  private turn = 0;
  /** All accounts that are kept, whoever is visited. */
  protected stored: readonly StoredAccount[] = [];
  private used: StoredAccount | undefined;
  private values: ReadonlyMap<string, string> = new Map();
  private guest: Guest<Backend> | undefined;
  private connection: Backend | undefined;
  private problem: RemoteError | undefined;
  /** What the connection was made of; missing where it is to be made anew. */
  private madeOf: { guest: Guest<Backend> | undefined; account: string } | undefined;

  constructor(readonly options: SecretAccountOptions) {
    this.store = new AccountStore(options);
    // Where it fails, whoever asks next is told.
    const reloadIfLoaded = () => void (this.loading && this.reload().catch(() => undefined));
    const reconnect = () => {
      this.madeOf = undefined;
      reloadIfLoaded();
    };
    this.subscriptions = [
      options.secrets.onDidChange(({ key }) => this.store.meets(key) && this.writes === 0 && reloadIfLoaded()),
      ...options.settings.map(name => onDidChangeSetting(name, reconnect)),
    ];
  }

  /** @throws RemoteError of kind `invalid`, if a setting is wrong @returns `undefined` while something is missing */
  protected abstract connect(key: AccountKey, account: StoredAccount): Promise<Backend | undefined>;

  /** Asks the service whether it accepts a key. @throws RemoteError, of kind `credentials` where it does not */
  abstract verify(key: AccountKey, signal?: AbortSignal): Promise<void>;

  /** Where the settings send a key. @throws RemoteError of kind `invalid`, if one is wrong */
  abstract places(): Place[];

  /** Reads the secrets, once; afterwards the other members say what is. */
  ready(): Promise<void> {
    this.loading ??= this.load();
    return this.loading;
  }

  /** In this window it is another's, of which nothing is kept. */
  get visiting(): boolean {
    return this.guest !== undefined;
  }

  /** Is what it was before, by what is kept. */
  async leave(): Promise<void> {
    if (!this.guest) return;
    this.guest = undefined;
    await this.reload();
  }

  /** What is visited is not there any more: there is this error instead, until it is left. */
  async lose(error: RemoteError): Promise<void> {
    if (this.guest) await this.visit({ ...this.guest, connect: () => Promise.reject(error) });
  }

  /** Of the service. */
  get title(): string {
    return this.options.title;
  }

  get signedIn(): boolean {
    return this.values.has(this.options.fields[0]);
  }

  /** The service, or `undefined` when signed out or when a setting is wrong. */
  get backend(): Backend | undefined {
    return this.connection;
  }

  /** Why there is no backend though the person is signed in. */
  get error(): RemoteError | undefined {
    return this.problem;
  }

  /** Those that are kept, by name. */
  get accounts(): AccountInfo[] {
    const infos = this.stored.map(account => this.infoOf(account));
    return infos.sort((a, b) => a.name.localeCompare(b.name, locale(), { numeric: true }));
  }

  /** The one that is used when nobody is visited. */
  get current(): AccountInfo | undefined {
    return this.used && this.infoOf(this.used);
  }

  /** What is remembered for the person in use is marked with this: nothing, for somebody with one account. */
  get scope(): string {
    return this.used ? scopeOf(this.used.id) : '';
  }

  /** Whose things are shown: an account's, by its id, the sandbox's, or nobody's. Scopes would not tell first ones apart. */
  get owner(): string | undefined {
    if (this.guest) return VISITOR;
    return this.signedIn ? this.used?.id : undefined;
  }

  /** Of all the accounts that are kept. */
  get ids(): string[] {
    return this.stored.map(({ id }) => id);
  }

  /** The account that has an id, as long as there is one. */
  accountOf(id: string): AccountInfo | undefined {
    return this.accounts.find(each => each.id === id);
  }

  /** What tells the account in use from others, where there are others. */
  get label(): string {
    if (this.guest) return t('Sandbox');
    return this.stored.length > 1 ? (this.current?.name ?? '') : '';
  }

  /** @throws RemoteError that says what to do */
  async require(): Promise<Backend> {
    await this.ready();
    if (this.connection) return this.connection;
    throw this.problem ?? new RemoteError('credentials', this.options.signInFirst);
  }

  /** The account that has a key. */
  withKey(apiKey: string): AccountInfo | undefined {
    return this.accounts.find(({ id }) => this.stored.some(each => each.id === id && this.textOf(each) === apiKey));
  }

  /** A key as it was entered; one that is kept stays with the places that it was entered for before. */
  entered(apiKey: string, places: readonly Place[] = this.places()): AccountKey {
    const account = this.stored.find(each => this.textOf(each) === apiKey);
    return account ? this.keyOf(account) : new AccountKey(apiKey, places);
  }

  get currentKey(): AccountKey | undefined {
    return this.used && this.keyOf(this.used);
  }

  /** Adds an account, and uses it. @param name missing for somebody with one account */
  async add(apiKey: string, name: string | undefined, places?: readonly Place[]): Promise<void> {
    this.stayAtHome();
    await this.writing(() => this.store.add(apiKey, name, places));
  }

  /** @param id of the account in use, whose key another one takes the place of */
  async replaceKey(id: string, apiKey: string, places: readonly Place[]): Promise<void> {
    await this.acting(id, () => this.store.replaceKey(id, apiKey, places));
  }

  /** From now on the key of the account in use may go to these too. Only a person says so, who was shown both. */
  async allow(id: string, places: readonly Place[]): Promise<void> {
    const before = this.currentKey?.places ?? [];
    await this.acting(id, () => this.store.allow(id, [...new Set([...before, ...places])]));
  }

  /** In all windows. */
  async switchTo(id: string): Promise<void> {
    await this.ready();
    this.stayAtHome();
    if (!this.stored.some(each => each.id === id)) {
      throw new RemoteError('notFound', t('This account has been signed out of meanwhile. Choose another one.'));
    }
    await this.writing(() => this.store.choose(id));
  }

  async rename(id: string, name: string): Promise<void> {
    this.stayAtHome();
    await this.writing(() => this.store.rename(id, name));
  }

  /** Forgets an account. Where it is the one in use, nobody is signed in, until the person chooses another. */
  async signOut(id?: string): Promise<void> {
    await this.ready();
    this.stayAtHome();
    const account = id ?? this.current?.id;
    await this.writing(async () => account !== undefined && (await this.store.remove(account)));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  protected secret(field: string): string | undefined {
    return this.values.get(field);
  }

  /** Is this instead, in this window alone, until it is left. */
  protected async visit(guest: Guest<Backend>): Promise<void> {
    this.guest = guest;
    await this.reload();
  }

  /** @throws RemoteError while another's is visited, whose secrets are not to be mixed with the person's own */
  stayAtHome(): void {
    if (this.guest) throw new RemoteError('invalid', t('Leave the Sandbox first.'), { code: 'in_sandbox' });
  }

  /**
   * Keeps secrets of an account, and is what they make when it resolves.
   * @param id of the one that was in use when they were asked for @throws RemoteError where it is not any more
   */
  protected keep(id: string, secrets: Record<string, string | undefined>): Promise<void> {
    return this.acting(id, () => this.store.keep(id, secrets));
  }

  private async acting(id: string, act: () => PromiseLike<unknown>): Promise<void> {
    await this.ready();
    this.stayAtHome();
    if (this.used?.id !== id) {
      const text = t(
        'The account that this is for is not in use any more. Nothing was changed: switch to it, and try again.',
      );
      throw new RemoteError('invalid', text, { code: 'another_account' });
    }
    await this.writing(act);
  }

  private textOf({ secrets }: StoredAccount): string {
    return secrets.get(this.options.fields[0]) ?? '';
  }

  private keyOf(account: StoredAccount): AccountKey {
    return new AccountKey(this.textOf(account), account.places ?? this.options.publicPlaces);
  }

  private infoOf({ id, name }: StoredAccount): AccountInfo {
    return { id, name: name ?? this.options.title };
  }

  /** What is read while several secrets change one after the other is stale at once: it is read when all are written. */
  private async writing(act: () => PromiseLike<unknown>): Promise<void> {
    this.writes++;
    try {
      await act();
    } finally {
      this.writes--;
      await this.reload();
    }
  }

  private async reload(): Promise<void> {
    this.loading = this.load();
    await this.loading;
  }

  private async load(): Promise<void> {
    const turn = ++this.turn;
    const { guest } = this;
    const { accounts, current } = await this.store.read().catch(error => {
      // Whoever asks next reads again.
      if (turn === this.turn) this.loading = undefined;
      throw error;
    });
    const values = guest ? new Map(Object.entries(guest.secrets)) : (current?.secrets ?? new Map<string, string>());
    const account = guest ? VISITOR : JSON.stringify(current && [current.id, current.places, ...values]);
    const same = this.madeOf && this.madeOf.guest === guest && this.madeOf.account === account;
    const connect = () => (guest ? guest.connect() : current && this.connect(this.keyOf(current), current));
    const made = same ? undefined : await outcomeOf(connect);
    // Something changed meanwhile, and is being read.
    if (turn !== this.turn) return await this.loading;
    const before = JSON.stringify([this.accounts, this.current]);
    this.stored = accounts;
    this.used = current;
    this.values = values;
    if (made) {
      this.madeOf = { guest, account };
      this.connection = made.connection;
      this.problem = made.problem;
    }
    if (JSON.stringify([this.accounts, this.current]) !== before) this.listed.fire();
    if (made) this.changed.fire();
  }
}
