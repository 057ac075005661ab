import { sleep } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { unitsText } from '../../core/money.js';
import type { Order, Task } from '../../core/tasks.js';
import { known } from '../../core/words.js';
import type { PaymentRecord } from '../journal/record.js';
import type { Context } from './context.js';
import { CERTAIN_MS } from './nonces.js';

/** What the service's orders say about who has paid for a task, and what not. */

const HASH = /^0x[0-9a-fA-F]{64}$/;
const CONSUMED = 'payment_consumed';
const UNCONFIRMED = 'pending_payment_confirm';

const ends: Record<string, string> = {
  completed: t('completed'),
  finished: t('finished'),
  terminated: t('terminated'),
  cancelled: t('cancelled'),
  failed: t('failed'),
};

/** How a task has ended, in words, where it has. */
export function endOf({ status }: Pick<Task, 'status'>): string | undefined {
  return known(ends, status);
}

export function hasEnded(task: Pick<Task, 'status'>): boolean {
  return endOf(task) !== undefined;
}

export function sameHash(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

export function isConsumed({ status }: Order): boolean {
  return status === CONSUMED;
}

export function isUnconfirmed({ status }: Order): boolean {
  return status === UNCONFIRMED;
}

/** Whether an order is by a transaction of this payment. */
export function isBy({ transactions }: PaymentRecord, { txHash }: Order): boolean {
  return transactions.some(({ purpose, hash }) => purpose === 'pay' && sameHash(hash, txHash));
}

/** Nobody has paid for the task, and no payment that the service tells of is on its way. @throws RemoteError */
export async function requireUnpaid(
  context: Context,
  { orders }: Task,
  paidBefore: bigint,
  signal?: AbortSignal,
): Promise<void> {
  if (paidBefore > 0n) {
    const text = t(
      '{0} SWAN were paid for this task already. Validate it by the payment’s transaction hash instead of paying again.',
      unitsText(paidBefore),
    );
    throw new RemoteError('refused', text, { code: 'already_paid' });
  }
  const creations = orders.filter(({ type, txHash }) => type === 'Creation' && txHash);
  if (creations.some(isConsumed)) {
    const text = t('This task is paid. Validate it by the payment’s transaction hash instead of paying again.');
    throw new RemoteError('refused', text, { code: 'already_paid' });
  }
  for (const { txHash = '' } of creations) {
    if (!HASH.test(txHash) || (await isNone(context, txHash, signal))) continue;
    const text = t(
      'Swan knows of a payment for this task that was made elsewhere ({0}). Validate it by that hash once it is on the chain, instead of paying again.',
      txHash,
    );
    throw new RemoteError('refused', text, { code: 'already_paid' });
  }
}

/** Whether a transaction paid nothing: it was reverted, or the node has not heard of it for a while. */
async function isNone({ chain, step, clock, pace }: Context, hash: string, signal?: AbortSignal): Promise<boolean> {
  for (const since = clock.elapsed(); clock.elapsed() - since < CERTAIN_MS; await sleep(clock, pace.pollMs, signal)) {
    const receipt = await step('chain.final', () => chain.receipt(hash, signal));
    if (receipt) return receipt.status === 0;
    if (await step('validate.transaction', () => chain.knows(hash, signal))) return false;
  }
  return true;
}

/** The service takes a renewal of what it knows to be paid alone; the contract takes any. @throws RemoteError */
export function requireRenewable({ orders, status }: Task, paidBefore: bigint): void {
  const creations = orders.filter(({ type }) => type === 'Creation');
  if (creations.some(isConsumed)) return;
  if (paidBefore === 0n && creations.every(isUnconfirmed)) {
    throw new RemoteError('invalid', t('This task is not paid yet. Pay for it first; then it can be renewed.'));
  }
  if (status !== 'initialized' && !creations.some(isUnconfirmed)) return;
  throw new RemoteError(
    'refused',
    t(
      'Swan has not confirmed the payment for this task yet. Validate that payment first; then the task can be renewed.',
    ),
  );
}
