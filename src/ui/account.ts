import type * as vscode from 'vscode';
import { AccountKey, originOf, type Place } from '../core/accountKey.js';
import type { MachineBackend } from '../core/backend.js';
import { t } from '../core/l10n.js';
import type { AccountInfo } from './accountInfo.js';
import { SecretAccount } from './secretAccount.js';
import { addressSetting } from './settings.js';

export interface Addresses {
  httpUrl: string;
  wsUrl: string;
}

export type CreateBackend = (account: Addresses & { key: AccountKey }) => Promise<MachineBackend>;

const API_KEY = 'apiKey';
/** As the settings are by default. */
const PUBLIC_PLACES = ['https://api.decthings.com', 'wss://api.decthings.com'];

/** The Decthings accounts of this person: an API key each, and the addresses that all of them are for. */
export class DecthingsAccount extends SecretAccount<MachineBackend> {
  private signedWith: { key: string | undefined } = { key: undefined };

  constructor(
    secrets: vscode.SecretStorage,
    state: vscode.Memento,
    private readonly createBackend: CreateBackend,
  ) {
    super({
      service: 'decthings',
      title: 'Decthings',
      fields: [API_KEY],
      secrets,
      state,
      settings: ['decthings'],
      signInFirst: t('Sign in to Decthings first.'),
      publicPlaces: PUBLIC_PLACES,
    });
  }

  /** Another object for another key, and the same for other addresses. */
  get credentials(): object {
    const key = this.secret(API_KEY);
    if (this.signedWith.key !== key) this.signedWith = { key };
    return this.signedWith;
  }

  /** For VS Code's Accounts menu, which has the service's name beside each, and is given a key on the person's consent. */
  get keys(): (AccountInfo & { key: string })[] {
    const [only, ...others] = this.stored;
    const plain = only?.name === undefined && others.length === 0;
    const keys = new Map(this.stored.map(({ id, secrets }) => [id, secrets.get(API_KEY) ?? '']));
    return this.accounts.map(({ id, name }) => ({ id, name: plain ? t('API key') : name, key: keys.get(id) ?? '' }));
  }

  /** Is the sandbox's account in this window, until it is left. */
  enter(sandbox: Addresses & { apiKey: string }): Promise<void> {
    const { apiKey, ...where } = sandbox;
    const key = new AccountKey(apiKey, placesOf(where));
    return this.visit({ secrets: { [API_KEY]: apiKey }, connect: () => this.createBackend({ ...where, key }) });
  }

  async verify(key: AccountKey, signal?: AbortSignal): Promise<void> {
    this.stayAtHome();
    const { launchers } = await this.createBackend({ ...addresses(), key });
    await launchers.list({ limit: 1 }, signal);
  }

  places(): Place[] {
    return placesOf(addresses());
  }

  protected override async connect(key: AccountKey): Promise<MachineBackend> {
    return await this.createBackend({ ...addresses(), key });
  }
}

function placesOf({ httpUrl, wsUrl }: Addresses): Place[] {
  return [originOf(httpUrl), originOf(wsUrl)];
}

function addresses(): Addresses {
  return {
    httpUrl: addressSetting('decthings.httpUrl', 'https:'),
    wsUrl: addressSetting('decthings.wsUrl', 'wss:'),
  };
}
