import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contract, hexlify, JsonRpcProvider, Transaction, toQuantity, Wallet } from 'ethers';
import type { Clock } from '../../src/core/clock.js';
import { Emitter } from '../../src/core/events.js';
import type { Payment, PaymentKind, PaymentRequest, Quote, Signer } from '../../src/core/payments.js';
import type { Pricing } from '../../src/core/tasks.js';
import type { SwanServices } from '../../src/sandbox/swan.js';
import { type Api, createApi } from '../../src/swan/api.js';
import { Journal } from '../../src/swan/journal/journal.js';
import { Locks } from '../../src/swan/journal/locks.js';
import type { Network } from '../../src/swan/networks.js';
import type { Pace } from '../../src/swan/payments/context.js';
import { createEngine, type Engine, type EngineOptions } from '../../src/swan/payments/engine.js';
import type { OnStep } from '../../src/swan/payments/steps.js';
import { Transport } from '../../src/swan/transport.js';
import { patientClock } from './hurry.js';
import type { Stats } from './swan.js';

/** Fast enough for a test, and patient enough for a busy machine. */
export const PACE: Partial<Pace> = { pollMs: 20, patienceMs: 120_000, tellPatienceMs: 120_000 };
/** The least that locks allow. */
const STALE_MS = 2_000;

export function networkOf(services: SwanServices): Network {
  const { url, rpcUrl, chainId, signer } = services;
  return { name: 'Sandbox', chainId, rpcUrl, explorerUrl: undefined, orchestratorUrl: url, signer };
}

export interface PayerOptions {
  services: SwanServices;
  folder: string;
  privateKey: string;
  /** The key's own. To compute it takes longer than most lives of a process that is to be killed. */
  wallet?: string | undefined;
  pace?: Partial<Pace>;
  onStep?: OnStep | undefined;
  clock?: Clock;
  /** Whose account's payments are none of this window's. */
  isOthers?: EngineOptions['isOthers'];
}

/** One window of somebody who pays: an engine over a journal, and a wallet. */
export class Payer {
  readonly api: Api;
  readonly journal: Journal;
  readonly locks: Locks;
  readonly engine: Engine;
  readonly changes = new Emitter<Payment>();
  readonly history: Payment[] = [];
  readonly wallet: string;

  constructor(private readonly options: PayerOptions) {
    const { services, folder, privateKey, pace, onStep, isOthers, clock = patientClock() } = options;
    this.wallet = options.wallet ?? new Wallet(privateKey).address;
    this.api = createApi(new Transport({ baseUrl: services.url, apiKey: services.apiKey, clock }), clock);
    this.journal = new Journal(folder, clock);
    this.locks = new Locks(join(folder, 'locks'), clock, STALE_MS);
    this.engine = createEngine({
      network: networkOf(services),
      api: this.api,
      clock,
      journal: this.journal,
      locks: this.locks,
      changed: payment => {
        this.history.push(payment);
        this.changes.fire(payment);
      },
      pace: { ...PACE, ...pace },
      onStep,
      ...(isOthers && { isOthers }),
    });
  }

  signer(): Promise<Signer> {
    return this.engine.signerFromKey(this.options.privateKey);
  }

  /** A new task of the wallet, unpaid. */
  async create(duration: number = 3_600, pricing: Pricing = 'dynamic', name: string = 'C1ae.medium'): Promise<string> {
    const { data } = await this.api.createTask(pricing, {
      duration,
      cfg_name: name,
      region: 'global',
      start_in: 300,
      wallet: this.wallet,
      job_source_uri: 'https://example.com/spaces/app',
      preferred_cp: undefined,
      ip_whitelist: undefined,
    });
    return data.id;
  }

  request(task: string, kind: PaymentKind = 'create', more: Partial<PaymentRequest> = {}): PaymentRequest {
    const { clientContract: client, swanToken: token } = this.options.services;
    return { task, kind, wallet: this.wallet, pricing: 'dynamic', contract: { client, token }, ...more };
  }

  quote(task: string, kind: PaymentKind = 'create', more: Partial<PaymentRequest> = {}): Promise<Quote> {
    return this.engine.estimate(this.request(task, kind, more));
  }

  async pay(task: string, kind: PaymentKind = 'create', more: Partial<PaymentRequest> = {}): Promise<Payment> {
    return this.engine.pay(await this.quote(task, kind, more), await this.signer());
  }
}

/** The chain as a test reads it, past the client. */
export class Reader {
  private readonly provider: JsonRpcProvider;
  private readonly token: Contract;
  private readonly client: Contract;

  constructor(private readonly services: SwanServices) {
    this.provider = new JsonRpcProvider(services.rpcUrl, services.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
      batchMaxCount: 1,
    });
    this.provider.pollingInterval = 50;
    this.token = new Contract(
      services.swanToken,
      [
        'function balanceOf(address) view returns (uint256)',
        'function allowance(address, address) view returns (uint256)',
        'function approve(address, uint256)',
        'event Approval(address indexed owner, address indexed spender, uint256 value)',
        'event Transfer(address indexed from, address indexed to, uint256 value)',
      ],
      this.provider,
    );
    this.client = new Contract(
      services.clientContract,
      [
        'function amountPaid(string) view returns (uint256)',
        'event PaymentSubmitted(address payer, string uuid, uint256 hardwareId, uint256 price, uint256 duration, uint256 snapshotId)',
      ],
      this.provider,
    );
  }

  send(method: string, ...params: unknown[]): Promise<unknown> {
    return this.provider.send(method, params);
  }

  async balance(wallet: string): Promise<bigint> {
    return this.token.getFunction('balanceOf')(wallet);
  }

  async allowance(wallet: string): Promise<bigint> {
    return this.token.getFunction('allowance')(wallet, this.services.clientContract);
  }

  async amountPaid(task: string): Promise<bigint> {
    return this.client.getFunction('amountPaid')(task);
  }

  nonce(wallet: string): Promise<number> {
    return this.provider.getTransactionCount(wallet, 'latest');
  }

  /** With what waits for a block. */
  pendingNonce(wallet: string): Promise<number> {
    return this.provider.getTransactionCount(wallet, 'pending');
  }

  /** Of a transaction. */
  async nonceOf(hash: string): Promise<number | undefined> {
    return (await this.provider.getTransaction(hash))?.nonce;
  }

  /** What each approval that the wallet sent allowed, and what each payment took. */
  async moves(wallet: string): Promise<{ approved: bigint[]; paid: bigint[] }> {
    const { clientContract, swanToken } = this.services;
    const logs = (name: string) =>
      this.token.queryFilter(this.token.filters[name]?.(wallet, clientContract) ?? name, 0);
    const [approvals, transfers] = await Promise.all([logs('Approval'), logs('Transfer')]);
    // Taking tokens lowers the allowance, which is an event as well.
    const sent = await Promise.all(approvals.map(async log => (await log.getTransaction()).to === swanToken));
    return {
      approved: approvals.filter((_, index) => sent[index]).map(log => BigInt(log.data)),
      paid: transfers.map(log => BigInt(log.data)),
    };
  }

  /** All that the contract has taken, as its events tell. */
  async submitted(): Promise<{ payer: string; task: string; amount: bigint }[]> {
    const logs = await this.client.queryFilter('PaymentSubmitted', 0);
    return logs.map(log => {
      const [payer, task, , price, duration] = this.client.interface.decodeEventLog('PaymentSubmitted', log.data);
      return { payer, task, amount: (BigInt(price) * BigInt(duration)) / 3600n };
    });
  }

  /** A wallet of its own with tokens and gas, so that tests do not wait for each other's nonces. */
  async fund(tokens: bigint): Promise<string> {
    const { address, privateKey } = new Wallet(hexlify(randomBytes(32)));
    await this.send('anvil_setBalance', address, '0x56bc75e2d63100000');
    await this.send('anvil_dealERC20', address, this.services.swanToken, toQuantity(tokens));
    return privateKey;
  }

  async approve(privateKey: string, amount: bigint): Promise<void> {
    const data = this.token.interface.encodeFunctionData('approve', [this.services.clientContract, amount]);
    await (await new Wallet(privateKey, this.provider).sendTransaction({ to: this.services.swanToken, data })).wait();
  }

  /** What only a sandbox can do. */
  async act(name: string, params: object = {}): Promise<void> {
    const response = await fetch(`${this.services.url}/sandbox/swan/${name}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.services.apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(params),
    });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  }

  /** A transaction of another program with the same wallet, at a nonce. */
  async spend(privateKey: string, nonce: number): Promise<void> {
    const wallet = new Wallet(privateKey, this.provider);
    await (await wallet.sendTransaction({ to: wallet.address, nonce })).wait();
  }

  /** The same call as `raw` makes, from another program. @param type of transaction @returns its hash */
  async replace(privateKey: string, nonce: number, raw: string, type: number = 2): Promise<string> {
    const { to, data } = Transaction.from(raw);
    const sent = await new Wallet(privateKey, this.provider).sendTransaction({ to, data, nonce, type });
    await sent.wait();
    return sent.hash;
  }

  /** What the sandbox was asked so far. */
  async stats(): Promise<Stats> {
    const headers = { Authorization: `Bearer ${this.services.apiKey}` };
    const answer: Stats = JSON.parse(
      await (await fetch(`${this.services.url}/sandbox/swan/stats`, { headers })).text(),
    );
    return answer;
  }

  /** Takes back the last blocks and what is in them. */
  async reorganise(depth: number): Promise<void> {
    await this.send('anvil_reorg', depth, []);
  }

  async mine(blocks: number): Promise<void> {
    await this.send('anvil_mine', `0x${blocks.toString(16)}`);
  }

  async stopMining(): Promise<void> {
    await this.send('evm_setAutomine', false);
  }

  /** Mines each transaction as it comes. */
  async mineAtOnce(): Promise<void> {
    await this.send('evm_setIntervalMining', 0);
    await this.send('evm_setAutomine', true);
  }

  close(): void {
    this.provider.destroy();
  }
}

export function temporaryJournal(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'payments-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
