import * as vscode from 'vscode';
import { toRemoteError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { Payment, Payments } from '../core/payments.js';
import { askPassword, progress, requireDone, swan } from './payPrompt.js';
import type { SwanAccount } from './swanAccount.js';

export interface PaymentRecoveryOptions {
  account: SwanAccount;
  /** Whether the journal holds a payment that is not at its end; one directory read. */
  hasOpen(): Promise<boolean>;
  /** Something was carried on. */
  onProgress(): void;
  log: Log;
}

const RESUME = 'Resume';

/**
 * Takes up payments that a crash, a reload or a failing network left unfinished. What spends nothing goes on by itself:
 * the same bytes are sent again, receipts awaited, the service told. What needs a signature waits for the person.
 */
export class PaymentRecovery implements vscode.Disposable {
  private readonly subscription: { dispose(): void };
  /** Payments that are being carried on, or that the person was asked about. */
  private readonly taken = new Set<string>();
  private damagedTold = false;

  constructor(private readonly options: PaymentRecoveryOptions) {
    this.subscription = options.account.onDidChange(() => void this.check());
  }

  /** To be called at activation. Without anything open it reads one directory, and nothing else. */
  async check(): Promise<void> {
    const { account, hasOpen, log } = this.options;
    try {
      if (!(await hasOpen())) return;
      await account.ready();
      const connection = account.backend;
      if (!connection) return;
      const { payments } = connection.backend;
      const { payments: all, damaged } = await payments.list();
      if (damaged.length > 0) this.tellDamaged(damaged);
      const here = all.filter(({ open, network }) => open && network.chainId === connection.network.chainId);
      for (const payment of here) if (!this.taken.has(payment.id)) void this.carryOn(payments, payment);
    } catch (error) {
      log.warn(`Unfinished payments were not looked up: ${toRemoteError(error).message}`);
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async carryOn(payments: Payments, payment: Payment): Promise<void> {
    const { id, amount, task } = payment;
    this.taken.add(id);
    const what = `the payment of ${swan(amount)} for the task ${task.slice(0, 8)}`;
    try {
      requireDone(await payments.resume(id));
      void vscode.window.showInformationMessage(`Finished ${what}, which was interrupted.`);
    } catch (thrown) {
      const { code, message } = toRemoteError(thrown);
      const needsPerson = code === 'needs_signature';
      const text = needsPerson
        ? `Not finished: ${what}. Nothing of it was sent. It goes on when you sign it.`
        : `Not finished: ${what}. ${message}`;
      const answer = await vscode.window.showWarningMessage(text, RESUME);
      if (answer === RESUME) await this.resumeByPerson(payments, payment, needsPerson);
    } finally {
      this.taken.delete(id);
      this.options.onProgress();
    }
  }

  private async resumeByPerson(payments: Payments, payment: Payment, sign: boolean): Promise<void> {
    try {
      const signer = sign ? await this.options.account.signer(open => askPassword(open)) : undefined;
      await progress(
        `Finishing the payment of ${swan(payment.amount)}…`,
        async () => requireDone(await payments.resume(payment.id, signer)),
        false,
      );
    } catch (thrown) {
      const error = toRemoteError(thrown);
      if (error.kind !== 'cancelled') void vscode.window.showErrorMessage(error.message);
    }
  }

  private tellDamaged(files: readonly string[]): void {
    if (this.damagedTold) return;
    this.damagedTold = true;
    void vscode.window.showWarningMessage(
      `${files.length === 1 ? 'A record of a payment is' : `${files.length} records of payments are`} damaged. They are kept aside; before you pay for a task again, check on the chain whether it was paid.`,
    );
  }
}
