import { explorerLink, type LedgerEntry, ledgerEntries } from './ledger.js';
import { unitsText } from './money.js';
import type { Payment } from './payments.js';

const COLUMNS = [
  'date',
  'kind',
  'task',
  'amount SWAN',
  'status',
  'network',
  'chain id',
  'wallet',
  'contract',
  'nonce',
  'transaction',
  'block',
  'explorer',
];

/** A line for each payment and each refund, newest first, as RFC 4180 has it. Amounts are exact; times are UTC. */
export function paymentsCsv(payments: readonly Payment[], explorerUrl: string | undefined): string {
  const rows = ledgerEntries(payments).map(entry => cellsOf(entry, explorerUrl));
  return [COLUMNS, ...rows].map(cells => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function cellsOf({ kind, payment, amount, at, transaction }: LedgerEntry, explorerUrl: string | undefined): string[] {
  const { task, stage, network, wallet, contract } = payment;
  return [
    new Date(at).toISOString(),
    kind,
    task,
    unitsText(amount),
    kind === 'refund' ? 'refunded' : stage,
    network.name,
    `${network.chainId}`,
    wallet,
    contract.client,
    `${transaction?.nonce ?? ''}`,
    transaction?.hash ?? '',
    `${transaction?.block ?? ''}`,
    explorerLink(explorerUrl, transaction?.hash) ?? '',
  ];
}

/** A spreadsheet would take what begins like a formula for one. */
function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
