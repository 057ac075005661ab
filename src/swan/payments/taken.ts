import { t } from '../../core/l10n.js';
import { costOf, unitsText } from '../../core/money.js';
import type { PaymentRecord } from '../journal/record.js';
import type { Receipt } from './chain.js';
import type { Context } from './context.js';
import { type Log, submittedOf, transferredOf } from './contracts.js';

/** What a transaction that is on the chain took of a payment's wallet. */
export type Taken = Pick<PaymentRecord, 'amount' | 'pricePerHour'>;

/**
 * What the contract took for a payment's task, as its event and the token's tell. A receipt alone proves no payment: also
 * where there is no contract, or another one by now, a call can succeed.
 * @returns nothing where neither took anything
 */
export async function takenBy(
  { chain, step }: Context,
  record: PaymentRecord,
  hash: string,
  { logs, blockNumber }: Receipt,
  signal?: AbortSignal,
): Promise<Taken | undefined> {
  const { client, token } = record.contract;
  const amount = transferredOf(logs, token, record.wallet);
  const event = paymentOf(record, hash, logs);
  // What was taken without the event that is known here is the service's to judge.
  if (event || amount > 0n) return { amount, pricePerHour: priceOf(record, amount, event?.price) };
  // A node may have lost the logs of the receipt.
  const range = { from: blockNumber, to: blockNumber };
  const block = await step('chain.events', () => chain.payments(client, range, signal));
  return paymentOf(record, hash, block) && record;
}

/** The event of a payment's own transaction. */
function paymentOf({ task, contract }: PaymentRecord, hash: string, logs: readonly Log[]) {
  return submittedOf(logs, contract.client).find(each => each.task === task && each.transactionHash === hash);
}

function priceOf({ pricePerHour, duration }: PaymentRecord, amount: bigint, price: bigint = pricePerHour): bigint {
  return costOf(price, duration) === amount ? price : pricePerHour;
}

/** A fixed price is the contract's, and can have become lower after the person confirmed it. */
export function surprise({ amount }: PaymentRecord, taken: Taken, at: number): PaymentRecord['problem'] {
  if (taken.amount === amount) return undefined;
  const message = t(
    'The contract took {0} SWAN, where {1} SWAN were confirmed.',
    unitsText(taken.amount),
    unitsText(amount),
  );
  return { code: 'amount_changed', message, at };
}

/** What is on the chain, and took nothing. */
export function untaken(at: number): PaymentRecord['problem'] {
  const message = t(
    'The transaction is on the chain, and the contract took nothing for the task by it. Compare the payments with the chain before you pay again.',
  );
  return { code: 'nothing_taken', message, at };
}
