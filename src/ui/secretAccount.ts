import type * as vscode from 'vscode';
import { RemoteError, toRemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
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
  private values = new Map<string, string>();
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

  /** Keeps secrets, or with `undefined` forgets them, and is what they make when it resolves. */
  protected async keep(secrets: Record<string, string | undefined>): Promise<void> {
    await this.ready();
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
    const read = await Promise.all(keys.map(async key => [key, await secrets.get(key)] as const));
    const values = new Map(read.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
    const loading = this.loading;
    const made = await this.connect(key => values.get(key)).then(
      connection => ({ connection, problem: undefined }),
      error => ({ connection: undefined, problem: toRemoteError(error) }),
    );
    // Something changed meanwhile, and is being read.
    if (loading !== this.loading) return;
    this.values = values;
    this.connection = made.connection;
    this.problem = made.problem;
    this.changed.fire();
  }
}
