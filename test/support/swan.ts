// The sandbox's Swan, as a test reads and disturbs it past the extension.
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import type { Sandbox } from './sandbox.mjs';

type Services = Sandbox['services']['swan'];

const TOKEN = [
  'function balanceOf(address) view returns (uint256)',
  'function approve(address, uint256) returns (bool)',
  'function transfer(address, uint256) returns (bool)',
  'event Approval(address indexed owner, address indexed spender, uint256 value)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
];
const CLIENT = [
  'function amountPaid(string) view returns (uint256)',
  'function refundedAmount(string) view returns (uint256)',
  'function submitPayment(string, uint256, uint256, uint256)',
  'function renewPayment(string, uint256, uint256, uint256)',
];

export interface Stats {
  calls: Record<string, number>;
  rpc: Record<string, number>;
}

/** What is paid, by whom, and how. */
export interface Bill {
  task: string;
  hardwareId: number;
  pricePerHour: bigint;
  duration: number;
  kind: 'submitPayment' | 'renewPayment';
}

export class Swan {
  private readonly provider: JsonRpcProvider;
  private readonly token: Contract;
  private readonly client: Contract;

  constructor(readonly services: Services) {
    const { rpcUrl, chainId, swanToken, clientContract, wallet } = services;
    this.provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
    this.provider.pollingInterval = 50;
    const signer = new Wallet(wallet.privateKey, this.provider);
    this.token = new Contract(swanToken, TOKEN, signer);
    this.client = new Contract(clientContract, CLIENT, signer);
  }

  async balance(address = this.services.wallet.address): Promise<bigint> {
    return this.token.getFunction('balanceOf')(address);
  }

  async paid(task: string): Promise<bigint> {
    return this.client.getFunction('amountPaid')(task);
  }

  async refunded(task: string): Promise<bigint> {
    return this.client.getFunction('refundedAmount')(task);
  }

  /** All that the wallet allowed the contract to take, that it took, and that came back: from the chain's own log. */
  async moves(): Promise<{ approved: bigint[]; taken: bigint[]; returned: bigint[] }> {
    const { clientContract, wallet, swanToken } = this.services;
    const logs = async (name: string, ...args: string[]) => {
      const filter = this.token.filters[name]?.(...args);
      return filter ? this.token.queryFilter(filter, 0) : [];
    };
    const approvals = await logs('Approval', wallet.address, clientContract);
    // Taking tokens lowers the allowance, which is an event as well.
    const own = await Promise.all(approvals.map(async log => (await log.getTransaction()).to === swanToken));
    const values = (found: { data: string }[]) => found.map(({ data }) => BigInt(data));
    return {
      approved: values(approvals.filter((_, index) => own[index])),
      taken: values(await logs('Transfer', wallet.address, clientContract)),
      returned: values(await logs('Transfer', clientContract, wallet.address)),
    };
  }

  /** Whether a transaction is on the chain, and was not reverted. */
  async succeeded(hash: string): Promise<boolean> {
    return (await this.provider.getTransactionReceipt(hash))?.status === 1;
  }

  /** Pays as any other program does. @returns the transaction's hash */
  async payElsewhere({ task, hardwareId, pricePerHour, duration, kind }: Bill): Promise<string> {
    const amount = (pricePerHour * BigInt(duration)) / 3600n;
    await (await this.token.getFunction('approve')(this.services.clientContract, amount)).wait();
    const sent = await this.client.getFunction(kind)(task, hardwareId, pricePerHour, duration);
    await sent.wait();
    return sent.hash;
  }

  /** Each call of the client contract is reverted. @returns what ends that */
  async breakContract(): Promise<() => Promise<void>> {
    const { clientContract } = this.services;
    const code = await this.provider.getCode(clientContract);
    const set = async (bytes: string) => void (await this.provider.send('anvil_setCode', [clientContract, bytes]));
    // PUSH1 0, PUSH1 0, REVERT
    await set('0x60006000fd');
    return () => set(code);
  }

  /** Leaves the wallet with so many tokens. */
  async leave(amount: bigint): Promise<void> {
    const rest = (await this.balance()) - amount;
    await (await this.token.getFunction('transfer')(this.services.signer, rest)).wait();
  }

  /** Mines each transaction as it comes, so that no test waits for a block. */
  async mineAtOnce(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [0]);
    await this.provider.send('evm_setAutomine', [true]);
    // What waits already.
    await this.provider.send('evm_mine', []);
  }

  /** No transaction is mined from here on, until `mineAtOnce`. */
  async holdBlocks(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [0]);
    await this.provider.send('evm_setAutomine', [false]);
  }

  /** Keeps transactions waiting for a block. */
  async stopMining(): Promise<void> {
    await this.provider.send('evm_setAutomine', [false]);
  }

  /** How many transactions wait for a block. */
  async waiting(): Promise<number> {
    return Number((await this.provider.send('txpool_status', [])).pending);
  }

  /** Takes blocks back, with what is in them. */
  async reorganise(blocks: number): Promise<void> {
    await this.provider.send('anvil_reorg', [blocks, []]);
  }

  /** What only a sandbox can do; see its controls. */
  async act(name: string, params: object = {}): Promise<void> {
    await this.control('POST', name, JSON.stringify(params));
  }

  async stats(): Promise<Stats> {
    const answer: Stats = JSON.parse(await this.control('GET', 'stats'));
    return answer;
  }

  close(): void {
    this.provider.destroy();
  }

  private async control(method: string, name: string, body?: string): Promise<string> {
    const { url, apiKey } = this.services;
    const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${url}/sandbox/swan/${name}`, { method, headers, ...(body ? { body } : {}) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
    return text;
  }
}

/** The settings that point the extension at a sandbox. */
export function swanSettings({ url, rpcUrl, chainId }: Services): Record<string, string | number> {
  return {
    'swan.network': 'custom',
    'swan.custom.orchestratorUrl': url,
    'swan.custom.rpcUrl': rpcUrl,
    'swan.custom.chainId': chainId,
  };
}
