import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { pendingTransaction } from '../core/ledger.js';
import { unitsText } from '../core/money.js';
import type { Payment, Replacement } from '../core/payments.js';
import { askPassword, progress, requireDone, swan } from './payPrompt.js';
import { confirm } from './prompts.js';
import { inert } from './strangers.js';
import type { SwanAccount } from './swanAccount.js';
import { hoursText } from './taskRows.js';

export interface PaymentActs {
  account: Pick<SwanAccount, 'require' | 'requirePayer' | 'signer'>;
  /** The name of a task, by its id. */
  taskName(id: string): string;
}

/**
 * Goes on with a payment until it is at its end. Before anything is signed for it, a modal asks.
 * @throws RemoteError where it was not paid, and not cancelled either
 */
export async function resumePayment(acts: PaymentActs, payment: Payment): Promise<Payment> {
  const { payments } = (await acts.account.require()).backend;
  const { id, stage, amount } = payment;
  const title = `Finishing the payment of ${swan(amount)}…`;
  if (stage !== 'ready') {
    try {
      return requireEnd(await progress(title, () => payments.resume(id), false));
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'needs_signature') throw error;
    }
  }
  await requireWalletOf(acts, payment);
  const detail = [
    `For: ${hoursText(payment.duration)} at ${swan(payment.pricePerHour)} per hour`,
    ...whereabouts(payment),
    '',
    'You confirmed this payment before, and it was not finished. What was paid for the task since is looked up first: nothing is paid twice.',
  ];
  await confirm(
    `Finish paying ${swan(amount)} for ${quoted(acts, payment)}?`,
    detail.join('\n'),
    `Pay ${swan(amount)}`,
  );
  const signer = await acts.account.signer(open => askPassword(open));
  return requireEnd(await progress(title, () => payments.resume(id, signer), false));
}

/** Signs what is on its way once more with a higher fee, on the person's word, and follows it. */
export async function speedUpPayment(acts: PaymentActs, payment: Payment): Promise<Payment> {
  const { payments } = (await acts.account.require()).backend;
  const cost = await costOfReplacing(acts, payment, 'speed up');
  const message =
    pendingTransaction(payment)?.purpose === 'cancel'
      ? `Speed up cancelling the payment of ${swan(payment.amount)} for ${quoted(acts, payment)}?`
      : `Speed up the payment of ${swan(payment.amount)} for ${quoted(acts, payment)}?`;
  const detail = [
    'The same transaction is signed again with a higher fee. Only one of the two can get onto the chain: nothing is paid twice.',
    '',
    ...feeLines(cost),
    ...whereabouts(payment),
  ];
  await confirm(message, detail.join('\n'), 'Speed Up');
  const signer = await acts.account.signer(open => askPassword(open));
  const title = 'Sending it again with a higher fee…';
  const sent = await progress(title, () => payments.speedUp(payment.id, signer, cost.next), false);
  return await resumePayment(acts, sent);
}

/** Keeps a payment from being made, on the person's word: by an empty transaction where one is on its way. */
export async function cancelPayment(acts: PaymentActs, payment: Payment): Promise<Payment> {
  const { payments } = (await acts.account.require()).backend;
  const message = `Cancel the payment of ${swan(payment.amount)} for ${quoted(acts, payment)}?`;
  const act = 'Cancel the Payment';
  if (payment.stage === 'ready') {
    await confirm(message, 'Nothing of it was sent. You can pay for the task again at any time.', act);
    return await payments.cancel(payment.id);
  }
  const cost = await costOfReplacing(acts, payment, 'cancel');
  const detail = [
    'An empty transaction is sent in its place. Whichever of the two gets onto the chain first counts, and you are told which.',
    '',
    ...feeLines(cost),
    ...whereabouts(payment),
  ];
  await confirm(message, detail.join('\n'), act);
  const signer = await acts.account.signer(open => askPassword(open));
  const sent = await progress('Cancelling…', () => payments.cancel(payment.id, signer, cost.next), false);
  return await resumePayment(acts, sent);
}

/** Says what became of it. */
export function tellEnd(acts: PaymentActs, payment: Payment): void {
  const { amount, stage } = payment;
  const text =
    stage === 'cancelled'
      ? `The payment of ${swan(amount)} was cancelled: nothing was paid for ${quoted(acts, payment)}.`
      : `Paid ${swan(amount)} for ${quoted(acts, payment)}.`;
  void vscode.window.showInformationMessage(inert(text));
}

function requireEnd(payment: Payment): Payment {
  return payment.stage === 'cancelled' ? payment : requireDone(payment);
}

async function costOfReplacing(acts: PaymentActs, payment: Payment, act: 'speed up' | 'cancel'): Promise<Replacement> {
  const { payments } = (await acts.account.require()).backend;
  await requireWalletOf(acts, payment);
  return await progress('Reading the fee…', signal => payments.replacement(payment.id, act, signal));
}

/** Nobody is to confirm what then cannot be signed. */
async function requireWalletOf({ account }: PaymentActs, { wallet }: Payment): Promise<void> {
  const { address } = await account.requirePayer();
  if (address.toLowerCase() === wallet.toLowerCase()) return;
  throw new RemoteError('invalid', `This payment is the wallet ${wallet}’s. Set that wallet first, then try again.`, {
    code: 'needs_signature',
  });
}

function quoted({ taskName }: PaymentActs, { task }: Payment): string {
  return `“${taskName(task)}”`;
}

function feeLines({ former, next }: Replacement): string[] {
  return [`Gas: at most ${unitsText(next)} ETH, instead of ${unitsText(former)} ETH`];
}

function whereabouts({ network, contract, wallet }: Payment): string[] {
  return [
    `Network: ${network.name} (chain ${network.chainId})`,
    `To the contract: ${contract.client}`,
    `From your wallet: ${wallet}`,
  ];
}
