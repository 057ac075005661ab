import * as vscode from 'vscode';
import { progress } from './payPrompt.js';
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
  const reopened = await progress('Comparing payments with the chain…', signal => payments.reconcile(signal));
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
  const back = refunds === 0 ? '' : ` and ${count(refunds, 'refund')}`;
  const late = reopened.length - vanished;
  const texts = [
    `${count(agree, 'payment')}${back} ${agree === 1 && refunds === 0 ? 'agrees' : 'agree'} with the chain.`,
    vanished > 0 ? `${count(vanished, 'payment')} had vanished from the chain and ${areAgain(vanished)}.` : '',
    late > 0 ? `${count(late, 'payment')} had been given up, and came about after all: Swan is told.` : '',
  ];
  return texts.filter(Boolean).join(' ');
}

function areAgain(number: number): string {
  return number === 1 ? 'is on its way again' : 'are on their way again';
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
