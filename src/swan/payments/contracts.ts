import { Interface } from 'ethers';
import * as v from 'valibot';
import type { PaymentKind } from '../../core/payments.js';
import type { Pricing } from '../../core/tasks.js';

/** What is called of the two contracts, as bytes and back. */

export const token = new Interface([
  'function balanceOf(address account) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]);

export const client = new Interface([
  'function paymentToken() view returns (address)',
  'function amountPaid(string) view returns (uint256)',
  'function refundedAmount(string) view returns (uint256)',
  'function hardwareInfo(uint256) view returns (string name, uint256 pricePerHour, bool isActive)',
  'function submitPayment(string taskUuid, uint256 hardwareId, uint256 hardwarePricePerHour, uint256 duration)',
  'function submitPayment(string taskUuid, uint256 hardwareId, uint256 duration)',
  'function renewPayment(string taskUuid, uint256 hardwareId, uint256 hardwarePricePerHour, uint256 duration)',
  'function renewPayment(string taskUuid, uint256 hardwareId, uint256 duration)',
  'event PaymentSubmitted(address payer, string uuid, uint256 hardwareId, uint256 price, uint256 duration, uint256 snapshotId)',
  'event Refund(string taskId, address to, uint256 amount)',
]);

export interface PaymentCall {
  kind: PaymentKind;
  pricing: Pricing;
  task: string;
  hardwareId: number;
  pricePerHour: bigint;
  duration: number;
}

export function approveData(spender: string, amount: bigint): string {
  return token.encodeFunctionData('approve', [spender, amount]);
}

export function paymentData({ kind, pricing, task, hardwareId, pricePerHour, duration }: PaymentCall): string {
  const name = kind === 'create' ? 'submitPayment' : 'renewPayment';
  return pricing === 'dynamic'
    ? client.encodeFunctionData(`${name}(string,uint256,uint256,uint256)`, [task, hardwareId, pricePerHour, duration])
    : client.encodeFunctionData(`${name}(string,uint256,uint256)`, [task, hardwareId, duration]);
}

/** What kind of payment a call of the client contract is; of another one, none. */
export function kindOf(data: string): PaymentKind | undefined {
  // By its selector alone: what follows it may be anything.
  const name = data.length < 10 ? undefined : client.getFunction(data.slice(0, 10))?.name;
  return name === 'submitPayment' ? 'create' : name === 'renewPayment' ? 'renew' : undefined;
}

export interface Log {
  address: string;
  topics: string[];
  data: string;
  transactionHash: string;
  blockNumber?: number | null | undefined;
}

export interface Submitted {
  payer: string;
  task: string;
  hardwareId: number;
  price: bigint;
  duration: number;
  transactionHash: string;
  block: number | undefined;
}

const submitted = v.object({
  payer: v.string(),
  uuid: v.string(),
  hardwareId: v.pipe(v.bigint(), v.transform(Number), v.safeInteger()),
  price: v.bigint(),
  duration: v.pipe(v.bigint(), v.transform(Number), v.safeInteger()),
});

/** Topic of `PaymentSubmitted`, to ask a node for. */
export const submittedTopic = client.getEvent('PaymentSubmitted')?.topicHash ?? '';

/** The payments among logs of the client contract. */
export function submittedOf(logs: readonly Log[], contract: string): Submitted[] {
  return logs.flatMap(log => {
    const parsed = v.safeParse(submitted, decoded(client, log, contract));
    if (!parsed.success) return [];
    const { uuid, ...rest } = parsed.output;
    return [{ ...rest, task: uuid, transactionHash: log.transactionHash, block: log.blockNumber ?? undefined }];
  });
}

const refunded = v.object({ taskId: v.string(), amount: v.bigint() });

/** What logs of the client contract tell to have gone back for a task. */
export function refundedOf(logs: readonly Log[], contract: string, task: string): bigint {
  let sum = 0n;
  for (const log of logs) {
    const parsed = v.safeParse(refunded, decoded(client, log, contract));
    if (parsed.success && parsed.output.taskId === task) sum += parsed.output.amount;
  }
  return sum;
}

/** What `from` gave away by transfers of the token. */
export function transferredOf(logs: readonly Log[], contract: string, from: string): bigint {
  let sum = 0n;
  for (const log of logs) {
    const parsed = v.safeParse(v.object({ from: v.string(), value: v.bigint() }), decoded(token, log, contract));
    if (parsed.success && same(parsed.output.from, from)) sum += parsed.output.value;
  }
  return sum;
}

/** The fields of an event; anybody can have the contract write a log, with what is no text where a text belongs. */
function decoded(contract: Interface, log: Log, address: string): Record<string, unknown> | undefined {
  if (!same(log.address, address)) return undefined;
  try {
    return contract.parseLog(log)?.args.toObject();
  } catch {
    // Another event with the same name, or data that are none.
    return undefined;
  }
}

/** Addresses differ in letter case, which is a checksum. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
