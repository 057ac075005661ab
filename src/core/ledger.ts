import { monthText } from './format.js';
import type { Payment, PaymentTransaction } from './payments.js';

/** One line of the ledger: a payment, or what came back for its task. */
export interface LedgerEntry {
  /** Stable and unique. */
  id: string;
  kind: 'pay' | 'renewal' | 'refund';
  payment: Payment;
  /** Wei of SWAN. */
  amount: bigint;
  at: number;
  /** The transaction that moved it, or that is to. */
  transaction?: { hash: string; nonce?: number | undefined; block?: number | undefined } | undefined;
}

/** What was paid and what came back, in wei of SWAN. */
export interface Totals {
  paid: bigint;
  back: bigint;
}

/** All there is to list, newest first. */
export function ledgerEntries(payments: readonly Payment[]): LedgerEntry[] {
  return payments
    .flatMap(payment => [...refundEntry(payment), paymentEntry(payment)])
    .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}

export function paymentEntry(payment: Payment): LedgerEntry {
  const { id, kind, amount, createdAt } = payment;
  const transaction = transactionOf(payment);
  return { id, kind: kind === 'renew' ? 'renewal' : 'pay', payment, amount, at: createdAt, transaction };
}

function refundEntry(payment: Payment): LedgerEntry[] {
  const { refund } = payment;
  if (!refund) return [];
  const { amount, hash, block, at = payment.updatedAt } = refund;
  const transaction = hash === undefined ? undefined : { hash, block };
  return [{ id: `${payment.id}/refund`, kind: 'refund', payment, amount, at, transaction }];
}

/** The one that paid; where none has, the last that was signed for it. */
export function transactionOf({ hash, transactions }: Payment): PaymentTransaction | undefined {
  const paying = transactions.filter(({ purpose }) => purpose !== 'approve');
  return paying.find(each => each.hash === hash || each.outcome === 'mined') ?? paying.at(-1) ?? transactions.at(-1);
}

/** The one whose outcome is open, which another can take the place of. */
export function pendingTransaction({ open, transactions }: Payment): PaymentTransaction | undefined {
  return open ? transactions.findLast(({ outcome, nonce }) => outcome === 'unknown' && nonce !== undefined) : undefined;
}

/** Of each group, in the order in which the groups come. What is under way or failed counts as nothing. */
export function totalsBy(
  entries: readonly LedgerEntry[],
  keyOf: (entry: LedgerEntry) => string,
): Map<string, Totals & { entries: LedgerEntry[] }> {
  const groups = new Map<string, Totals & { entries: LedgerEntry[] }>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key) ?? { paid: 0n, back: 0n, entries: [] };
    groups.set(key, group);
    group.entries.push(entry);
    const { stage } = entry.payment;
    if (entry.kind === 'refund') group.back += entry.amount;
    else if (stage === 'done' || stage === 'paid') group.paid += entry.amount;
  }
  return groups;
}

/** `November 2026`, where the person is. */
export function monthOf({ at }: LedgerEntry): string {
  return monthText(at);
}

/** Where a person can look a transaction up. @returns undefined for a network without an explorer, and for no hash */
export function explorerLink(explorerUrl: string | undefined, hash: string | undefined): string | undefined {
  if (explorerUrl === undefined || hash === undefined || !/^0x[0-9a-fA-F]{64}$/.test(hash)) return undefined;
  return `${explorerUrl}/tx/${hash}`;
}
