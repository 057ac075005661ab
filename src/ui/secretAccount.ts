import type * as vscode from 'vscode';
import { RemoteError, toRemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import { t } from '../core/l10n.js';
import { onDidChangeSetting } from './settings.js';

export interface SecretAccountOptions {
  secrets: vscode.SecretStorage;
  /** The first of them is the one that makes a person signed in. */
  keys: readonly [string, ...string[]];
  /** The settings that the connection depends on. */
  settings: readonly string[];
  /** What to say to somebody who is not signed in. */
  signInFirst: string;
}

/** What an account is for a while, instead of what is kept: nothing of it is kept. */
export interface Guest<Backend> {
  secrets: Record<string, string>;
  connect(): Promise<Backend | undefined>;
}

/**
 * An account whose secrets are in SecretStorage, which all windows share, and the connection that they make. Nothing is
 * read before `ready`; a change in any window is a change in all.
 */
export abstract class SecretAccount<Backend> implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  /** Signed in, signed out, another secret or another address. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private loading: Promise<void> | undefined;
  private kept = new Map<string, string>();
  private values = new Map<string, string>();
  private guest: Guest<Backend> | undefined;
  private connection: Backend | undefined;
  private problem: RemoteError | undefined;

  constructor(private readonly options: SecretAccountOptions) {
    const reloadIfLoaded = () => {
      if (this.loading) void this.reload();
    };
    this.subscriptions = [
      options.secrets.onDidChange(({ key }) => options.keys.includes(key) && reloadIfLoaded()),
      ...options.settings.map(name => onDidChangeSetting(name, reloadIfLoaded)),
    ];
  }

  /** @throws RemoteError of kind `invalid`, if a setting is wrong @returns `undefined` while something is missing */
  protected abstract connect(secret: (key: string) => string | undefined): Promise<Backend | undefined>;

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

  get signedIn(): boolean {
    return this.values.has(this.options.keys[0]);
  }

  /** The service, or `undefined` when signed out or when a setting is wrong. */
  get backend(): Backend | undefined {
    return this.connection;
  }

  /** Why there is no backend though the person is signed in. */
  get error(): RemoteError | undefined {
    return this.problem;
  }

  /** @throws RemoteError that says what to do */
  async require(): Promise<Backend> {
    await this.ready();
    if (this.connection) return this.connection;
    throw this.problem ?? new RemoteError('credentials', this.options.signInFirst);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  protected secret(key: string): string | undefined {
    return this.values.get(key);
  }

  /** The same, of what is kept, whoever is visited. */
  protected keptSecret(key: string): string | undefined {
    return this.kept.get(key);
  }

  /** Is this instead, in this window alone, until it is left. */
  protected async visit(guest: Guest<Backend>): Promise<void> {
    this.guest = guest;
    await this.reload();
  }

  /** @throws RemoteError while another's is visited, whose secrets are not to be mixed with the person's own */
  protected stayAtHome(): void {
    if (this.guest) throw new RemoteError('invalid', t('Leave the Sandbox first.'), { code: 'in_sandbox' });
  }

  /** Keeps secrets, or with `undefined` forgets them, and is what they make when it resolves. */
  protected async keep(secrets: Record<string, string | undefined>): Promise<void> {
    await this.ready();
    this.stayAtHome();
    for (const [key, value] of Object.entries(secrets)) {
      if (value === undefined) await this.options.secrets.delete(key);
      else await this.options.secrets.store(key, value);
    }
    if (Object.entries(secrets).some(([key, value]) => this.values.get(key) !== value)) await this.reload();
  }

  private async reload(): Promise<void> {
    this.loading = this.load();
    await this.loading;
  }

  private async load(): Promise<void> {
    const { keys, secrets } = this.options;
    const { guest } = this;
    const read = await Promise.all(keys.map(async key => [key, await secrets.get(key)] as const));
    const kept = new Map(read.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
    const values = guest ? new Map(Object.entries(guest.secrets)) : kept;
    const loading = this.loading;
    const connecting = guest ? guest.connect() : this.connect(key => values.get(key));
    const made = await connecting.then(
      connection => ({ connection, problem: undefined }),
      error => ({ connection: undefined, problem: toRemoteError(error) }),
    );
    // Something changed meanwhile, and is being read.
    if (loading !== this.loading) return;
    this.kept = kept;
    this.values = values;
    this.connection = made.connection;
    this.problem = made.problem;
    this.changed.fire();
  }
}
