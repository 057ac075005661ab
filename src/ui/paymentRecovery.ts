import * as vscode from 'vscode';
import { backoff, type Clock, sleep } from '../core/clock.js';
import { type RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Log } from '../core/log.js';
import type { Payment, Payments } from '../core/payments.js';
import { swan } from './amounts.js';
import { hold } from './heldAccount.js';
import type { PaymentActs } from './paymentActs.js';
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
  clock: Clock;
  log: Log;
}

/** Between two looks at whether somebody goes on with it still. */
const LOOK_MS = 2_000;
const RETRY_BASE_MS = 10_000;
const RETRY_MAX_MS = 300_000;

const RESUME = t('Resume');
const SPEED_UP = t('Speed Up');
const CANCEL = t('Cancel Payment');
const SHOW = t('Show Payments');
const OPEN_SETTINGS = t('Open Settings');
/** What is signed, and is not to be paid any more, or not taken by the node. */
const UNWANTED = new Set(['transaction_refused', 'already_paid', 'task_ended', 'contract_changed']);

/** What the person is asked about a payment. */
interface Question {
  asked: Promise<void> | undefined;
  /** Something is done by the person, and no more by itself. */
  answered: boolean;
}

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
  private readonly pauses = new Set<AbortController>();
  private disposed = false;

  /** @param signedOutTold the person knows of unfinished payments: they were told, or signed in */
  constructor(
    private readonly options: PaymentRecoveryOptions,
    private signedOutTold = false,
  ) {
    this.subscription = options.account.onDidChange(() => {
      this.wake();
      void this.check();
    });
  }

  /** Without anything open it reads one directory, and nothing else. */
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
        if (account.isOwn(payment)) void this.carryOn(payment);
        else void this.tellOther(payment);
      }
      for (const payment of elsewhere) void this.tellElsewhere(payment, connection.network.chainId);
    } catch (error) {
      log.failed('Looking unfinished payments up', error);
    }
  }

  dispose(): void {
    this.disposed = true;
    this.subscription.dispose();
    this.wake();
  }

  private async carryOn(payment: Payment): Promise<void> {
    const { account, clock, onProgress } = this.options;
    const { owner } = account;
    const { id } = payment;
    this.taken.add(id);
    this.told.delete(id);
    const question: Question = { asked: undefined, answered: false };
    try {
      for (let attempt = 0; account.backend && !question.answered; attempt++) {
        const failure = await this.attempt(account.backend.backend.payments, payment, question);
        if (!failure || this.disposed) return;
        if (owner !== account.owner) return void this.tellOther(payment);
        // What is tried again is told once.
        if (!failure.retryable || !question.asked) question.asked = this.ask(owner, payment, failure, question);
        if (!failure.retryable) return await question.asked;
        await this.pause(backoff(attempt, clock.random(), RETRY_BASE_MS, RETRY_MAX_MS));
        if (this.disposed) return;
        if (owner !== account.owner) return void this.tellOther(payment);
      }
    } finally {
      if (question.answered) await question.asked;
      this.taken.delete(id);
      onProgress();
    }
  }

  /** @returns why it is not finished; nothing where it is, or where that is somebody else's to tell */
  private async attempt(payments: Payments, payment: Payment, question: Question): Promise<RemoteError | undefined> {
    try {
      if (!(await this.isLeft(payments, payment.id))) return undefined;
      const end = await payments.resume(payment.id);
      // Who has answered meanwhile is told what became of that.
      if (question.answered) return undefined;
      const { requireDone, tellEnd } = await import('./ledger.js');
      if (end.stage === 'cancelled') tellEnd(this.options, end);
      else {
        const what = await this.what(requireDone(end));
        void vscode.window.showInformationMessage(t('Finished {0}, which was interrupted.', what));
      }
      return undefined;
    } catch (thrown) {
      this.options.log.failed('Taking up a payment', thrown, question.asked ? 'info' : 'warn', payment.id);
      return toRemoteError(thrown);
    }
  }

  /**
   * Waits while somebody goes on with it: they tell what becomes of it, and why it stops. Who dies at it does neither.
   * @returns whether it is left to us
   */
  private async isLeft(payments: Payments, id: string): Promise<boolean> {
    const find = async () => (await payments.open()).find(each => each.id === id);
    const before = await find();
    if (!(await payments.underWay(id))) return before !== undefined;
    do await this.pause(LOOK_MS);
    while (!this.disposed && (await payments.underWay(id)));
    const now = await find();
    return !this.disposed && now !== undefined && now.problem?.at === before?.problem?.at;
  }

  private async ask(owner: string | undefined, payment: Payment, failure: RemoteError, question: Question) {
    const { code, message } = failure;
    const what = await this.what(payment);
    const why = code === 'needs_signature' ? t('It goes on when you sign it.') : message;
    const replaceable = code === 'transaction_pending' ? [SPEED_UP, CANCEL] : UNWANTED.has(code ?? '') ? [CANCEL] : [];
    // Nothing more can be done for what is paid and never taken.
    const acts = code === 'not_taken' ? [SHOW] : [RESUME, ...replaceable, SHOW];
    const text = code === 'not_taken' ? t('At its end: {0}. {1}', what, why) : t('Not finished: {0}. {1}', what, why);
    const answer = await vscode.window.showWarningMessage(text, ...acts);
    if (!answer) return;
    question.answered = answer !== SHOW;
    if (question.answered) this.wake();
    await this.actByPerson(owner, payment, answer);
  }

  /** Ends early where the account changes, or somebody answers. */
  private async pause(ms: number): Promise<void> {
    const early = new AbortController();
    this.pauses.add(early);
    await sleep(this.options.clock, ms, early.signal).catch(() => {});
    this.pauses.delete(early);
  }

  private wake(): void {
    for (const each of this.pauses) each.abort();
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
    if ((await vscode.window.showWarningMessage(text, act)) !== act) return;
    if (!owner) return void vscode.commands.executeCommand('remoteCompute.payments.show');
    await account.switchTo(owner.id).catch(error => log.failed('Switching the account', error));
  }

  /** @param chainId of the network that is set */
  private async tellElsewhere({ id, amount, task, network, orchestratorUrl }: Payment, chainId: number): Promise<void> {
    if (this.told.has(id)) return;
    this.told.add(id);
    const what = paymentWords(amount, this.options.taskName(task));
    const text =
      network.chainId === chainId
        ? t(
            'Not finished: {0}. It was made with the orchestrator at {1}: set that address in the settings, and it goes on.',
            what,
            orchestratorUrl,
          )
        : t(
            'Not finished: {0}. It was made on {1}: choose that network in the settings, and it goes on.',
            what,
            network.name,
          );
    if ((await vscode.window.showWarningMessage(text, OPEN_SETTINGS)) !== OPEN_SETTINGS) return;
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
      if (error.kind !== 'cancelled') void vscode.window.showErrorMessage(error.message);
    }
  }

  private tellDamaged(files: readonly string[]): void {
    if (this.damagedTold) return;
    this.damagedTold = true;
    void vscode.window.showWarningMessage(
      files.length === 1
        ? t(
            'A record of a payment cannot be read: {0}, in “payments” of the extension’s storage. Before you pay for a task again, check on the chain whether it was paid.',
            files[0] ?? '',
          )
        : t(
            '{0} records of payments cannot be read: {1}, in “payments” of the extension’s storage. Before you pay for a task again, check on the chain whether it was paid.',
            files.length,
            files.join(', '),
          ),
    );
  }
}

function paymentWords(amount: bigint, task: string): string {
  return t('the payment of {0} for “{1}”', swan(amount), task);
}
