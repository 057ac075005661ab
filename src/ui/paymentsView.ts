import * as vscode from 'vscode';
import type { Clock } from '../core/clock.js';
import { type RemoteError, toRemoteError } from '../core/errors.js';
import type { Disposable } from '../core/events.js';
import type { Ledger } from '../core/payments.js';
import type { Memory, PaymentGrouping } from './memory.js';
import { errorRow } from './resourceView.js';
import type { SwanAccount } from './swanAccount.js';
import type { TasksView } from './tasksView.js';
import { type Node, RowTree } from './tree.js';

const ID = 'remoteCompute.payments';
/** A payment takes several steps in a row; they are drawn together. */
const SETTLE_MS = 100;

export interface PaymentsViewOptions {
  account: SwanAccount;
  memory: Memory;
  tasks: TasksView;
  clock: Clock;
  /** Calls back when any window has written the journal. */
  watch(changed: () => void): Disposable;
}

/** The ledger of this machine. Nothing is read, watched or loaded for it while nobody looks. */
export class PaymentsView implements vscode.Disposable {
  readonly tree: RowTree;
  readonly view: vscode.TreeView<Node>;
  private readonly subscriptions: vscode.Disposable[];
  private ledger: Ledger | undefined;
  private problem: RemoteError | undefined;
  private watching: Disposable | undefined;
  private cancelRead = () => {};
  private turn = 0;

  constructor(private readonly options: PaymentsViewOptions) {
    const { account, tasks, clock } = options;
    this.tree = new RowTree(clock);
    this.view = vscode.window.createTreeView(ID, { treeDataProvider: this.tree, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      this.tree,
      this.view.onDidChangeVisibility(() => this.updateVisibility()),
      account.onDidChange(() => this.forget()),
      account.onDidChangeAccounts(() => this.describe()),
      account.onDidChangePayment(() => this.changed()),
      // Tasks get to be known by name.
      tasks.store.onDidChange(() => void this.draw()),
    ];
    this.forget();
    this.updateVisibility();
  }

  get grouping(): PaymentGrouping {
    return this.options.memory.get('paymentGrouping') ?? 'month';
  }

  async setGrouping(grouping: PaymentGrouping): Promise<void> {
    this.options.memory.set('paymentGrouping', grouping);
    await this.draw();
  }

  /** Reads the journal, where somebody looks. */
  async refresh(): Promise<void> {
    const { backend, error } = this.options.account;
    if (!this.view.visible) return;
    const turn = ++this.turn;
    const read = await backend?.backend.payments.list().catch((thrown: unknown) => toRemoteError(thrown));
    if (turn !== this.turn) return;
    this.problem = read instanceof Error ? read : error;
    if (read && !(read instanceof Error)) this.ledger = read;
    await this.draw();
  }

  dispose(): void {
    this.cancelRead();
    this.watching?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private updateVisibility(): void {
    this.watching?.dispose();
    this.watching = this.view.visible ? this.options.watch(() => this.changed()) : undefined;
    if (this.view.visible) void this.options.account.ready().then(() => this.refresh());
  }

  private changed(): void {
    this.cancelRead();
    this.cancelRead = this.options.clock.after(SETTLE_MS, () => void this.refresh());
  }

  /** Another account, or another network: the rows are of the former one. */
  private forget(): void {
    this.turn++;
    this.ledger = undefined;
    this.problem = undefined;
    this.tree.setRows([]);
    this.describe();
    void vscode.commands.executeCommand('setContext', `${ID}.phase`, 'loading');
    void this.refresh();
  }

  private describe(): void {
    this.view.description = this.options.account.label;
  }

  private async draw(): Promise<void> {
    if (!this.view.visible) return;
    const { paymentRows, damagedRow } = await import('./ledger.js');
    // Meanwhile it may have become another's, which is being read.
    if (!this.ledger && !this.problem) return;
    const { account, tasks } = this.options;
    const names = { taskName: (id: string) => tasks.nameOf(id), explorerUrl: account.backend?.network.explorerUrl };
    const { payments = [], damaged = [] } = this.ledger ?? {};
    const rows = paymentRows(payments, this.grouping, names);
    if (damaged.length > 0) rows.unshift(damagedRow(damaged));
    if (this.problem) rows.unshift(errorRow(ID, this.problem, 'remoteCompute.swan.signIn'));
    this.tree.setRows(rows);
    void vscode.commands.executeCommand('setContext', `${ID}.phase`, 'ready');
  }
}
