import { dateText } from '../core/format.js';
import { t } from '../core/l10n.js';
import {
  explorerLink,
  type LedgerEntry,
  ledgerEntries,
  monthOf,
  paymentEntry,
  pendingTransaction,
  totalsBy,
} from '../core/ledger.js';
import { roundedText, unitsText } from '../core/money.js';
import type { Payment, PaymentTransaction } from '../core/payments.js';
import { joined, lines, type PlainText, plain, plainText } from '../core/plainText.js';
import { Hover } from './hover.js';
import { isolatedRows } from './isolated.js';
import type { PaymentGrouping } from './memory.js';
import { historyWords } from './paymentHistory.js';
import type { Row } from './tree.js';

export interface EntryRowOptions {
  /** The name of a task, by its id. */
  taskName(id: string): PlainText;
  explorerUrl: string | undefined;
}

/** The ledger: what is not finished at the top, and all else by month or by task, with totals. */
export function paymentRows(payments: readonly Payment[], grouping: PaymentGrouping, options: EntryRowOptions): Row[] {
  const entries = ledgerEntries(payments);
  const rowsOf = (some: readonly LedgerEntry[]) =>
    isolatedRows(
      some,
      entry => entryRow(entry, options),
      entry => ({ id: entry.id, contextValue: entry.kind === 'refund' ? 'refund' : 'payment', resource: entry }),
    );
  const open = rowsOf(entries.filter(isUnfinished));
  const keyOf = grouping === 'task' ? ({ payment }: LedgerEntry) => payment.task : monthOf;
  const groups = [...totalsBy(entries, keyOf)].flatMap(([key, { paid, back, entries: all }], index) => {
    const children = rowsOf(all.filter(entry => !isUnfinished(entry)));
    if (children.length === 0) return [];
    const label = grouping === 'task' ? options.taskName(key) : plainText(key);
    const description =
      back > 0n
        ? t('{0} SWAN paid, {1} back', roundedText(paid), roundedText(back))
        : t('{0} SWAN paid', roundedText(paid));
    return {
      id: `${grouping}/${key}`,
      label,
      description,
      icon: { id: grouping === 'task' ? 'package' : 'calendar' },
      contextValue: 'payments',
      spoken: plain`${label}: ${description}`,
      expanded: index === 0,
      children,
    };
  });
  return [...open, ...groups];
}

/** A payment that is not finished, below its task. */
export function openPaymentRow(payment: Payment, options: EntryRowOptions): Row {
  const words = joined([stageLook(payment).words, problemOf(payment)], ' · ');
  const amount = roundedText(payment.amount);
  const label = payment.kind === 'renew' ? t('Renewal of {0} SWAN', amount) : t('Payment of {0} SWAN', amount);
  return { ...entryRow(paymentEntry(payment), options), label, description: words, spoken: plain`${label}: ${words}` };
}

/** What to do about files that could not be read. */
export function damagedRow(files: readonly string[]): Row {
  const label = files.length === 1 ? t('A record cannot be read') : t('{0} records cannot be read', files.length);
  const what = t(
    'In “payments” of the extension’s storage. Before you pay for a task again, check on the chain whether it was paid.',
  );
  return {
    id: 'damaged',
    label,
    description: what,
    icon: { id: 'warning', color: 'list.warningForeground' },
    contextValue: 'damaged',
    spoken: plain`${label}. ${what}`,
    tooltip: lines([what, ...files.map(file => plainText(file))]),
  };
}

/** The journal's words may be from an earlier version. */
function problemOf({ problem }: Payment): PlainText | undefined {
  return problem && plainText(problem.message);
}

function isUnfinished({ kind, payment }: LedgerEntry): boolean {
  return payment.open && kind !== 'refund';
}

interface StageLook {
  words: PlainText;
  icon: string;
  color?: string;
}

const looks: Record<Payment['stage'] | 'notTaken', StageLook> = {
  ready: { words: t('waiting for your signature'), icon: 'edit', color: 'charts.yellow' },
  approving: { words: t('approval waiting for the chain'), icon: 'loading~spin', color: 'charts.blue' },
  paying: { words: t('waiting for the chain'), icon: 'loading~spin', color: 'charts.blue' },
  paid: { words: t('on the chain, waiting for Swan'), icon: 'sync~spin', color: 'charts.blue' },
  done: { words: t('paid'), icon: 'pass', color: 'charts.green' },
  notTaken: { words: t('paid, not taken by Swan'), icon: 'warning', color: 'charts.yellow' },
  failed: { words: t('failed, nothing paid'), icon: 'error', color: 'charts.red' },
  cancelled: { words: t('cancelled'), icon: 'circle-slash' },
  superseded: { words: t('another transaction took its place'), icon: 'circle-slash', color: 'charts.yellow' },
};

/** How far a payment is, in words. */
export function stageLook(payment: Payment): StageLook {
  // Who pays signs at once; who cannot has said why.
  if (payment.stage === 'ready' && !payment.problem) return { ...looks.paying, words: t('about to be signed') };
  if (payment.problem?.code === 'not_taken') return looks.notTaken;
  if (pendingTransaction(payment)?.purpose === 'cancel') return { ...looks.paying, words: t('being cancelled') };
  return looks[payment.stage];
}

const kinds: Record<LedgerEntry['kind'], PlainText> = { pay: t('Pay'), renewal: t('Renewal'), refund: t('Refund') };

export function entryLabel({ kind, payment }: LedgerEntry, taskName: (id: string) => PlainText): PlainText {
  return plain`${kinds[kind]} · ${taskName(payment.task)}`;
}

/** Amount, status and what is the matter. */
export function entryFacts({ kind, payment, amount }: LedgerEntry): PlainText[] {
  const words = kind === 'refund' ? t('came back') : stageLook(payment).words;
  const problem = kind === 'refund' ? undefined : problemOf(payment);
  return [plain`${roundedText(amount)} SWAN`, words, ...(problem === undefined ? [] : [problem])];
}

function entryRow(entry: LedgerEntry, options: EntryRowOptions): Row {
  const { id, kind, payment, at } = entry;
  const label = entryLabel(entry, options.taskName);
  const [amount, words, ...problem] = entryFacts(entry);
  const facts = [amount, words, dateText(at), ...problem];
  const look = kind === 'refund' ? { icon: 'reply', color: 'charts.green' } : stageLook(payment);
  const troubled = payment.open && problem.length > 0;
  const icon = troubled ? { icon: 'warning', color: 'list.warningForeground' } : look;
  return {
    id,
    label,
    description: joined(facts, ' · '),
    icon: icon.color ? { id: icon.icon, color: icon.color } : { id: icon.icon },
    contextValue: [kind === 'refund' ? 'refund' : 'payment', ...abilities(entry, options.explorerUrl)].join('+'),
    spoken: plain`${label}, ${joined(facts, ', ')}`,
    resource: entry,
    hover: async () => entryHover(entry, label, options.explorerUrl).markdown,
  };
}

function abilities({ kind, payment, transaction }: LedgerEntry, explorerUrl: string | undefined): string[] {
  const can: string[] = [];
  if (kind !== 'refund') {
    if (payment.open) can.push('resume');
    if (canSpeedUp(payment)) can.push('speedUp');
    if (canCancel(payment)) can.push('cancel');
  }
  if (transaction) can.push('hash');
  if (explorerLink(explorerUrl, transaction?.hash)) can.push('explorer');
  return can;
}

/** Whether a transaction of it is on its way. */
export function canSpeedUp(payment: Payment): boolean {
  return pendingTransaction(payment) !== undefined;
}

/** Whether it can still be kept from being paid. */
export function canCancel(payment: Payment): boolean {
  if (payment.stage === 'ready') return true;
  const pending = pendingTransaction(payment);
  return pending !== undefined && pending.purpose !== 'cancel';
}

function entryHover(entry: LedgerEntry, title: string, explorerUrl: string | undefined): Hover {
  const { kind, payment, amount, at, transaction } = entry;
  const { wallet, contract, network, transactions, fillers, problem, history, task } = payment;
  const hover = new Hover(title).field(t('Amount'), `${unitsText(amount)} SWAN`);
  if (kind === 'refund') {
    hover.field(t('Came back'), dateText(at)).field(t('Of the task'), task).field(t('Contract'), contract.client);
    const hash = transaction?.hash;
    if (hash === undefined) return hover.field(t('Transaction'), t('Swan has not named it yet'));
    return hover.link(t('Transaction'), hash, explorerLink(explorerUrl, hash));
  }
  hover.field(t('Status'), stageLook(payment).words).field(t('What is the matter'), problem?.message);
  hover.field(t('Price'), t('{0} SWAN per hour', unitsText(payment.pricePerHour))).field(t('Task'), task);
  hover.field(t('Wallet'), wallet).field(t('Contract'), contract.client);
  hover.field(t('Network'), t('{0} (chain {1})', network.name, network.chainId));
  if (payment.gas > 0n) hover.field(t('Gas'), t('at most {0} ETH', unitsText(payment.gas)));
  for (const each of [...fillers, ...transactions]) {
    hover.link(transactionWords(each), each.hash, explorerLink(explorerUrl, each.hash));
  }
  for (const { at: when, what } of history) hover.field(dateText(when), historyWords(what));
  return hover;
}

const outcomes: Record<PaymentTransaction['outcome'], string> = {
  unknown: t('on its way'),
  mined: t('on the chain'),
  reverted: t('reverted'),
  replaced: t('replaced by another one'),
};

const purposes: Record<PaymentTransaction['purpose'], string> = {
  approve: t('Approval'),
  pay: t('Payment'),
  cancel: t('Cancellation'),
  fill: t('Empty transaction'),
};

function transactionWords({ purpose, outcome, nonce, block }: PaymentTransaction): string {
  const where = [nonce === undefined ? '' : t('nonce {0}', nonce), block === undefined ? '' : t('block {0}', block)];
  return [purposes[purpose], ...where, outcomes[outcome]].filter(Boolean).join(', ');
}
