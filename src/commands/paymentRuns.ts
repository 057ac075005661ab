import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { explorerLink, type LedgerEntry, ledgerEntries } from '../core/ledger.js';
import type { Ledger, Payment } from '../core/payments.js';
import { paymentsCsv } from '../core/paymentsCsv.js';
import { hold } from '../ui/heldAccount.js';
import { cancelPayment, type PaymentActs, resumePayment, speedUpPayment, tellEnd } from '../ui/paymentActs.js';
import { checkPayments } from '../ui/paymentCheck.js';
import { pickEntry } from '../ui/paymentPick.js';
import { canCancel, canSpeedUp } from '../ui/paymentRows.js';
import { WRONG_SETTING } from '../ui/settings.js';
import type { PaymentArgs } from './payments.js';
import { idOf } from './registry.js';
import type { Services } from './services.js';

/** What is done with payments: a bundle of its own, loaded with the first of their commands. */

export async function show(services: Services) {
  await services.swan.require();
  await vscode.commands.executeCommand('remoteCompute.payments.focus');
  return await check(services);
}

export async function check({ swan, payments, recovery }: Services) {
  const found = await checkPayments(swan);
  await payments.refresh();
  // What is open again is carried on, and not waited for.
  void recovery.check();
  return found;
}

export async function resume(services: Services, args: PaymentArgs | undefined, resource: unknown) {
  const held = await hold(services.swan);
  const { payment } = await entryOf(services, args, resource, t('Resume a Payment'), each => each.payment.open);
  return await follow(services, held, acts => resumePayment(acts, payment));
}

export async function speedUp(services: Services, args: PaymentArgs | undefined, resource: unknown) {
  const held = await hold(services.swan);
  const fits = ({ payment }: LedgerEntry) => canSpeedUp(payment);
  const { payment } = await entryOf(services, args, resource, t('Speed Up a Payment'), fits);
  return await follow(services, held, acts => speedUpPayment(acts, payment));
}

export async function cancel(services: Services, args: PaymentArgs | undefined, resource: unknown) {
  const held = await hold(services.swan);
  const fits = ({ payment }: LedgerEntry) => canCancel(payment);
  const { payment } = await entryOf(services, args, resource, t('Cancel a Payment'), fits);
  return await follow(services, held, acts => cancelPayment(acts, payment));
}

export async function openExplorer(services: Services, args: PaymentArgs | undefined, resource: unknown) {
  const { explorerUrl } = (await services.swan.require()).network;
  if (explorerUrl === undefined) {
    throw new RemoteError('invalid', t('This network has no explorer. Set “remoteCompute.swan.custom.explorerUrl”.'), {
      code: WRONG_SETTING,
    });
  }
  const linkOf = ({ transaction }: LedgerEntry) => explorerLink(explorerUrl, transaction?.hash);
  const fits = (entry: LedgerEntry) => linkOf(entry) !== undefined;
  const entry = await entryOf(services, args, resource, t('Open a Transaction in the Explorer'), fits);
  await vscode.env.openExternal(vscode.Uri.parse(linkOf(entry) ?? explorerUrl, true));
}

export async function copyHash(services: Services, args: PaymentArgs | undefined, resource: unknown) {
  const fits = (each: LedgerEntry) => each.transaction !== undefined;
  const { transaction } = await entryOf(services, args, resource, t('Copy a Transaction’s Hash'), fits);
  await vscode.env.clipboard.writeText(transaction?.hash ?? '');
  return transaction?.hash;
}

export async function exportCsv(services: Services, byPerson: boolean) {
  const { explorerUrl } = (await services.swan.require()).network;
  const text = paymentsCsv((await ledgerOf(services)).payments, explorerUrl);
  if (byPerson) await save(text);
  return text;
}

async function save(text: string): Promise<void> {
  const file = await vscode.window.showSaveDialog({ filters: { CSV: ['csv'] }, saveLabel: t('Export Payments') });
  if (!file) throw cancelled();
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
}

/** Of the network that is set. */
async function ledgerOf({ swan }: Services): Promise<Ledger> {
  return await (await swan.require()).backend.payments.list();
}

function missing({ swan }: Services, others: Payment | undefined): RemoteError {
  const owner = others && swan.payerOf(others);
  return owner
    ? new RemoteError('invalid', t('This payment is of the account “{0}”. Switch to it first.', owner.name))
    : new RemoteError('notFound', t('The journal has no such payment on this network.'));
}

/** The one of the arguments or of the row, or of those that fit the one that the person picks. */
async function entryOf(
  services: Services,
  args: PaymentArgs | undefined,
  resource: unknown,
  title: string,
  fits: (entry: LedgerEntry) => boolean,
): Promise<LedgerEntry> {
  const { payments, others } = await ledgerOf(services);
  const entries = ledgerEntries(payments);
  const id = args?.paymentId ?? idOf(resource);
  if (id === undefined) return await pickEntry(title, entries.filter(fits), task => services.tasks.nameOf(task));
  const entry = entries.find(each => each.id === id);
  if (!entry)
    throw missing(
      services,
      others.find(each => each.id === id.replace(/\/refund$/, '')),
    );
  if (fits(entry)) return entry;
  throw new RemoteError('invalid', t('This cannot be done with this payment, or not any more. Refresh the list.'));
}

async function follow(
  { tasks, payments }: Services,
  held: PaymentActs['held'],
  act: (acts: PaymentActs) => Promise<Payment>,
) {
  await held.check();
  const acts = { held, taskName: (id: string) => tasks.nameOf(id) };
  try {
    const payment = await act(acts);
    tellEnd(acts, payment);
    return { stage: payment.stage, hash: payment.hash };
  } finally {
    await Promise.all([tasks.store.refresh(), payments.refresh()]);
  }
}
