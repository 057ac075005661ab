import * as v from 'valibot';
import type * as vscode from 'vscode';
import { AccountKey, type Place } from '../core/accountKey.js';
import { RemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import { t } from '../core/l10n.js';
import type { Payment, Payments, Signer } from '../core/payments.js';
import type { TaskBackend } from '../core/tasks.js';
import type { AccountInfo } from './accountInfo.js';
import type { StoredAccount } from './accountStore.js';
import { VISITOR } from './guest.js';
import { SecretAccount } from './secretAccount.js';
import { addressSetting, optionalAddressSetting, setting } from './settings.js';

/** Which orchestrator and chain, as the settings say, or the sandbox's. */
export type NetworkChoice =
  | { name: 'mainnet' | 'testnet' }
  | { name: 'custom'; orchestratorUrl: string; rpcUrl: string; chainId: number; explorerUrl: string | undefined }
  | SandboxNetwork;

export interface SandboxNetwork {
  name: 'sandbox';
  orchestratorUrl: string;
  rpcUrl: string;
  chainId: number;
  /** Who signs the contract info. */
  signer: string;
  /** All that is kept of it, gone with it. */
  folder: string;
}

export interface SwanConnection {
  backend: TaskBackend;
  network: { name: string; chainId: number; explorerUrl?: string | undefined };
  /** Of a sandbox, whose money is not real and of which nothing is to stay: all that is kept of it. */
  sandboxFolder?: string | undefined;
}

export type CreateSwan = (account: NetworkChoice & SwanIdentity) => Promise<SwanConnection>;

export interface SwanIdentity {
  key: AccountKey;
  wallet: string | undefined;
  /** Marks the payments that are made with it. */
  id: string;
  /** Whether a payment is another account's. */
  isOthers(payment: Pick<Payment, 'wallet' | 'account'>): boolean;
}

/** Whose tasks are listed, and what can sign for them. A keystore's password is never kept. */
const walletSchema = v.variant('type', [
  v.object({ type: v.literal('key'), address: v.string(), privateKey: v.string() }),
  v.object({ type: v.literal('keystore'), address: v.string(), keystore: v.string() }),
  v.object({ type: v.literal('address'), address: v.string() }),
]);
export type Wallet = v.InferOutput<typeof walletSchema>;

const API_KEY = 'apiKey';
const WALLET = 'wallet';

/** The Swan accounts of this person: an API key and a wallet each, and the network that all of them are for. */
export class SwanAccount extends SecretAccount<SwanConnection> {
  /** Of a keystore that was opened in this window. */
  private opened: { keystore: string; signer: Signer } | undefined;
  private readonly paid = new Emitter<Payment>();
  /** Each step of a payment in this window. */
  readonly onDidChangePayment = this.paid.event;

  constructor(
    secrets: vscode.SecretStorage,
    state: vscode.Memento,
    private readonly create: CreateSwan,
    private readonly placesOf: (network: NetworkChoice) => Place[],
  ) {
    super({
      service: 'swan',
      title: t('Swan Chain'),
      fields: [API_KEY, WALLET],
      secrets,
      state,
      settings: ['swan.network', 'swan.custom', 'payments.confirmations'],
      signInFirst: t('Sign in to Swan Chain first.'),
      publicPlaces: placesOf({ name: 'mainnet' }),
    });
    this.onDidChange(() => {
      const { wallet } = this;
      if (wallet?.type !== 'keystore' || wallet.keystore !== this.opened?.keystore) this.opened = undefined;
    });
  }

  get wallet(): Wallet | undefined {
    return parseWallet(this.secret(WALLET));
  }

  /** The wallet of an account that is kept. */
  walletOf(id: string): Wallet | undefined {
    return parseWallet(this.stored.find(each => each.id === id)?.secrets.get(WALLET));
  }

  /** Whose a payment is: of the account that made it, or else of one that has its wallet. */
  payerOf({ account, wallet }: Pick<Payment, 'wallet' | 'account'>): AccountInfo | undefined {
    const { accounts, current } = this;
    const preferred = current ? [current, ...accounts] : accounts;
    return accounts.find(({ id }) => id === account) ?? preferred.find(({ id }) => this.hasWallet(id, wallet));
  }

  /** Whether it was made with the key in use, or with none that is known. */
  isOwn(payment: Pick<Payment, 'wallet' | 'account'>): boolean {
    if (this.visiting || this.accounts.length < 2) return true;
    return this.payerOf(payment)?.id === this.current?.id;
  }

  /** @throws RemoteError that says what to do */
  async requireWallet(): Promise<Wallet> {
    await this.ready();
    if (this.wallet) return this.wallet;
    throw new RemoteError('invalid', t('Set a wallet first: Remote Compute: Set Wallet…'), { code: 'no_wallet' });
  }

  /** The same, of one that can sign. @throws RemoteError that says what to do */
  async requirePayer(): Promise<Exclude<Wallet, { type: 'address' }>> {
    const wallet = await this.requireWallet();
    if (wallet.type !== 'address') return wallet;
    throw new RemoteError(
      'invalid',
      t(
        'This wallet is an address alone, which cannot sign. Pay elsewhere and use “Validate Payment…”, or set a wallet with its key.',
      ),
      { code: 'cannot_sign' },
    );
  }

  /** Is the sandbox's account in this window, with its wallet, until it is left. @param sandbox missing where it has no Swan */
  enter(
    sandbox: { network: SandboxNetwork; apiKey: string; wallet: { address: string; privateKey: string } } | undefined,
  ): Promise<void> {
    if (!sandbox) return this.visit({ secrets: {}, connect: async () => undefined });
    const { network, apiKey, wallet } = sandbox;
    const key = new AccountKey(apiKey, this.placesOf(network));
    return this.visit({
      secrets: { [API_KEY]: apiKey, [WALLET]: JSON.stringify({ type: 'key', ...wallet }) },
      connect: () => this.open({ ...network, key, wallet: wallet.address, id: VISITOR, isOthers: () => false }),
    });
  }

  async verify(key: AccountKey, signal?: AbortSignal): Promise<void> {
    this.stayAtHome();
    const wallet = this.wallet?.address;
    const { backend } = await this.create({ ...network(), key, wallet, id: '', isOthers: () => false });
    await backend.signIn(signal);
  }

  /**
   * @param id of the account in use that it is for
   * @param signer of a keystore that is open already
   */
  async setWallet(id: string, wallet: Wallet, signer?: Signer): Promise<void> {
    await this.keep(id, { [WALLET]: JSON.stringify(wallet) });
    if (wallet.type === 'keystore' && signer) this.opened = { keystore: wallet.keystore, signer };
  }

  /**
   * What signs for the wallet.
   * @param open asks for a keystore's password, once per window
   * @throws RemoteError where there is an address alone
   */
  async signer(open: (payments: Payments, keystore: string) => Promise<Signer>): Promise<Signer> {
    const { payments } = (await this.require()).backend;
    const wallet = await this.requirePayer();
    if (wallet.type === 'key') return await payments.signerFromKey(wallet.privateKey);
    const { keystore, address } = wallet;
    if (this.opened?.keystore === keystore) return this.opened.signer;
    const signer = await open(payments, keystore);
    if (!same(signer.address, address)) {
      throw new RemoteError(
        'invalid',
        t(
          'The key in this keystore is the one of {0}, and the wallet was set as {1}. Set the wallet again.',
          signer.address,
          address,
        ),
      );
    }
    this.opened = { keystore, signer };
    return signer;
  }

  places(): Place[] {
    return this.placesOf(network());
  }

  protected override async connect(key: AccountKey, { id, secrets }: StoredAccount): Promise<SwanConnection> {
    const wallet = parseWallet(secrets.get(WALLET))?.address;
    const isOthers: SwanIdentity['isOthers'] = payment =>
      payment.account !== id && !same(payment.wallet, wallet) && (this.payerOf(payment)?.id ?? id) !== id;
    return await this.open({ ...network(), key, wallet, id, isOthers });
  }

  private hasWallet(id: string, address: string): boolean {
    return same(this.walletOf(id)?.address, address);
  }

  private async open(choice: Parameters<CreateSwan>[0]): Promise<SwanConnection> {
    const connection = await this.create(choice);
    connection.backend.payments.onDidChange(payment => this.paid.fire(payment));
    return connection;
  }
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

function parseWallet(text: string | undefined): Wallet | undefined {
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), walletSchema), text);
  return parsed.success ? parsed.output : undefined;
}

function network(): NetworkChoice {
  const name = setting<'mainnet' | 'testnet' | 'custom'>('swan.network', 'mainnet');
  if (name !== 'custom') return { name };
  return {
    name,
    orchestratorUrl: addressSetting('swan.custom.orchestratorUrl', 'https:'),
    rpcUrl: addressSetting('swan.custom.rpcUrl', 'https:'),
    chainId: setting('swan.custom.chainId', 0),
    explorerUrl: optionalAddressSetting('swan.custom.explorerUrl', 'https:'),
  };
}
