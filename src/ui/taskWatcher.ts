import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Clock, sleep } from '../core/clock.js';
import { t } from '../core/l10n.js';
import type { Log } from '../core/log.js';
import type { Payment } from '../core/payments.js';
import { plainText } from '../core/plainText.js';
import { TaskScheduler } from '../core/taskScheduler.js';
import type { Task, TaskBackend } from '../core/tasks.js';
import { DAY, type Limits, type Notice, type Running, type Seen, type Watch } from '../core/taskWatch.js';
import { Claims } from './claims.js';
import { type NoticeAct, showNotice } from './taskNotices.js';
import { taskLook, taskName } from './taskRows.js';
import { scopeOf, WatchMemory } from './watchMemory.js';

export interface TaskWatcherOptions {
  /** The network and wallet that the tasks are of. */
  scope: string;
  /** What is remembered is shared by all windows, and so is which of them tells what. */
  context: { globalState: vscode.Memento; globalStorageUri: vscode.Uri };
  /** Of a sandbox, of which nothing is to be remembered. */
  sandboxFolder?: string | undefined;
  clock: Clock;
  log: Log;
  limits(): Limits;
  /** Rejects with a `RemoteError`. */
  backend(): Promise<TaskBackend>;
  named(task: Task): Task;
  redraw(): void;
  /** Runs a command on a task, as the person does on its row. */
  act(command: 'task.renew' | 'task.terminate' | 'task.claimReview', task: { id: string; name: string }): void;
}

/** Where the person is looking, they are to be told. */
const HEAD_START_MS = 2_000;
/** How long the command that terminates a task looks for its refund itself. */
const COMMAND_LOOKS_MS = 60_000;

/** Watches the tasks of one wallet, and tells the person. A bundle of its own, loaded when somebody is signed in to Swan. */
export class TaskWatcher {
  private readonly scheduler: TaskScheduler;
  private readonly claims: Claims;
  private disposed = false;

  constructor(private readonly options: TaskWatcherOptions) {
    const { scope, context, sandboxFolder, clock, limits, redraw } = options;
    const memory = sandboxFolder === undefined ? new WatchMemory(context.globalState, scope) : undefined;
    this.claims = new Claims(join(sandboxFolder ?? context.globalStorageUri.fsPath, 'told'));
    this.scheduler = new TaskScheduler(
      {
        clock,
        limits,
        redraw,
        look: watch => this.look(watch),
        tell: notice => void this.tell(notice),
        keep: watch => memory?.keep(watch),
        forget: id => memory?.forget(id),
      },
      memory?.all() ?? [],
    );
    void this.recall();
  }

  get running(): readonly Running[] {
    return this.scheduler.running;
  }

  get phases(): readonly Watch['phase'][] {
    return this.scheduler.phases;
  }

  /** The settings have changed. */
  tick(): void {
    this.scheduler.tick();
  }

  list(tasks: readonly Task[]): void {
    this.scheduler.list(tasks.map(task => this.seen(task)));
  }

  progressed({ kind, stage, task, updatedAt }: Payment): void {
    if (stage !== 'done') return;
    if (kind === 'create') this.paid(task, updatedAt);
    // It has another end now.
    else this.scheduler.lookNow(task);
  }

  /** @param at Unix milliseconds */
  paid(id: string, at: number): void {
    const task: Task = { id: plainText(id), status: 'initialized', hardware: {}, jobs: [], orders: [], providers: [] };
    this.scheduler.paid(this.seen(task), at);
  }

  awaitRefund(task: Task): void {
    this.scheduler.refund(this.seen(task), this.options.clock.now() + COMMAND_LOOKS_MS);
  }

  refundTold(id: string): void {
    this.scheduler.settle(id);
    void this.noteRefund(id);
  }

  dispose(): void {
    this.disposed = true;
    this.scheduler.dispose();
    this.claims.dispose();
  }

  /** Payments that were made just before a crash, or by a window that is gone. */
  private async recall(): Promise<void> {
    const { backend, clock, log, scope } = this.options;
    try {
      const { payments } = await (await backend()).payments.list();
      for (const { kind, stage, task, network, wallet, updatedAt } of payments) {
        const ours = kind === 'create' && stage === 'done' && scopeOf(network, wallet) === scope;
        if (ours && clock.now() - updatedAt < DAY && !this.disposed) this.paid(task, updatedAt);
      }
    } catch (error) {
      log.failed('Looking payments up', error);
    }
  }

  /** The ledger has it too, also where nobody looks. */
  private async noteRefund(id: string): Promise<void> {
    const { backend, log } = this.options;
    try {
      await (await backend()).payments.noteRefund(id);
    } catch (error) {
      log.failed('Noting a refund', error);
    }
  }

  private async look(watch: Watch): Promise<Seen> {
    const { tasks, payments } = await this.options.backend();
    const task = await tasks.get(watch.id);
    const hash = task.orders.find(({ refundTxHash }) => refundTxHash)?.refundTxHash;
    if (watch.phase !== 'refunding' || !hash) return this.seen(task);
    const [state, { refunded: amount }] = await Promise.all([
      payments.transaction(hash),
      payments.balanceOfTask(watch.id),
    ]);
    return { ...this.seen(task), refund: { hash, state, amount } };
  }

  private seen(task: Task): Seen {
    const { id, status, endAt, pricePerHour } = task;
    const { stage, words } = taskLook(task);
    const failed = status === 'failed' || status === 'cancelled';
    return { id, name: taskName(this.options.named(task)), stage, words, failed, endAt, pricePerHour };
  }

  private async tell(notice: Notice): Promise<void> {
    const { clock, act } = this.options;
    if (!vscode.window.state.focused) await sleep(clock, HEAD_START_MS);
    if (this.disposed || !this.claims.claim(notice.key)) return;
    if (notice.type === 'refunded') void this.noteRefund(notice.id);
    const answer = await showNotice(notice, clock.now());
    this.claims.settle(notice.key);
    if (answer === 'snooze') this.scheduler.snooze(notice.id);
    else if (answer === 'wait') this.scheduler.wait(notice.id);
    else if (answer && this.disposed) void vscode.window.showInformationMessage(notHere(notice.name));
    else if (answer) act(commands[answer], notice);
  }
}

/** The notice stood while the person switched accounts. */
function notHere(name: string): string {
  return t('“{0}” is not of the account in use. Switch to its account first.', name);
}

const commands = {
  renew: 'task.renew',
  terminate: 'task.terminate',
  claimReview: 'task.claimReview',
} as const satisfies Record<Exclude<NoticeAct, 'snooze' | 'wait'>, string>;
