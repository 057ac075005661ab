import type * as vscode from 'vscode';
import type { MachineBackend } from '../core/backend.js';
import { RemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import { addressSetting, onDidChangeSetting } from './settings.js';

export interface Addresses {
  httpUrl: string;
  wsUrl: string;
}

export type CreateBackend = (account: Addresses & { apiKey: string }) => MachineBackend;

const SECRET = 'decthings.apiKey';

/**
 * The Decthings account of this person: an API key in SecretStorage, which all windows share, and the addresses it is
 * for. Nothing is read before `ready`.
 */
export class DecthingsAccount implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  /** Signed in, signed out, another key or another address. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private loading: Promise<void> | undefined;
  private apiKey: string | undefined;
  private connection: MachineBackend | undefined;
  private problem: RemoteError | undefined;

  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly createBackend: CreateBackend,
  ) {
    this.subscriptions = [
      secrets.onDidChange(event => {
        if (event.key === SECRET && this.loading) void this.reload();
      }),
      onDidChangeSetting('decthings', () => {
        if (this.loading) void this.reload();
      }),
    ];
  }

  /** Reads the key, once; afterwards the other members say what is. */
  ready(): Promise<void> {
    this.loading ??= this.load();
    return this.loading;
  }

  /** The service, or `undefined` when signed out or when an address is wrong. */
  get backend(): MachineBackend | undefined {
    return this.connection;
  }

  get signedIn(): boolean {
    return this.apiKey !== undefined;
  }

  /** For VS Code's Accounts menu, which is given the key on the person's consent. */
  get key(): string | undefined {
    return this.apiKey;
  }

  /** Why there is no backend though there is a key. */
  get error(): RemoteError | undefined {
    return this.problem;
  }

  /** @throws RemoteError that says what to do */
  async require(): Promise<MachineBackend> {
    await this.ready();
    if (this.connection) return this.connection;
    throw this.problem ?? new RemoteError('credentials', 'Sign in to Decthings first.');
  }

  /** Asks the service whether it accepts the key, then keeps it. */
  async signIn(apiKey: string, signal?: AbortSignal): Promise<void> {
    await this.createBackend({ ...addresses(), apiKey }).launchers.list({ limit: 1 }, signal);
    await this.ready();
    await this.secrets.store(SECRET, apiKey);
    if (this.apiKey !== apiKey) await this.reload();
  }

  async signOut(): Promise<void> {
    await this.ready();
    await this.secrets.delete(SECRET);
    if (this.apiKey !== undefined) await this.reload();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async reload(): Promise<void> {
    this.loading = this.load();
    await this.loading;
  }

  private async load(): Promise<void> {
    const apiKey = await this.secrets.get(SECRET);
    this.apiKey = apiKey;
    this.connection = undefined;
    this.problem = undefined;
    if (apiKey !== undefined) {
      try {
        this.connection = this.createBackend({ ...addresses(), apiKey });
      } catch (error) {
        this.problem = error instanceof RemoteError ? error : new RemoteError('invalid', String(error));
      }
    }
    this.changed.fire();
  }
}

function addresses(): Addresses {
  return {
    httpUrl: addressSetting('decthings.httpUrl', 'https:'),
    wsUrl: addressSetting('decthings.wsUrl', 'wss:'),
  };
}
