import { getAddress, type Interface, Transaction, toBeHex } from 'ethers';
import * as v from 'valibot';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { client, type Log, submittedTopic, token } from './contracts.js';
import { NodeError, type Rpc } from './rpc.js';

/** What is asked of the chain. Heights and times are plain numbers, amounts wei. */

const quantity = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-fA-F]{1,64}$/),
  v.transform(text => BigInt(text)),
);
const small = v.pipe(quantity, v.transform(Number), v.safeInteger());
const bytes = v.pipe(v.string(), v.regex(/^0x(?:[0-9a-fA-F]{2})*$/));
const log = v.object({
  address: bytes,
  topics: v.array(bytes),
  data: bytes,
  transactionHash: bytes,
  blockNumber: v.exactOptional(small),
});
const receipt = v.nullish(
  v.object({
    status: v.pipe(small, v.picklist([0, 1])),
    blockNumber: small,
    blockHash: bytes,
    from: bytes,
    to: v.nullish(bytes),
    logs: v.array(log),
  }),
);
export type Receipt = NonNullable<v.InferOutput<typeof receipt>>;

/** What wallet programs send: a fee of one price or of two. */
const signed = v.object({
  type: small,
  chainId: v.exactOptional(quantity),
  nonce: small,
  to: bytes,
  input: bytes,
  value: quantity,
  gas: quantity,
  gasPrice: v.exactOptional(quantity),
  maxFeePerGas: v.exactOptional(quantity),
  maxPriorityFeePerGas: v.exactOptional(quantity),
  accessList: v.exactOptional(v.array(v.object({ address: bytes, storageKeys: v.array(bytes) }))),
  r: quantity,
  s: quantity,
  v: quantity,
});

export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

export interface Call {
  from: string;
  to: string;
  data: string;
}

/** Of a chain: without `to`, up to its newest one. */
export interface Blocks {
  from: number;
  to?: number;
}

/** Where a node does not say what others pay. */
const DEFAULT_PRIORITY_FEE = 100_000_000n;
const LOG_BLOCKS = 5_000;

export class Chain {
  constructor(private readonly rpc: Rpc) {}

  chainId(signal?: AbortSignal): Promise<number> {
    return this.ask(small, 'eth_chainId', [], signal);
  }

  height(signal?: AbortSignal): Promise<number> {
    return this.ask(small, 'eth_blockNumber', [], signal);
  }

  /** Of ETH, for gas. */
  gasBalance(wallet: string, signal?: AbortSignal): Promise<bigint> {
    return this.ask(quantity, 'eth_getBalance', [wallet, 'latest'], signal);
  }

  /** Transactions of a wallet, up to a height or with those on their way. */
  nonce(wallet: string, at: number | 'latest' | 'pending', signal?: AbortSignal): Promise<number> {
    const block = typeof at === 'number' ? toHex(at) : at;
    return this.ask(small, 'eth_getTransactionCount', [wallet, block], signal);
  }

  /** Enough for the base fee to double before the transaction is mined. */
  async fees(signal?: AbortSignal): Promise<Fees> {
    const block = v.object({ baseFeePerGas: quantity });
    const [{ baseFeePerGas }, priority] = await Promise.all([
      this.ask(block, 'eth_getBlockByNumber', ['latest', false], signal),
      this.ask(quantity, 'eth_maxPriorityFeePerGas', [], signal).catch(error => {
        if (error instanceof NodeError) return DEFAULT_PRIORITY_FEE;
        throw error;
      }),
    ]);
    return { maxFeePerGas: 2n * baseFeePerGas + priority, maxPriorityFeePerGas: priority };
  }

  estimateGas(call: Call, signal?: AbortSignal): Promise<bigint> {
    return this.ask(quantity, 'eth_estimateGas', [call], signal);
  }

  /** Publishes a signed transaction, once. */
  async broadcast(raw: string, signal?: AbortSignal): Promise<void> {
    await this.rpc.once('eth_sendRawTransaction', [raw], signal);
  }

  async receipt(hash: string, signal?: AbortSignal): Promise<Receipt | undefined> {
    return (await this.ask(receipt, 'eth_getTransactionReceipt', [hash], signal)) ?? undefined;
  }

  /** When a block was made. */
  async time(block: number, signal?: AbortSignal): Promise<number> {
    const shape = v.object({ timestamp: small });
    return (await this.ask(shape, 'eth_getBlockByNumber', [toHex(block), false], signal)).timestamp * 1000;
  }

  /** A transaction as it was signed, where the node has it in a form that can be published again. */
  async transaction(hash: string, signal?: AbortSignal): Promise<Transaction | undefined> {
    const found = v.safeParse(signed, await this.rpc.read('eth_getTransactionByHash', [hash], signal));
    if (!found.success) return undefined;
    const { input: data, gas: gasLimit, r, s, v: parity, ...fields } = found.output;
    try {
      const transaction = Transaction.from({
        ...fields,
        data,
        gasLimit,
        signature: { r: toBeHex(r, 32), s: toBeHex(s, 32), v: parity },
      });
      return transaction.hash === hash.toLowerCase() ? transaction : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether the node has the transaction, mined or not. */
  async knows(hash: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.ask(v.nullish(v.object({})), 'eth_getTransactionByHash', [hash], signal)) != null;
  }

  balanceOf(contract: string, wallet: string, signal?: AbortSignal): Promise<bigint> {
    return this.number(token, contract, 'balanceOf', [wallet], signal);
  }

  allowance(contract: string, owner: string, spender: string, signal?: AbortSignal): Promise<bigint> {
    return this.number(token, contract, 'allowance', [owner, spender], signal);
  }

  amountPaid(contract: string, task: string, signal?: AbortSignal): Promise<bigint> {
    return this.number(client, contract, 'amountPaid', [task], signal);
  }

  refundedAmount(contract: string, task: string, signal?: AbortSignal): Promise<bigint> {
    return this.number(client, contract, 'refundedAmount', [task], signal);
  }

  /** The token that the client contract takes. */
  async paymentToken(contract: string, signal?: AbortSignal): Promise<string> {
    return getAddress(v.parse(v.string(), (await this.view(client, contract, 'paymentToken', [], signal))[0]));
  }

  async hardware(contract: string, id: number, signal?: AbortSignal) {
    const [, pricePerHour, active] = await this.view(client, contract, 'hardwareInfo', [id], signal);
    return v.parse(v.object({ pricePerHour: v.bigint(), active: v.boolean() }), { pricePerHour, active });
  }

  /** Payments that the client contract has taken, in pieces that nodes are willing to look through. */
  async payments(contract: string, { from: first, to }: Blocks, signal?: AbortSignal): Promise<Log[]> {
    const height = to ?? (await this.height(signal));
    const found: Log[] = [];
    for (let from = first; from <= height; from += LOG_BLOCKS) {
      const range = { fromBlock: toHex(from), toBlock: toHex(Math.min(height, from + LOG_BLOCKS - 1)) };
      const filter = { address: contract, topics: [submittedTopic], ...range };
      found.push(...(await this.ask(v.array(log), 'eth_getLogs', [filter], signal)));
    }
    return found;
  }

  /** Makes a mined call once more, without effect, for the error that it gave. */
  async replay(call: Call, block: number, signal?: AbortSignal): Promise<NodeError | undefined> {
    try {
      await this.rpc.read('eth_call', [call, toHex(block)], signal);
      return undefined;
    } catch (error) {
      if (error instanceof NodeError) return error;
      throw error;
    }
  }

  private async number(contract: Interface, address: string, name: string, args: unknown[], signal?: AbortSignal) {
    return v.parse(v.bigint(), (await this.view(contract, address, name, args, signal))[0]);
  }

  private async view(contract: Interface, address: string, name: string, args: unknown[], signal?: AbortSignal) {
    const call = { to: address, data: contract.encodeFunctionData(name, args) };
    const result = await this.ask(bytes, 'eth_call', [call, 'latest'], signal);
    try {
      return [...contract.decodeFunctionResult(name, result)];
    } catch {
      const why = result === '0x' ? t('there is no such contract on this chain') : t('its answer makes no sense');
      throw new RemoteError('protocol', t('The contract {0} cannot be read: {1}. Check the network.', address, why));
    }
  }

  private async ask<S extends v.GenericSchema>(
    schema: S,
    method: string,
    params: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<v.InferOutput<S>> {
    const parsed = v.safeParse(schema, await this.rpc.read(method, params, signal));
    if (parsed.success) return parsed.output;
    throw new RemoteError('protocol', t('The chain’s RPC node answered {0} in an unexpected form.', method));
  }
}

function toHex(height: number): string {
  return `0x${height.toString(16)}`;
}
