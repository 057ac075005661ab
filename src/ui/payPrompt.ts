import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { unitsText } from '../core/money.js';
import type { Payment, PaymentKind, Quote, Signer } from '../core/payments.js';
import type { PlainText } from '../core/plainText.js';
import type { Task } from '../core/tasks.js';
import { swan } from './amounts.js';
import { trustedContract } from './contractTrust.js';
import type { Held } from './heldAccount.js';
import { openKeystore } from './keystorePassword.js';
import type { Memory } from './memory.js';
import { stageLook } from './paymentRows.js';
import { progress } from './progress.js';
import { spendingLimits, withinLimits } from './spendingLimits.js';
import type { SwanAccount } from './swanAccount.js';
import { hoursText, taskName } from './taskRows.js';

/** What the person is asked about anew, by code. */
const changes: Partial<Record<string, string>> = {
  price_changed: t('The price has changed since you confirmed. Nothing was paid.'),
  approval_gone: t('The approval that was there is gone since you confirmed. Nothing was paid.'),
  gas_changed: t('Gas has become dearer since you confirmed. Nothing was paid.'),
};

/**
 * Pays for a task: everything is read first, then one modal names it all, then it is signed. There is no way around the
 * modal. Resolves when the service knows of the payment.
 * @param duration seconds, of a renewal
 */
export async function payForTask(
  { held, memory }: { held: Held<SwanAccount>; memory: Memory },
  task: Task,
  kind: PaymentKind,
  duration?: number,
): Promise<Payment> {
  const { account, connection } = held;
  await held.check();
  const wallet = await account.requirePayer();
  const { payments } = connection.backend;
  const contract = await trustedContract(memory, held);
  // Of a task that was created elsewhere it is not told; dynamic prices are the service's own choice for new tasks.
  const created = memory.get('createdTasks')?.find(({ id }) => id === task.id);
  const pricing = created?.request.hardware.pricing ?? 'dynamic';
  const request = { task: task.id, kind, pricing, wallet: wallet.address, contract, duration };
  for (let changed: string | undefined; ; ) {
    const read = await progress(t('Reading the price and your balance…'), signal =>
      // The person's own limits are for real money.
      payments.estimate({ ...request, limits: connection.sandboxFolder ? undefined : spendingLimits() }, signal),
    );
    const quote = await withinLimits(read);
    await held.check();
    await confirmQuote(account, task, quote, changed);
    const signer = await signerOf(held);
    try {
      const paying = t('Paying {0} for {1}…', swan(quote.amount), taskName(task));
      return requireDone(await progress(paying, () => payments.pay(quote, signer), false));
    } catch (error) {
      // What the person confirmed holds no more, so that nothing was paid: they are asked about what holds now.
      changed = error instanceof RemoteError ? changes[error.code ?? ''] : undefined;
      if (changed === undefined) throw error;
    }
  }
}

/** A payment can come to its end without having paid. @throws RemoteError that says why */
export function requireDone(payment: Payment): Payment {
  if (payment.stage === 'done') return payment;
  const why = payment.problem?.message ?? t('Look the task up before you pay again.');
  throw new RemoteError(
    'refused',
    t('The payment of {0} was not made ({1}). {2}', swan(payment.amount), stageLook(payment).words, why),
    {
      code: payment.problem?.code ?? `payment_${payment.stage}`,
    },
  );
}

/** @throws cancelled */
async function confirmQuote({ label }: SwanAccount, task: Task, quote: Quote, changed = ''): Promise<void> {
  const { amount, duration, network, balance, balanceAfter, gas, allowance, approval, pricePerHour } = quote;
  const renewal = quote.request.kind === 'renew';
  const pay = t('Pay {0}', swan(amount));
  const detail = [
    ...(changed ? [changed] : []),
    t('ID: {0}', task.id),
    renewal
      ? t('For: {0} at {1} per hour, added to the time left', hoursText(duration), swan(pricePerHour))
      : t('For: {0} at {1} per hour', hoursText(duration), swan(pricePerHour)),
    t('Network: {0} (chain {1})', network.name, network.chainId),
    t('To the contract: {0}', quote.request.contract.client),
    ...accountLine(label),
    t('From your wallet: {0}', quote.request.wallet),
    balanceLine(balance, balanceAfter),
    approval
      ? t('Gas: at most {0} ETH, for an approval of exactly this amount and the payment', unitsText(gas))
      : t('Gas: at most {0} ETH', unitsText(gas)),
    ...leftoverLine(allowance, amount),
  ].join('\n');
  const answer = await vscode.window.showWarningMessage(
    renewal
      ? t('Renew “{0}”: {1}?', taskName(task), swan(amount))
      : t('Pay for “{0}”: {1}?', taskName(task), swan(amount)),
    { modal: true, detail },
    pay,
  );
  if (answer !== pay) throw cancelled();
}

export function balanceLine(now: bigint, after: bigint): PlainText {
  return t('SWAN balance: {0} now, {1} afterwards', swan(now), swan(after));
}

/** What the contract may take from earlier on: what a payment that was given up has left, or somebody approved elsewhere. */
export function leftoverLine(allowance: bigint, amount: bigint): PlainText[] {
  if (allowance === 0n) return [];
  if (allowance === amount) return [t('An earlier approval of exactly this amount is used')];
  return [t('An earlier approval of {0} is replaced: the contract can take this amount, and no more', swan(allowance))];
}

/** Of those that the person has several of. */
export function accountLine(label: string): PlainText[] {
  return label === '' ? [] : [t('Account: {0}', label)];
}

/** What signs, once the person has confirmed. @throws RemoteError where another account is in use by now, or cancelled */
export async function signerOf(held: Held<Pick<SwanAccount, 'require' | 'signer'>>): Promise<Signer> {
  await held.check();
  const signer = await held.account.signer(openKeystore);
  await held.check();
  return signer;
}
