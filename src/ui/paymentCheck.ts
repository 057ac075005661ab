import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { progress } from './progress.js';
import type { SwanAccount } from './swanAccount.js';

export interface Checked {
  /** Payments and refunds that are on the chain as the journal has them. */
  agree: number;
  refunds: number;
  /** Ids of payments that are to go on again. */
  reopened: string[];
}

/** Looks all payments up on the chain, and says what it found. */
export async function checkPayments(account: SwanAccount): Promise<Checked> {
  const { payments } = (await account.require()).backend;
  const reopened = await progress(t('Comparing payments with the chain…'), signal => payments.reconcile(signal));
  const settled = (await payments.list()).payments.filter(({ open }) => !open);
  const found: Checked = {
    agree: settled.length,
    refunds: settled.filter(({ refund }) => refund).length,
    reopened: reopened.map(({ id }) => id),
  };
  const vanished = reopened.filter(({ stage }) => stage === 'paying').length;
  void vscode.window.showInformationMessage(checkedText(found, vanished));
  return found;
}

/** @param vanished how many of those that go on again were on the chain before; the others had been given up */
export function checkedText({ agree, refunds, reopened }: Checked, vanished: number): string {
  if (agree === 0 && reopened.length === 0) return t('There are no payments to compare with the chain.');
  const late = reopened.length - vanished;
  return [agree === 0 ? '' : agreeText(agree, refunds), vanishedText(vanished), lateText(late)]
    .filter(Boolean)
    .join(' ');
}

function agreeText(payments: number, refunds: number): string {
  if (refunds === 0)
    return payments === 1 ? t('1 payment agrees with the chain.') : t('{0} payments agree with the chain.', payments);
  const paid = payments === 1 ? t('1 payment') : t('{0} payments', payments);
  return refunds === 1
    ? t('{0} and 1 refund agree with the chain.', paid)
    : t('{0} and {1} refunds agree with the chain.', paid, refunds);
}

function vanishedText(payments: number): string {
  if (payments === 0) return '';
  return payments === 1
    ? t('1 payment had vanished from the chain and is on its way again.')
    : t('{0} payments had vanished from the chain and are on their way again.', payments);
}

function lateText(payments: number): string {
  if (payments === 0) return '';
  return payments === 1
    ? t('1 payment had been given up, and came about after all: Swan is told.')
    : t('{0} payments had been given up, and came about after all: Swan is told.', payments);
}
