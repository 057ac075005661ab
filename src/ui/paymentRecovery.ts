import * as vscode from 'vscode';
import { toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Log } from '../core/log.js';
import type { Payment, Payments } from '../core/payments.js';
import { swan } from './amounts.js';
import { hold } from './heldAccount.js';
import type { PaymentActs } from './paymentActs.js';
import { inert } from './strangers.js';
import type { SwanAccount } from './swanAccount.js';

export interface PaymentRecoveryOptions extends Pick<PaymentActs, 'taskName'> {
  account: Pick<
    SwanAccount,
    'onDidChange' | 'ready' | 'backend' | 'owner' | 'current' | 'wallet' | 'payerOf' | 'isOwn' | 'switchTo'
  > &
    PaymentActs['held']['account'];
  /** The name of a task that may not be listed yet. */
  findTaskName(id: string): Promise<string>;
  /** Whether the journal holds a payment that is not at its end; one directory read. */
  hasOpen(): Promise<boolean>;
  /** Something was carried on. */
  onProgress(): void;
  log: Log;
}

const RESUME = t('Resume');
const SPEED_UP = t('Speed Up');
const CANCEL = t('Cancel Payment');
const SHOW = t('Show Payments');
const OPEN_SETTINGS = t('Open Settings');
/** What is signed, and is not to be paid any more, or not taken by the node. */
const UNWANTED = new Set(['transaction_refused', 'already_paid', 'task_ended', 'contract_changed']);

/**
 * Takes up payments that a crash, a reload or a failing network left unfinished. What spends nothing goes on by itself:
 * the same bytes are sent again, receipts awaited, the service told. What needs a signature waits for the person.
 */
export class PaymentRecovery implements vscode.Disposable {
  private readonly subscription: { dispose(): void };
  /** Payments that are being carried on, or that the person was asked about. */
  private readonly taken = new Set<string>();
  /** Payments of other accounts that the person was told of, since they were this one's. */
  private readonly told = new Set<string>();
  private damagedTold = false;
  /** The person knows of unfinished payments: they were told, or signed in. */
  private signedOutTold = false;

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
      if (!connection) return account.owner === undefined ? this.tellSignedOut() : undefined;
      this.signedOutTold = true;
      const { payments } = connection.backend;
      const { payments: all, others, elsewhere, damaged } = await payments.list();
      // Meanwhile it may have become another's, which is looked at by then.
      if (account.backend !== connection) return;
      if (damaged.length > 0) this.tellDamaged(damaged);
      const left = (each: Payment) => each.open && !this.taken.has(each.id);
      for (const payment of [...all, ...others].filter(left)) {
        if (account.isOwn(payment)) void this.carryOn(payments, payment);
        else void this.tellOther(payment);
      }
      for (const payment of elsewhere) void this.tellElsewhere(payment);
    } catch (error) {
      log.failed('Looking unfinished payments up', error);
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async carryOn(payments: Payments, payment: Payment): Promise<void> {
    const { id } = payment;
    const { owner } = this.options.account;
    this.taken.add(id);
    this.told.delete(id);
    try {
      const { requireDone } = await import('./ledger.js');
      requireDone(await payments.resume(id));
      const what = await this.what(payment);
      void vscode.window.showInformationMessage(inert(t('Finished {0}, which was interrupted.', what)));
    } catch (thrown) {
      this.options.log.failed('Taking up a payment', thrown, 'warn', id);
      if (owner !== this.options.account.owner) return void this.tellOther(payment);
      const { code, message } = toRemoteError(thrown);
      const what = await this.what(payment);
      const why = code === 'needs_signature' ? t('It goes on when you sign it.') : message;
      const replaceable =
        code === 'transaction_pending' ? [SPEED_UP, CANCEL] : UNWANTED.has(code ?? '') ? [CANCEL] : [];
      const acts = [RESUME, ...replaceable, SHOW];
      const answer = await vscode.window.showWarningMessage(inert(t('Not finished: {0}. {1}', what, why)), ...acts);
      if (answer) await this.actByPerson(owner, payment, answer);
    } finally {
      this.taken.delete(id);
      this.options.onProgress();
    }
  }

  /** Nothing is done by itself for it with another account's key: the person is told whose it is. */
  private async tellOther(payment: Payment): Promise<void> {
    const { account, log } = this.options;
    if (this.told.has(payment.id)) return;
    this.told.add(payment.id);
    const owner = account.payerOf(payment);
    const what = await this.what(payment);
    const text = owner
      ? t('Not finished: {0}. It is of the account “{1}”, and goes on in it.', what, owner.name)
      : t('Not finished: {0}. The account that it was made with is signed out.', what);
    const act = owner ? t('Switch to “{0}”', owner.name) : SHOW;
    if ((await vscode.window.showWarningMessage(inert(text), act)) !== act) return;
    if (!owner) return void vscode.commands.executeCommand('remoteCompute.payments.show');
    await account.switchTo(owner.id).catch(error => log.failed('Switching the account', error));
  }

  private async tellElsewhere({ id, amount, task, network }: Payment): Promise<void> {
    if (this.told.has(id)) return;
    this.told.add(id);
    const what = paymentWords(amount, this.options.taskName(task));
    const text = t(
      'Not finished: {0}. It was made on {1}: choose that network in the settings, and it goes on.',
      what,
      network.name,
    );
    if ((await vscode.window.showWarningMessage(inert(text), OPEN_SETTINGS)) !== OPEN_SETTINGS) return;
    void vscode.commands.executeCommand('remoteCompute.openSettings');
  }

  /** Whoever signs out is asked first; this is for who finds nobody signed in. */
  private async tellSignedOut(): Promise<void> {
    if (this.signedOutTold) return;
    this.signedOutTold = true;
    const act = t('Sign In');
    const text = t('A payment is not finished. It goes on when you sign in to Swan Chain.');
    if ((await vscode.window.showWarningMessage(text, act)) === act)
      await vscode.commands.executeCommand('remoteCompute.swan.signIn');
  }

  private async what({ amount, task }: Payment): Promise<string> {
    return paymentWords(amount, await this.options.findTaskName(task));
  }

  /** @param owner who was signed in when the question was asked; their connection may be another since */
  private async actByPerson(owner: string | undefined, former: Payment, answer: string): Promise<void> {
    const { account, taskName } = this.options;
    if (owner !== account.owner) return await this.tellOther(former);
    if (answer === SHOW) return void vscode.commands.executeCommand('remoteCompute.payments.show');
    const { resumePayment, speedUpPayment, cancelPayment, tellEnd } = await import('./ledger.js');
    const act = answer === SPEED_UP ? speedUpPayment : answer === CANCEL ? cancelPayment : resumePayment;
    try {
      const held = await hold(account);
      const { payments } = held.connection.backend;
      // It may have come further since the question was asked.
      const payment = (await payments.list()).payments.find(each => each.id === former.id);
      if (payment) tellEnd(this.options, await act({ held, taskName }, payment));
    } catch (thrown) {
      this.options.log.failed('Going on with a payment', thrown, 'warn', former.id);
      const error = toRemoteError(thrown);
      if (error.kind !== 'cancelled') void vscode.window.showErrorMessage(inert(error.message));
    }
  }

  private tellDamaged(files: readonly string[]): void {
    if (this.damagedTold) return;
    this.damagedTold = true;
    void vscode.window.showWarningMessage(
      files.length === 1
        ? t(
            'A record of a payment is damaged. It is kept aside; before you pay for a task again, check on the chain whether it was paid.',
          )
        : t(
            '{0} records of payments are damaged. They are kept aside; before you pay for a task again, check on the chain whether it was paid.',
            files.length,
          ),
    );
  }
}

function paymentWords(amount: bigint, task: string): string {
  return t('the payment of {0} for “{1}”', swan(amount), task);
}
