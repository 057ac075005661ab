import { t } from '../../core/l10n.js';
import type { PaymentRecord, SignedTransaction } from '../journal/record.js';
import { signedBy } from './adopt.js';
import { type Context, type Run, update } from './context.js';
import { same, submittedOf } from './contracts.js';
import { decidedFillers } from './gaps.js';

/**
 * The nonce was used by a transaction that is none of ours, so that ours never comes about. It may have paid all the
 * same: another wallet program may have replaced our call by the same one with a higher fee. Or it was ours, and the node
 * has forgotten its receipt, as nodes do with old ones; they keep the events.
 */
export async function supersede(context: Context, record: PaymentRecord, run: Run): Promise<PaymentRecord | undefined> {
  const { chain, step, journal, clock } = context;
  const replaced = (each: SignedTransaction): SignedTransaction =>
    each.outcome === 'unknown' ? { ...each, outcome: 'replaced' } : each;
  const fillers = await decidedFillers(context, record, run);
  if (record.stage === 'approving') {
    return update(context, record, 'approve.mined', 'approval superseded', current =>
      current.stage === 'approving'
        ? { ...current, ...afterApproval(current), transactions: current.transactions.map(replaced), fillers }
        : undefined,
    );
  }
  const { client } = record.contract;
  const logs = await step('chain.events', () => chain.payments(client, { from: record.fromBlock }, run.signal));
  const amountPaid = await step('chain.paid', () => chain.amountPaid(client, record.task, run.signal));
  const { records } = await journal.list();
  const others = new Set(
    records.filter(each => each.id !== record.id).flatMap(each => each.transactions.map(t => t.hash)),
  );
  const payments = submittedOf(logs, client).filter(each => each.task === record.task);
  const ownOf = (hash: string | undefined) => record.transactions.find(each => each.hash === hash);
  const paid =
    payments.find(each => ownOf(each.transactionHash)) ??
    payments.find(each => same(each.payer, record.wallet) && !others.has(each.transactionHash));
  const own = ownOf(paid?.transactionHash);
  // Without its block it could not be looked up again.
  if (own && paid?.block === undefined) return undefined;
  if (payments.length === 0 && amountPaid !== record.paidBefore) return undefined;
  const found = paid && !own ? [await foreign(context, record, paid.transactionHash, run)] : [];
  const message =
    amountPaid === record.paidBefore
      ? t(
          'Another transaction took this payment’s place, and did not pay for the task. Pay again if it is still needed.',
        )
      : t(
          'Another transaction took this payment’s place, and something was paid for the task since. Look at it before you pay again.',
        );
  const next: Partial<PaymentRecord> = paid
    ? { stage: 'paid', hash: paid.transactionHash, problem: undefined }
    : { stage: 'superseded', problem: { code: 'superseded', message, at: clock.now() } };
  const mined = (each: SignedTransaction): SignedTransaction =>
    each.hash === own?.hash ? { ...each, outcome: 'mined', block: paid?.block } : replaced(each);
  const what = own ? 'pay mined, receipt forgotten' : paid ? 'paid by a replacement' : 'superseded';
  return update(context, record, 'pay.mined', what, current =>
    current.stage === 'paying'
      ? { ...current, ...next, transactions: [...current.transactions.map(mined), ...found], fillers }
      : undefined,
  );
}

/** What another program sent in the payment's place, to pay. */
async function foreign(
  context: Context,
  { wallet }: PaymentRecord,
  hash: string,
  { signal }: Run,
): Promise<SignedTransaction> {
  const sent = await signedBy(context, wallet, hash, signal);
  return { purpose: 'pay', hash, nonce: sent?.nonce, raw: sent?.serialized, outcome: 'mined' };
}

/** Who cancels while the approval is on its way wants nothing paid, whichever of the two was mined. */
export function afterApproval({ transactions }: PaymentRecord): Pick<PaymentRecord, 'stage' | 'problem'> {
  const cancelled = transactions.some(({ purpose }) => purpose === 'cancel');
  return { stage: cancelled ? 'cancelled' : 'ready', problem: undefined };
}
