import { randomBytes } from 'node:crypto';
import {
  Contract,
  ContractFactory,
  hexlify,
  type Interface,
  JsonRpcProvider,
  Network,
  parseEther,
  Wallet,
} from 'ethers';
import { Anvil } from './anvil.js';
import * as payment from './contracts/ClientPayment.sol';
import * as token from './contracts/SwanToken.sol';
import { amountOf, type Hardware, priceInWei } from './hardware.js';
import type { Task } from './tasks.js';

const GAS_MONEY = `0x${parseEther('100').toString(16)}`;
const WALLET_TOKENS = parseEther('100000');
const BLOCK_SECONDS = 1;

export interface Payer {
  address: string;
  privateKey: string;
}

/** What a transaction did, as the chain tells. */
export interface Mined {
  reverted: boolean;
  to: string | null;
  data: string;
  logs: readonly { address: string; topics: readonly string[]; data: string }[];
}

/** A chain of this machine's own, with the token and the client contract on it, and a wallet that has some of both. */
export class Chain {
  readonly clientInterface: Interface;
  /** Each transaction of the signer waits for the one before, so that their nonces follow one another. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly anvil: Anvil,
    readonly chainId: number,
    private readonly provider: JsonRpcProvider,
    private readonly owner: Wallet,
    private readonly payer: Wallet,
    private readonly token: Contract,
    private readonly client: Contract,
    readonly swanToken: string,
    readonly clientContract: string,
  ) {
    this.clientInterface = client.interface;
  }

  static async start(chainId: number, hardware: readonly Hardware[]): Promise<Chain> {
    const anvil = await Anvil.start(chainId);
    // No caching: what a test has just done to the chain must be seen.
    const provider = new JsonRpcProvider(anvil.url, chainId, {
      staticNetwork: Network.from(chainId),
      cacheTimeout: -1,
      batchMaxCount: 1,
    });
    try {
      const owner = randomWallet(provider);
      const wallet = randomWallet(provider);
      await Promise.all([owner, wallet].map(({ address }) => provider.send('anvil_setBalance', [address, GAS_MONEY])));
      const swan = await new ContractFactory([...token.abi], token.bytecode, owner).deploy();
      const swanToken = await swan.getAddress();
      const client = await new ContractFactory([...payment.abi], payment.bytecode, owner).deploy(swanToken);
      const clientContract = await client.getAddress();
      const chain = new Chain(
        anvil,
        chainId,
        provider,
        owner,
        wallet,
        new Contract(swanToken, [...token.abi], owner),
        new Contract(clientContract, [...payment.abi], owner),
        swanToken,
        clientContract,
      );
      await chain.send(chain.token, 'mint', wallet.address, WALLET_TOKENS);
      for (const machine of hardware) await chain.setHardware(machine);
      return chain;
    } catch (error) {
      await anvil.close();
      throw error;
    }
  }

  get url(): string {
    return this.anvil.url;
  }

  /** The client's. */
  get wallet(): Payer {
    const { address, privateKey } = this.payer;
    return { address, privateKey };
  }

  get signer(): string {
    return this.owner.address;
  }

  /** From here on transactions wait for the next block. */
  async startClock(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [BLOCK_SECONDS]);
  }

  async stopClock(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [0]);
  }

  sign(text: string): Promise<string> {
    return this.owner.signMessage(text);
  }

  async setHardware({ id, name, fixedPrice, available }: Hardware): Promise<void> {
    await this.send(this.client, 'setHardware', id, name, priceInWei(fixedPrice), available);
  }

  /** @returns undefined for what is not on the chain, or not yet */
  async mined(hash: string): Promise<Mined | undefined> {
    const [receipt, transaction] = await Promise.all([
      this.provider.getTransactionReceipt(hash),
      this.provider.getTransaction(hash),
    ]);
    if (receipt === null || transaction === null) return undefined;
    const { status, to, logs } = receipt;
    return { reverted: status !== 1, to, data: transaction.data, logs };
  }

  /** @returns in wei, what was paid for a task and has not gone back */
  async paid(uuid: string): Promise<bigint> {
    const [paid, refunded]: unknown[] = await Promise.all(
      ['amountPaid', 'refundedAmount'].map(name => this.client.getFunction(name)(uuid)),
    );
    return BigInt(String(paid)) - BigInt(String(refunded));
  }

  /** @returns the transaction's hash; it is not mined yet */
  refund(uuid: string, to: string, amount: bigint): Promise<string> {
    return this.send(this.client, 'sendRefund', uuid, to, amount);
  }

  /** Pays for a task from the wallet, as a client does. @returns the payment's hash */
  async pay({ uuid, hardware, price, dynamic, duration }: Task): Promise<string> {
    const as = (contract: Contract) => new Contract(contract, contract.interface, this.payer);
    await as(this.token).getFunction('approve').send(this.clientContract, amountOf(price, duration));
    const args = dynamic ? [uuid, hardware.id, priceInWei(price), duration] : [uuid, hardware.id, duration];
    const types = dynamic ? 'string,uint256,uint256,uint256' : 'string,uint256,uint256';
    return (
      await as(this.client)
        .getFunction(`submitPayment(${types})`)
        .send(...args)
    ).hash;
  }

  async close(): Promise<void> {
    this.provider.destroy();
    await this.anvil.close();
  }

  private send(contract: Contract, name: string, ...args: unknown[]): Promise<string> {
    const sent = this.queue.then(async () => (await contract.getFunction(name).send(...args)).hash);
    this.queue = sent.catch(() => {});
    return sent;
  }
}

function randomWallet(provider: JsonRpcProvider): Wallet {
  return new Wallet(hexlify(randomBytes(32)), provider);
}
