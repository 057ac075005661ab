import { isOf, isOpen, type PaymentRecord, type SignedTransaction } from '../journal/record.js';
import { type Context, isHere, requireChain } from './context.js';
import { noteRefunds } from './refunds.js';
import { surprise, takenBy } from './taken.js';
import { reopenSettled, unmined, vanished } from './tell.js';

const FOUND = 'found otherwise on the chain';

/**
 * Looks the settled payments of this network and account up on the chain. One that is done and has vanished is on its way again; one
 * that ended unpaid, and whose transaction is mined after all, is to be told to the service. Nothing is signed for it.
 * What came back for their tasks is noted.
 */
export async function reconcile(context: Context, signal?: AbortSignal): Promise<PaymentRecord[]> {
  const { journal, chain, step } = context;
  const here = (await journal.list()).records.filter(record => isHere(context, record) && !isOpen(record));
  if (here.length === 0) return [];
  // On another chain all of them would seem to have vanished.
  requireChain(context, await step('chain.id', () => chain.chainId(signal)));
  const reopened: PaymentRecord[] = [];
  for (const record of here) {
    const next = await found(context, record, signal);
    if (next) reopened.push(await reopenSettled(context, next, FOUND));
  }
  await noteRefunds(context, signal);
  return reopened;
}

/** The same for one payment, if it is settled. @returns it as it is now */
export async function lookUp(context: Context, record: PaymentRecord, signal?: AbortSignal): Promise<PaymentRecord> {
  if (isOpen(record)) return record;
  requireChain(context, await context.step('chain.id', () => context.chain.chainId(signal)));
  const next = await found(context, record, signal);
  return next ? await reopenSettled(context, next, FOUND) : record;
}

/**
 * Of a task's payments that were given up, those that are on the chain after all, as they are to be gone on with: a
 * reorganisation can mine a payment in place of its cancellation. Paid beside them, the task would be paid twice.
 */
export async function madeAfterAll(
  context: Context,
  records: readonly PaymentRecord[],
  task: string,
  signal?: AbortSignal,
): Promise<PaymentRecord[]> {
  const { network } = context;
  const givenUp = records.filter(
    each => each.task === task && isOf(network, each) && !isOpen(each) && each.stage !== 'done',
  );
  const made = await Promise.all(givenUp.map(each => found(context, each, signal)));
  return made.filter(each => each !== undefined);
}

/** Opens them again. */
export async function takeUp(context: Context, made: readonly PaymentRecord[]): Promise<void> {
  for (const next of made) await reopenSettled(context, next, FOUND);
}

/** What the chain says of a settled payment, where that is something else than the journal does. */
async function found(
  context: Context,
  record: PaymentRecord,
  signal?: AbortSignal,
): Promise<PaymentRecord | undefined> {
  const { chain, step, clock } = context;
  if (record.stage === 'done') {
    return (await vanished(context, record, { signal }))
      ? { ...unmined(record), told: false, refund: undefined }
      : undefined;
  }
  for (const { purpose, hash, nonce } of record.transactions) {
    if (purpose !== 'pay') continue;
    const receipt = await step('chain.final', () => chain.receipt(hash, signal));
    if (receipt?.status !== 1) continue;
    const taken = await takenBy(context, record, hash, receipt, signal);
    if (!taken) continue;
    // Of all that share its nonce, such as a cancellation that was mined before, none else is.
    const transactions = record.transactions.map((each): SignedTransaction => {
      if (each.hash === hash) return { ...each, outcome: 'mined', block: receipt.blockNumber };
      return each.nonce !== undefined && each.nonce === nonce
        ? { ...each, outcome: 'replaced', block: undefined }
        : each;
    });
    const problem = surprise(record, taken, clock.now());
    return {
      ...record,
      amount: taken.amount,
      pricePerHour: taken.pricePerHour,
      stage: 'paid',
      hash,
      problem,
      transactions,
    };
  }
  return undefined;
}
