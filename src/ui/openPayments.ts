import { t } from '../core/l10n.js';
import type { Payment } from '../core/payments.js';
import type { PlainText } from '../core/plainText.js';
import type { SwanAccount } from './swanAccount.js';
import type { Row } from './tree.js';

/** A payment that is not at its end, as its task shows it. */
export interface PaymentOfTask {
  /** How far it is. */
  words: PlainText;
  troubled: boolean;
  row: Row;
}

/** The payments that are not at their end, by task. Where there is none, looking costs one directory read. */
export class OpenPayments {
  private byTask = new Map<string, PaymentOfTask[]>();

  constructor(
    private readonly account: SwanAccount,
    private readonly taskName: (id: string) => PlainText,
  ) {}

  of(task: string): readonly PaymentOfTask[] {
    return this.byTask.get(task) ?? [];
  }

  /** How many do not go on by themselves. */
  get troubled(): number {
    return [...this.byTask.values()].flat().filter(({ troubled }) => troubled).length;
  }

  /** Another account is in use, or another network. */
  forget(): void {
    this.byTask = new Map();
  }

  /** @returns whether anything is or was open, so that it is to be drawn */
  async look(): Promise<boolean> {
    const before = this.byTask.size;
    const connection = this.account.backend;
    const open = (await connection?.backend.payments.open()) ?? [];
    const byTask = open.length === 0 ? new Map() : await this.rowsOf(open, connection?.network.explorerUrl);
    // Meanwhile it may have become another's.
    if (connection !== this.account.backend) return false;
    this.byTask = byTask;
    return before > 0 || open.length > 0;
  }

  private async rowsOf(payments: readonly Payment[], explorerUrl: string | undefined) {
    const { openPaymentRow, stageLook } = await import('./ledger.js');
    const options = { taskName: this.taskName, explorerUrl };
    const rows = new Map<string, PaymentOfTask[]>();
    for (const payment of payments) {
      const shown = {
        words: t('payment {0}', stageLook(payment).words),
        troubled: payment.problem !== undefined,
        row: openPaymentRow(payment, options),
      };
      rows.set(payment.task, [...(rows.get(payment.task) ?? []), shown]);
    }
    return rows;
  }
}
