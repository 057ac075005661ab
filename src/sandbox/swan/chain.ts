import { getCreateAddress, Interface, JsonRpcProvider, Network, parseEther } from 'ethers';
import { Account } from './account.js';
import { Anvil } from './anvil.js';
import * as payment from './contracts/ClientPayment.sol';
import * as token from './contracts/SwanToken.sol';
import { amountOf, type Hardware, priceInWei } from './hardware.js';
import type { Task } from './tasks.js';

const WALLET_TOKENS = parseEther('100000');
const BLOCK_SECONDS = 1;
const TOKEN = Interface.from(token.abi);
const CLIENT = Interface.from(payment.abi);

/** What a transaction did, as the chain tells. */
export interface Mined {
  reverted: boolean;
  to: string | null;
  data: string;
  logs: readonly { address: string; topics: readonly string[]; data: string }[];
}

/** A chain of this machine's own, with the token and the client contract on it, and a wallet that has some of both. */
export class Chain {
  readonly swanToken: string;
  readonly clientContract: string;
  /** Owns the contracts, gives the refunds and signs what the service says. */
  readonly owner: Account;
  /** The client's. */
  readonly wallet: Account;

  private constructor(
    private readonly anvil: Anvil,
    readonly chainId: number,
    private readonly provider: JsonRpcProvider,
  ) {
    this.owner = new Account(provider, chainId);
    this.wallet = new Account(provider, chainId);
    const { address: from } = this.owner;
    this.swanToken = getCreateAddress({ from, nonce: 0 });
    this.clientContract = getCreateAddress({ from, nonce: 1 });
  }

  static async start(chainId: number, hardware: readonly Hardware[], program?: string): Promise<Chain> {
    const anvil = await Anvil.start(chainId, program);
    // No caching: what a test has just done to the chain must be seen.
    const provider = new JsonRpcProvider(anvil.url, chainId, {
      staticNetwork: Network.from(chainId),
      cacheTimeout: -1,
      batchMaxCount: 1,
    });
    const chain = new Chain(anvil, chainId, provider);
    try {
      await chain.deploy(hardware);
    } catch (error) {
      await chain.close();
      throw error;
    }
    return chain;
  }

  get url(): string {
    return this.anvil.url;
  }

  get clientInterface(): Interface {
    return CLIENT;
  }

  /** From here on transactions wait for the next block. */
  async startClock(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [BLOCK_SECONDS]);
  }

  async stopClock(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [0]);
  }

  async setHardware({ id, name, fixedPrice, available }: Hardware): Promise<void> {
    const args = [id, name, priceInWei(fixedPrice), available];
    await this.owner.settle(this.clientContract, CLIENT.encodeFunctionData('setHardware', args));
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
    const [paid = 0n, refunded = 0n] = await Promise.all(
      ['amountPaid', 'refundedAmount'].map(async name => {
        const data = CLIENT.encodeFunctionData(name, [uuid]);
        return BigInt(await this.provider.call({ to: this.clientContract, data }));
      }),
    );
    return paid - refunded;
  }

  /** @returns the transaction's hash; it is not mined yet */
  refund(uuid: string, to: string, amount: bigint): Promise<string> {
    return this.owner.send(this.clientContract, CLIENT.encodeFunctionData('sendRefund', [uuid, to, amount]));
  }

  /** Pays for a task from the wallet, as a client does. @returns the payment's hash */
  async pay({ uuid, hardware, price, dynamic, duration }: Task): Promise<string> {
    const approval = [this.clientContract, amountOf(price, duration)];
    await this.wallet.settle(this.swanToken, TOKEN.encodeFunctionData('approve', approval));
    const args = dynamic ? [uuid, hardware.id, priceInWei(price), duration] : [uuid, hardware.id, duration];
    const types = dynamic ? 'string,uint256,uint256,uint256' : 'string,uint256,uint256';
    const data = CLIENT.encodeFunctionData(`submitPayment(${types})`, args);
    return this.wallet.settle(this.clientContract, data);
  }

  /** Another wallet that has some of both. */
  async newWallet(): Promise<{ address: string; privateKey: string }> {
    const wallet = new Account(this.provider, this.chainId);
    await wallet.fund();
    await this.owner.settle(this.swanToken, TOKEN.encodeFunctionData('mint', [wallet.address, WALLET_TOKENS]));
    return { address: wallet.address, privateKey: wallet.privateKey };
  }

  async close(): Promise<void> {
    this.provider.destroy();
    await this.anvil.close();
  }

  private async deploy(hardware: readonly Hardware[]): Promise<void> {
    await Promise.all([this.owner.fund(), this.wallet.fund()]);
    await this.owner.settle(null, token.bytecode);
    await this.owner.settle(null, payment.bytecode + CLIENT.encodeDeploy([this.swanToken]).slice(2));
    const minted = TOKEN.encodeFunctionData('mint', [this.wallet.address, WALLET_TOKENS]);
    await Promise.all([
      this.owner.settle(this.swanToken, minted),
      ...hardware.map(machine => this.setHardware(machine)),
    ]);
  }
}
