import type * as vscode from 'vscode';
import type { PaymentRecovery, PaymentRecoveryOptions } from './paymentRecovery.js';

/** Loads what takes up unfinished payments, a bundle of its own, when there is one to take up. */
export class RecoveryStart implements vscode.Disposable {
  private readonly subscription: { dispose(): void };
  private recovery: Promise<PaymentRecovery> | undefined;
  /** Whether somebody was signed in in this window, who was asked before they signed out. */
  private known = false;
  private disposed = false;

  constructor(private readonly options: PaymentRecoveryOptions) {
    this.subscription = options.account.onDidChange(() => {
      // Once there is a recovery, it looks at each change by itself.
      if (!this.recovery) void this.check();
      this.known ||= options.account.owner !== undefined;
    });
  }

  /** To be called at activation. Without anything open it reads one directory, and nothing else. */
  async check(): Promise<void> {
    if (!this.recovery && !(await this.options.hasOpen())) return;
    try {
      this.recovery ??= this.load();
      await (await this.recovery).check();
    } catch (error) {
      this.recovery = undefined;
      this.options.log.failed('Loading what takes up payments', error);
    }
  }

  dispose(): void {
    this.disposed = true;
    this.subscription.dispose();
    void this.recovery?.then(recovery => recovery.dispose()).catch(() => undefined);
  }

  private async load(): Promise<PaymentRecovery> {
    const { PaymentRecovery } = await import('./paymentRecovery.js');
    const recovery = new PaymentRecovery(this.options, this.known);
    if (this.disposed) recovery.dispose();
    return recovery;
  }
}
