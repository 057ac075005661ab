import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Contract, JsonRpcProvider, type TransactionReceipt, Wallet } from 'ethers';
import type { SwanServices } from '../../../../src/sandbox/swan.js';
import { until } from '../until.js';

export type Json = Record<string, unknown>;

export interface Answer {
  httpStatus: number;
  status: string;
  message: string;
  data: unknown;
}

export function recorded(name: string): unknown {
  return JSON.parse(readFileSync(`test/data/swan/${name}.json`, 'utf8'));
}

function abi(name: string): string {
  return readFileSync(`test/data/swan/${name}.json`, 'utf8');
}

/** What a client of the wire is at the least: requests, transactions, and no opinions. */
export class SwanClient {
  readonly provider: JsonRpcProvider;
  readonly wallet: Wallet;
  /** With the interfaces of the real contracts, so that ours must meet them. */
  readonly token: Contract;
  readonly contract: Contract;
  bearer = '';

  constructor(readonly services: SwanServices) {
    this.provider = new JsonRpcProvider(services.rpcUrl, services.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
      // Nothing waits to be sent together with more.
      batchMaxCount: 1,
    });
    this.provider.pollingInterval = 20;
    this.wallet = new Wallet(services.wallet.privateKey, this.provider);
    this.token = new Contract(services.swanToken, abi('SwanToken'), this.wallet);
    this.contract = new Contract(services.clientContract, abi('ClientPayment'), this.wallet);
  }

  async login(): Promise<void> {
    const { data } = await this.post('/login_by_api_key', { api_key: this.services.apiKey });
    assert.ok(typeof data === 'string');
    this.bearer = data;
  }

  get(path: string): Promise<Answer> {
    return this.request(path, {});
  }

  post(path: string, form: Record<string, string>): Promise<Answer> {
    return this.request(path, { method: 'POST', body: new URLSearchParams(form) });
  }

  async act(name: string, params: object = {}): Promise<void> {
    const response = await fetch(`${this.services.url}/sandbox/swan/${name}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.services.apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(params),
    });
    assert.equal(response.status, 200, await response.text());
  }

  /** A new task, unpaid. */
  async create(fields: Record<string, string> = {}, path = '/v2/task_deployment-dp'): Promise<Json> {
    const form = {
      duration: '3600',
      cfg_name: 'C1ae.medium',
      region: 'global',
      start_in: '300',
      wallet: this.wallet.address,
      job_source_uri: 'https://example.com/spaces/app',
      ...fields,
    };
    return at(dataOf(await this.post(path, form)), 'task');
  }

  async deployment(uuid: string): Promise<Json> {
    return dataOf(await this.get(`/v2/task_deployment/${uuid}`));
  }

  /** Waits until a task is in a state, and gives its whole deployment. */
  reaches(uuid: string, status: string): Promise<Json> {
    return until(`${uuid} is ${status}`, async () => {
      const deployment = await this.deployment(uuid);
      return at(deployment, 'task').status === status && deployment;
    });
  }

  /** Approves and pays as the contract asks. @returns the receipt of the payment */
  async pay(
    call: 'submitPayment' | 'renewPayment',
    { uuid, hardware, price, duration }: { uuid: string; hardware: number; price?: bigint; duration: number },
  ): Promise<TransactionReceipt> {
    const rate = price ?? (await this.contract.getFunction('hardwareInfo')(hardware)).pricePerHour;
    await this.send(this.token, 'approve', this.services.clientContract, (rate * BigInt(duration)) / 3600n);
    const signature =
      price === undefined ? `${call}(string,uint256,uint256)` : `${call}(string,uint256,uint256,uint256)`;
    const args = price === undefined ? [uuid, hardware, duration] : [uuid, hardware, price, duration];
    return this.send(this.contract, signature, ...args);
  }

  async send(contract: Contract, name: string, ...args: unknown[]): Promise<TransactionReceipt> {
    const receipt = await (await contract.getFunction(name).send(...args)).wait();
    assert.ok(receipt);
    return receipt;
  }

  async read(contract: Contract, name: string, ...args: unknown[]): Promise<bigint> {
    const value: unknown = await contract.getFunction(name)(...args);
    assert.ok(typeof value === 'bigint');
    return value;
  }

  close(): void {
    this.provider.destroy();
  }

  private async request(path: string, init: RequestInit): Promise<Answer> {
    const headers = { Authorization: `Bearer ${this.bearer}` };
    const response = await fetch(`${this.services.url}${path}`, { ...init, headers });
    const envelope: unknown = await response.json();
    assert.deepEqual(Object.keys(Object(envelope)), ['data', 'message', 'status']);
    return { httpStatus: response.status, ...Object(envelope) };
  }
}

export function dataOf({ status, message, data }: Answer): Json {
  assert.equal(status, 'success', message);
  return record(data);
}

export function at(from: Json, ...path: string[]): Json {
  return record(path.reduce<unknown>((value, key) => Object(value)[key], from));
}

export function listAt(from: Json, key: string): Json[] {
  const value = from[key];
  assert.ok(Array.isArray(value), key);
  return value.map(record);
}

export function text(from: Json, key: string): string {
  const value = from[key];
  assert.ok(typeof value === 'string', `${key}: ${value}`);
  return value;
}

function record(value: unknown): Json {
  assert.ok(typeof value === 'object' && value !== null, `${value}`);
  return { ...value };
}
