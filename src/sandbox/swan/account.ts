import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { hexlify, type JsonRpcProvider, parseEther, parseUnits, toBeHex, Wallet } from 'ethers';

const GAS_MONEY = toBeHex(parseEther('100'));
/** More than any call of the contracts takes, so that none needs an estimate first. */
const GAS = {
  gasLimit: 3_000_000,
  maxFeePerGas: parseUnits('100', 'gwei'),
  maxPriorityFeePerGas: parseUnits('1', 'gwei'),
};
const LOOK_AGAIN_MS = 5;

/** A new account of the chain, with money for gas. */
export class Account {
  private readonly wallet: Wallet;
  /** Each transaction waits for the one before, so that their nonces follow one another. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly provider: JsonRpcProvider,
    private readonly chainId: number,
  ) {
    this.wallet = new Wallet(hexlify(randomBytes(32)));
  }

  get address(): string {
    return this.wallet.address;
  }

  get privateKey(): string {
    return this.wallet.privateKey;
  }

  async fund(): Promise<void> {
    await this.provider.send('anvil_setBalance', [this.address, GAS_MONEY]);
  }

  sign(text: string): Promise<string> {
    return this.wallet.signMessage(text);
  }

  /** @param to nobody for a new contract @returns the transaction's hash; it is not mined yet */
  send(to: string | null, data: string): Promise<string> {
    const sent = this.queue.then(async () => {
      // Asked each time, since a reorganisation takes transactions back.
      const nonce = await this.provider.getTransactionCount(this.address, 'pending');
      const { chainId } = this;
      const signed = await this.wallet.signTransaction({ to, data, nonce, chainId, type: 2, ...GAS });
      return String(await this.provider.send('eth_sendRawTransaction', [signed]));
    });
    this.queue = sent.catch(() => {});
    return sent;
  }

  /** Sends and waits until it is mined, which must be soon. */
  async settle(to: string | null, data: string): Promise<string> {
    const hash = await this.send(to, data);
    let receipt = await this.provider.getTransactionReceipt(hash);
    while (receipt === null) {
      await delay(LOOK_AGAIN_MS);
      receipt = await this.provider.getTransactionReceipt(hash);
    }
    if (receipt.status !== 1) throw new Error(`Transaction ${hash} was reverted.`);
    return hash;
  }
}
