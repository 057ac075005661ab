import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Payment, PaymentStage, PaymentTransaction } from '../../core/payments.js';

/**
 * One payment as its file holds it. Nothing in it is secret: signed transactions can be published by anybody, but only
 * as they are.
 */

export const VERSION = 1;

const wei = v.pipe(
  v.string(),
  v.regex(/^\d{1,78}$/),
  v.transform(text => BigInt(text)),
);
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`)));
const account = hex(20);
const hash = hex(32);

const transaction = v.object({
  purpose: v.picklist(['approve', 'pay', 'cancel', 'fill']),
  hash,
  /** These may be missing where it was sent elsewhere. */
  nonce: v.optional(natural),
  raw: v.optional(v.pipe(v.string(), v.regex(/^0x(?:[0-9a-f]{2})+$/))),
  signedAt: v.optional(natural),
  outcome: v.picklist(['unknown', 'mined', 'reverted', 'replaced']),
  block: v.optional(natural),
});

export const paymentRecord = v.object({
  version: v.literal(VERSION),
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/)),
  /** Grows with each write, so that a writer notices another one. */
  revision: natural,
  kind: v.picklist(['create', 'renew']),
  origin: v.picklist(['here', 'elsewhere']),
  task: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/)),
  wallet: account,
  /** The account that it was made with, of which several can have the same wallet. Not known of early ones. */
  account: v.optional(v.string()),
  network: v.object({ name: v.string(), chainId: natural }),
  orchestratorUrl: v.string(),
  contract: v.object({ client: account, token: account }),
  hardwareId: natural,
  pricing: v.picklist(['dynamic', 'fixed']),
  pricePerHour: wei,
  duration: natural,
  amount: wei,
  /** What the person was told that the transactions cost at the most, of ETH. */
  gas: wei,
  /** Whether the person was told of an approval that is signed for it. Not known of early ones. */
  approval: v.optional(v.boolean()),
  /** What had been paid for the task before. */
  paidBefore: wei,
  /** The chain's height when it was planned: what belongs to it is in no earlier block. */
  fromBlock: natural,
  createdAt: natural,
  updatedAt: natural,
  stage: v.picklist(['ready', 'approving', 'paying', 'paid', 'done', 'failed', 'cancelled', 'superseded']),
  transactions: v.array(transaction),
  /** Empty ones, at nonces before: what the wallet had sent there was lost, so that those of the payment waited in vain. */
  fillers: v.optional(v.array(transaction), []),
  /** Of the transaction that paid. */
  hash: v.optional(hash),
  /** Whether the service has accepted the hash. */
  told: v.boolean(),
  problem: v.optional(v.object({ code: v.string(), message: v.string(), at: natural })),
  refund: v.optional(
    v.object({ amount: wei, hash: v.optional(hash), block: v.optional(natural), at: v.optional(natural) }),
  ),
  history: v.array(v.object({ at: natural, what: v.string() })),
});

export type PaymentRecord = v.InferOutput<typeof paymentRecord>;
export type SignedTransaction = PaymentRecord['transactions'][number];

const ENDS: ReadonlySet<PaymentStage> = new Set(['done', 'failed', 'cancelled', 'superseded']);

export function isOpen(record: { stage: PaymentStage }): boolean {
  return !ENDS.has(record.stage);
}

/** Whether it was made on this network, of which another may have the same chain id. */
export function isOf(
  { chainId, orchestratorUrl }: { chainId: number; orchestratorUrl: string },
  record: PaymentRecord,
): boolean {
  return record.network.chainId === chainId && hrefOf(record.orchestratorUrl) === hrefOf(orchestratorUrl);
}

/** One address can be written in several ways. */
function hrefOf(address: string): string {
  return (URL.canParse(address) ? new URL(address).href : address).replace(/\/+$/, '');
}

/** Is in the ids of a task's payments, and so in their files' names: one that cannot be read still tells of its task. */
export function taskMark(task: string): string {
  return `t${createHash('sha256').update(task).digest('hex').slice(0, 12)}`;
}

export function serialize(record: PaymentRecord): string {
  return JSON.stringify(record, (_key, value) => (typeof value === 'bigint' ? value.toString() : value), 2);
}

/** What the file's text holds, or `newer` where a later version wrote it, or `undefined` where it is damaged. */
export function parseRecord(text: string): PaymentRecord | 'newer' | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const parsed = v.safeParse(paymentRecord, value);
    if (parsed.success) return parsed.output;
    const version = v.safeParse(v.object({ version: v.number() }), value);
    return version.success && version.output.version > VERSION ? 'newer' : undefined;
  } catch {
    return undefined;
  }
}

function withoutBytes({ raw, ...transaction }: SignedTransaction): PaymentTransaction {
  return transaction;
}

/** The payment as the rest of the extension sees it. */
export function toPayment(record: PaymentRecord): Payment {
  const { version, revision, hardwareId, pricing, approval, paidBefore, fromBlock, told, ...rest } = record;
  return {
    ...rest,
    open: isOpen(record),
    transactions: record.transactions.map(withoutBytes),
    fillers: record.fillers.map(withoutBytes),
  };
}
