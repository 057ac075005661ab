import { getAddress, type Interface, keccak256, type Result, Transaction, toBeHex } from 'ethers';
import * as v from 'valibot';
import { hasKind, RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { client, type Log, submittedTopic, token } from './contracts.js';
import { type Blocks, inPieces, LogLimits } from './logRanges.js';
import type { NodeError } from './nodeErrors.js';
import { isRevert } from './reverts.js';
import type { Rpc } from './rpc.js';

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
  blockNumber: v.nullish(small),
});
const receipt = v.object({
  status: v.pipe(small, v.picklist([0, 1])),
  blockNumber: small,
  blockHash: bytes,
  from: bytes,
  to: v.nullish(bytes),
  logs: v.array(log),
});
export type Receipt = v.InferOutput<typeof receipt>;
/** Some nodes have a receipt of what is in no block yet. */
const pendingReceipt = v.pipe(
  v.object({ blockNumber: v.nullish(v.never()) }),
  v.transform(() => undefined),
);
const receiptAnswer = v.nullish(v.union([receipt, pendingReceipt]));

/** What wallet programs send: a fee of one price or of two. */
const signed = v.object({
  type: small,
  chainId: v.exactOptional(v.nullable(quantity)),
  nonce: small,
  to: bytes,
  input: bytes,
  value: quantity,
  gas: quantity,
  gasPrice: v.exactOptional(v.nullable(quantity)),
  maxFeePerGas: v.exactOptional(v.nullable(quantity)),
  maxPriorityFeePerGas: v.exactOptional(v.nullable(quantity)),
  accessList: v.exactOptional(v.nullable(v.array(v.object({ address: bytes, storageKeys: v.array(bytes) })))),
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

/** Where a node does not say what others pay. */
const DEFAULT_PRIORITY_FEE = 100_000_000n;
const MANY_BLOCKS = 50_000;

export class Chain {
  private readonly limits = new LogLimits();

  constructor(private readonly rpc: Rpc) {}

  chainId(signal?: AbortSignal): Promise<number> {
    return this.rpc.read(small, 'eth_chainId', [], signal);
  }

  height(signal?: AbortSignal): Promise<number> {
    return this.rpc.read(small, 'eth_blockNumber', [], signal);
  }

  /** Of ETH, for gas. */
  gasBalance(wallet: string, signal?: AbortSignal): Promise<bigint> {
    return this.rpc.read(quantity, 'eth_getBalance', [wallet, 'latest'], signal);
  }

  /** Transactions of a wallet, up to a height or with those on their way. */
  nonce(wallet: string, at: number | 'latest' | 'pending', signal?: AbortSignal): Promise<number> {
    const block = typeof at === 'number' ? toHex(at) : at;
    return this.rpc.read(small, 'eth_getTransactionCount', [wallet, block], signal);
  }

  /** Enough for the base fee to double before the transaction is mined. */
  async fees(signal?: AbortSignal): Promise<Fees> {
    const block = v.object({ baseFeePerGas: quantity });
    const [{ baseFeePerGas }, priority] = await Promise.all([
      this.rpc.read(block, 'eth_getBlockByNumber', ['latest', false], signal),
      this.rpc.read(quantity, 'eth_maxPriorityFeePerGas', [], signal).catch(error => {
        if (hasKind(error, 'cancelled')) throw error;
        return DEFAULT_PRIORITY_FEE;
      }),
    ]);
    return { maxFeePerGas: 2n * baseFeePerGas + priority, maxPriorityFeePerGas: priority };
  }

  estimateGas(call: Call, signal?: AbortSignal): Promise<bigint> {
    return this.rpc.read(quantity, 'eth_estimateGas', [call], signal);
  }

  /** Publishes a signed transaction, once. */
  async broadcast(raw: string, signal?: AbortSignal): Promise<void> {
    const own = v.pipe(v.string(), v.toLowerCase(), v.literal(keccak256(raw)));
    await this.rpc.once(own, 'eth_sendRawTransaction', [raw], signal);
  }

  async receipt(hash: string, signal?: AbortSignal): Promise<Receipt | undefined> {
    return (await this.rpc.read(receiptAnswer, 'eth_getTransactionReceipt', [hash], signal)) ?? undefined;
  }

  /** When a block was made. */
  async time(block: number, signal?: AbortSignal): Promise<number> {
    const shape = v.object({ timestamp: small });
    return (await this.rpc.read(shape, 'eth_getBlockByNumber', [toHex(block), false], signal)).timestamp * 1000;
  }

  /** A transaction as it was signed, where the node has it in a form that can be published again. */
  async transaction(hash: string, signal?: AbortSignal): Promise<Transaction | undefined> {
    const found = v.safeParse(signed, await this.rpc.read(v.unknown(), 'eth_getTransactionByHash', [hash], signal));
    if (!found.success) return undefined;
    const { input: data, gas: gasLimit, r, s, v: parity, ...fields } = found.output;
    try {
      const transaction = Transaction.from({
        ...fields,
        data,
        gasLimit,
        signature: { r: toBeHex(r, 32), s: toBeHex(s, 32), v: parity },
      });
      // Whom a signature is by shows only when it is asked for, as does one that is nobody's.
      return transaction.from !== null && transaction.hash === hash.toLowerCase() ? transaction : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether the node has the transaction, mined or not. */
  async knows(hash: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.rpc.read(v.nullish(v.object({})), 'eth_getTransactionByHash', [hash], signal)) != null;
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
  paymentToken(contract: string, signal?: AbortSignal): Promise<string> {
    return this.view(client, contract, 'paymentToken', [], ([token]) => getAddress(v.parse(v.string(), token)), signal);
  }

  /** Of its fields a name may be anything. */
  hardware(contract: string, id: number, signal?: AbortSignal) {
    const shape = v.object({ pricePerHour: v.bigint(), active: v.boolean() });
    const read = (fields: Result) => v.parse(shape, { pricePerHour: fields[1], active: fields[2] });
    return this.view(client, contract, 'hardwareInfo', [id], read, signal);
  }

  /** Payments that the client contract has taken, in pieces that nodes are willing to look through. */
  async payments(contract: string, { from, to }: Blocks, signal?: AbortSignal): Promise<Log[]> {
    const last = to ?? (await this.newest(from, signal));
    return await inPieces({ from, to: last }, this.limits, async piece => {
      const range = { fromBlock: toHex(piece.from), toBlock: toHex(piece.to) };
      const filter = { address: contract, topics: [submittedTopic], ...range };
      return await this.rpc.read(v.array(log), 'eth_getLogs', [filter], signal);
    });
  }

  /** The newest block, where all from `first` on are to be looked through: it is there, if they are many. */
  private async newest(first: number, signal?: AbortSignal): Promise<number> {
    const height = await this.height(signal);
    if (height - first < MANY_BLOCKS) return height;
    const shape = v.nullish(v.object({}));
    if (await this.rpc.read(shape, 'eth_getBlockByNumber', [toHex(height), false], signal)) return height;
    throw new RemoteError(
      'busy',
      t('The chain’s RPC node tells of a block that it does not have. Try again in a moment.'),
    );
  }

  /** Makes a mined call once more, without effect. @returns the error of a contract that refuses it, where it does */
  async replay(call: Call, block: number, signal?: AbortSignal): Promise<NodeError | undefined> {
    try {
      await this.rpc.read(v.unknown(), 'eth_call', [call, toHex(block)], signal);
      return undefined;
    } catch (error) {
      if (isRevert(error)) return error;
      throw error;
    }
  }

  private number(contract: Interface, address: string, name: string, args: unknown[], signal?: AbortSignal) {
    return this.view(contract, address, name, args, ([value]) => v.parse(v.bigint(), value), signal);
  }

  /** @param read takes what is needed of the answer: a field that makes no sense throws when it is read */
  private async view<T>(
    contract: Interface,
    address: string,
    name: string,
    args: unknown[],
    read: (fields: Result) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    const call = { to: address, data: contract.encodeFunctionData(name, args) };
    const result = await this.rpc.read(bytes, 'eth_call', [call, 'latest'], signal);
    try {
      return read(contract.decodeFunctionResult(name, result));
    } catch {
      const why = result === '0x' ? t('there is no such contract on this chain') : t('its answer makes no sense');
      throw new RemoteError('protocol', t('The contract {0} cannot be read: {1}. Check the network.', address, why));
    }
  }
}

function toHex(height: number): string {
  return `0x${height.toString(16)}`;
}
