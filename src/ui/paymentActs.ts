import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { pendingTransaction } from '../core/ledger.js';
import { unitsText } from '../core/money.js';
import type { Payment, Replacement } from '../core/payments.js';
import { own, type PlainText } from '../core/plainText.js';
import { swan } from './amounts.js';
import type { Held } from './heldAccount.js';
import { accountLine, balanceLine, leftoverLine, requireDone, signerOf } from './payPrompt.js';
import { progress } from './progress.js';
import { confirm } from './prompts.js';
import { spendingLimits } from './spendingLimits.js';
import type { SwanAccount } from './swanAccount.js';
import { hoursText } from './taskRows.js';

export interface PaymentActs {
  held: Held<Pick<SwanAccount, 'require' | 'requirePayer' | 'signer' | 'label'>>;
  /** The name of a task, by its id. */
  taskName(id: string): string;
}

/**
 * Goes on with a payment until it is at its end. Before anything is signed for it, a modal asks.
 * @throws RemoteError where it was not paid, and not cancelled either
 */
export async function resumePayment(acts: PaymentActs, payment: Payment): Promise<Payment> {
  const { payments } = acts.held.connection.backend;
  const { id, stage, amount } = payment;
  const title = t('Finishing the payment of {0}…', swan(amount));
  let blocked = payment.problem?.code === 'nonce_gap';
  if (stage !== 'ready' && !blocked) {
    try {
      return requireEnd(await progress(title, () => payments.resume(id), false));
    } catch (error) {
      blocked = error instanceof RemoteError && error.code === 'nonce_gap';
      if (!(error instanceof RemoteError) || (error.code !== 'needs_signature' && !blocked)) throw error;
    }
  }
  await requireWalletOf(acts, payment);
  await confirmFinishing(acts, payment, blocked);
  const signer = await signerOf(acts.held);
  const limits = acts.held.connection.sandboxFolder ? undefined : spendingLimits();
  return requireEnd(await progress(title, () => payments.resume(id, signer, limits), false));
}

/** @param blocked by a transaction before it, which the chain has lost */
async function confirmFinishing(acts: PaymentActs, payment: Payment, blocked: boolean): Promise<void> {
  const amount = swan(payment.amount);
  const cancelling = pendingTransaction(payment)?.purpose === 'cancel';
  const detail: PlainText[] = [
    t('For: {0} at {1} per hour', hoursText(payment.duration), swan(payment.pricePerHour)),
    ...whereabouts(acts, payment),
    ...(cancelling ? [] : await costs(acts, payment)),
    own(''),
    ...(blocked
      ? [
          t(
            'The chain has lost an earlier transaction of your wallet, and the payment waits for it. An empty transaction takes its place first, for at most {0} ETH of gas.',
            unitsText(payment.gas),
          ),
          own(''),
        ]
      : []),
    cancelling
      ? t('You cancelled this payment before, and the cancellation is not on the chain yet.')
      : t(
          'You confirmed this payment before, and it was not finished. What was paid for the task since is looked up first: nothing is paid twice.',
        ),
  ];
  const [question, act] = cancelling
    ? [t('Finish cancelling the payment of {0} for {1}?', amount, quoted(acts, payment)), t('Cancel the Payment')]
    : [t('Finish paying {0} for {1}?', amount, quoted(acts, payment)), t('Pay {0}', amount)];
  await confirm(question, detail, act, payment.task);
}

/** As they are named where it is confirmed. */
async function costs({ held }: PaymentActs, { id, amount, gas, stage }: Payment): Promise<PlainText[]> {
  const { payments } = held.connection.backend;
  const [balance, allowance] = await progress(t('Reading your balance…'), signal =>
    Promise.all([payments.balanceFor(id, signal), stage === 'ready' ? payments.allowanceFor(id, signal) : 0n]),
  );
  return [
    balanceLine(balance, balance - amount),
    t('Gas: at most {0} ETH', unitsText(gas)),
    ...leftoverLine(allowance, amount),
  ];
}

/** Signs what is on its way once more with a higher fee, on the person's word, and follows it. */
export async function speedUpPayment(acts: PaymentActs, payment: Payment): Promise<Payment> {
  const { payments } = acts.held.connection.backend;
  const cost = await costOfReplacing(acts, payment, 'speed up');
  const message =
    pendingTransaction(payment)?.purpose === 'cancel'
      ? t('Speed up cancelling the payment of {0} for {1}?', swan(payment.amount), quoted(acts, payment))
      : t('Speed up the payment of {0} for {1}?', swan(payment.amount), quoted(acts, payment));
  const detail: PlainText[] = [
    t(
      'The same transaction is signed again with a higher fee. Only one of the two can get onto the chain: nothing is paid twice.',
    ),
    own(''),
    ...feeLines(cost),
    ...whereabouts(acts, payment),
  ];
  await confirm(message, detail, t('Speed Up'), payment.task);
  const signer = await signerOf(acts.held);
  const title = t('Sending it again with a higher fee…');
  const sent = await progress(title, () => payments.speedUp(payment.id, signer, cost.next), false);
  return await resumePayment(acts, sent);
}

/** Keeps a payment from being made, on the person's word: by an empty transaction where one is on its way. */
export async function cancelPayment(acts: PaymentActs, payment: Payment): Promise<Payment> {
  const { payments } = acts.held.connection.backend;
  const message = t('Cancel the payment of {0} for {1}?', swan(payment.amount), quoted(acts, payment));
  const act = t('Cancel the Payment');
  if (payment.stage === 'ready') {
    await confirm(
      message,
      t('Nothing was paid for it. You can pay for the task again at any time.'),
      act,
      payment.task,
    );
    await acts.held.check();
    return await payments.cancel(payment.id);
  }
  const cost = await costOfReplacing(acts, payment, 'cancel');
  const detail: PlainText[] = [
    t(
      'An empty transaction is sent in its place. Whichever of the two gets onto the chain first counts, and you are told which.',
    ),
    own(''),
    ...feeLines(cost),
    ...whereabouts(acts, payment),
  ];
  await confirm(message, detail, act, payment.task);
  const signer = await signerOf(acts.held);
  const sent = await progress(t('Cancelling…'), () => payments.cancel(payment.id, signer, cost.next), false);
  return await resumePayment(acts, sent);
}

/** Says what became of it. */
export function tellEnd(acts: Pick<PaymentActs, 'taskName'>, payment: Payment): void {
  const { amount, stage } = payment;
  const text =
    stage === 'cancelled'
      ? t('The payment of {0} was cancelled: nothing was paid for {1}.', swan(amount), quoted(acts, payment))
      : t('Paid {0} for {1}.', swan(amount), quoted(acts, payment));
  void vscode.window.showInformationMessage(text);
}

function requireEnd(payment: Payment): Payment {
  return payment.stage === 'cancelled' ? payment : requireDone(payment);
}

async function costOfReplacing(acts: PaymentActs, payment: Payment, act: 'speed up' | 'cancel'): Promise<Replacement> {
  const { payments } = acts.held.connection.backend;
  await requireWalletOf(acts, payment);
  return await progress(t('Reading the fee…'), signal => payments.replacement(payment.id, act, signal));
}

/** Nobody is to confirm what then cannot be signed. */
async function requireWalletOf({ held }: PaymentActs, { wallet }: Payment): Promise<void> {
  await held.check();
  const { address } = await held.account.requirePayer();
  if (address.toLowerCase() === wallet.toLowerCase()) return;
  throw new RemoteError(
    'invalid',
    t('This payment is the wallet {0}’s. Set that wallet first, then try again.', wallet),
    {
      code: 'needs_signature',
    },
  );
}

function quoted({ taskName }: Pick<PaymentActs, 'taskName'>, { task }: Payment): string {
  return `“${taskName(task)}”`;
}

function feeLines({ former, next }: Replacement): PlainText[] {
  return [t('Gas: at most {0} ETH, instead of {1} ETH', unitsText(next), unitsText(former))];
}

function whereabouts({ held }: PaymentActs, { network, contract, wallet }: Payment): PlainText[] {
  return [
    t('Network: {0} (chain {1})', network.name, network.chainId),
    t('To the contract: {0}', contract.client),
    ...accountLine(held.account.label),
    t('From your wallet: {0}', wallet),
  ];
}
