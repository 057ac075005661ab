import type * as vscode from 'vscode';
import type { MachineBackend } from '../core/backend.js';
import { t } from '../core/l10n.js';
import { SecretAccount } from './secretAccount.js';
import { addressSetting } from './settings.js';

export interface Addresses {
  httpUrl: string;
  wsUrl: string;
}

export type CreateBackend = (account: Addresses & { apiKey: string }) => Promise<MachineBackend>;

const SECRET = 'decthings.apiKey';

/** The Decthings account of this person: an API key, and the addresses it is for. */
export class DecthingsAccount extends SecretAccount<MachineBackend> {
  constructor(
    secrets: vscode.SecretStorage,
    private readonly createBackend: CreateBackend,
  ) {
    super({ secrets, keys: [SECRET], settings: ['decthings'], signInFirst: t('Sign in to Decthings first.') });
  }

  /** For VS Code's Accounts menu, which is given the key on the person's consent. */
  get key(): string | undefined {
    return this.keptSecret(SECRET);
  }

  /** Is the sandbox's account in this window, until it is left. */
  enter(sandbox: Addresses & { apiKey: string }): Promise<void> {
    return this.visit({ secrets: { [SECRET]: sandbox.apiKey }, connect: () => this.createBackend(sandbox) });
  }

  /** Asks the service whether it accepts the key, then keeps it. */
  async signIn(apiKey: string, signal?: AbortSignal): Promise<void> {
    this.stayAtHome();
    const { launchers } = await this.createBackend({ ...addresses(), apiKey });
    await launchers.list({ limit: 1 }, signal);
    await this.keep({ [SECRET]: apiKey });
  }

  signOut(): Promise<void> {
    return this.keep({ [SECRET]: undefined });
  }

  protected override async connect(secret: (key: string) => string | undefined): Promise<MachineBackend | undefined> {
    const apiKey = secret(SECRET);
    return apiKey === undefined ? undefined : await this.createBackend({ ...addresses(), apiKey });
  }
}

function addresses(): Addresses {
  return {
    httpUrl: addressSetting('decthings.httpUrl', 'https:'),
    wsUrl: addressSetting('decthings.wsUrl', 'wss:'),
  };
}
