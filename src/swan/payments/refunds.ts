import { RemoteError } from '../../core/errors.js';
import type { Refund } from '../../core/payments.js';
import type { PaymentRecord } from '../journal/record.js';
import { taskOf } from '../taskAnswers.js';
import { type Context, isHere, settled, update } from './context.js';
import { refundedOf } from './contracts.js';

/**
 * Notes what came back for each task that was paid: the contract's own figure, and the transaction that the service
 * names for it, where that one gave something back for this task.
 * @param task the only one to be looked at
 */
export async function noteRefunds(context: Context, signal?: AbortSignal, task?: string): Promise<void> {
  for (const record of await firstOfTasks(context)) {
    if (task !== undefined && record.task !== task) continue;
    const { refund } = record;
    const amount = await refundedAmount(context, record, signal);
    if (amount === (refund?.amount ?? 0n) && (amount === 0n || refund?.hash !== undefined)) continue;
    const next = amount === 0n ? undefined : await refundOf(context, record, amount, signal);
    if (next && next.amount === refund?.amount && next.hash === refund.hash) continue;
    const what = next ? 'refunded' : 'refund vanished from the chain';
    const noted = await update(context, record, 'refund.journal', what, current =>
      current.stage === 'done' ? { ...current, refund: next } : undefined,
    );
    await settled(context, noted);
  }
}

/** The payment of each task that has its refund noted, or would have: renewals of a task have no refund of their own. */
async function firstOfTasks(context: Context): Promise<PaymentRecord[]> {
  const first = new Map<string, PaymentRecord>();
  // The newest first, so that the oldest stays.
  for (const record of (await context.journal.list()).records) {
    if (record.stage !== 'done' || !isHere(context, record)) continue;
    const key = `${record.task} ${record.contract.client.toLowerCase()}`;
    if (!first.get(key)?.refund) first.set(key, record);
  }
  return [...first.values()];
}

function refundedAmount({ chain, step }: Context, { contract, task }: PaymentRecord, signal?: AbortSignal) {
  return step('refund.amount', () => chain.refundedAmount(contract.client, task, signal));
}

async function refundOf(
  context: Context,
  record: PaymentRecord,
  amount: bigint,
  signal?: AbortSignal,
): Promise<Refund> {
  const { chain, step, clock } = context;
  const { task, contract } = record;
  for (const hash of await namedByService(context, task, signal)) {
    const receipt = await step('refund.receipt', () => chain.receipt(hash, signal));
    if (receipt?.status !== 1 || refundedOf(receipt.logs, contract.client, task) === 0n) continue;
    const block = receipt.blockNumber;
    return { amount, hash, block, at: await step('refund.time', () => chain.time(block, signal)) };
  }
  return { amount, at: record.refund?.at ?? clock.now() };
}

/** The newest first. A service that cannot tell leaves the amount as it is on the chain. */
async function namedByService({ api, step }: Context, task: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const { orders } = await step('refund.order', async () => taskOf(task, (await api.task(task, signal)).data));
    const hashes = orders.flatMap(({ refundTxHash }) => refundTxHash ?? []).filter(hash => HASH.test(hash));
    return [...new Set(hashes.toReversed())];
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RemoteError) return [];
    throw error;
  }
}

const HASH = /^0x[0-9a-fA-F]{64}$/;
