import * as vscode from 'vscode';
import type { Clock } from '../core/clock.js';
import { Emitter } from '../core/events.js';
import type { Log } from '../core/log.js';
import { plainText } from '../core/plainText.js';
import type { PollingStore } from '../core/pollingStore.js';
import type { Launcher } from '../core/resources.js';
import type { Task } from '../core/tasks.js';
import type { Limits, Running, Watch } from '../core/taskWatch.js';
import { onDidChangeSetting, setting } from './settings.js';
import type { SwanAccount } from './swanAccount.js';
import type { TasksView } from './tasksView.js';
import type { TaskWatcher } from './taskWatcher.js';
import { TimeLeft } from './timeLeft.js';
import { Node } from './tree.js';
import { hasWatched, scopeOf } from './watchMemory.js';

export interface TaskWatchOptions {
  account: SwanAccount;
  tasks: TasksView;
  launchers: PollingStore<Launcher>;
  context: { globalState: vscode.Memento; globalStorageUri: vscode.Uri };
  clock: Clock;
  log: Log;
}

const WARNING = 'swan.expiryWarningMinutes';
const DEADLINE = 'swan.deployDeadlineMinutes';

/**
 * Watches the paid tasks of the wallet: warns before one ends, tells of one that was paid and does not run, and follows
 * refunds. It lives off what the view's store reads, and asks the service about one task when something of it is due.
 */
export class TaskWatch implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  /** What runs, or how long still. */
  readonly onDidChange = this.changed.event;
  readonly timeLeft: TimeLeft;
  private readonly subscriptions: { dispose(): void }[];
  private scope: string | undefined;
  private watcher: TaskWatcher | undefined;
  private payments: { dispose(): void } | undefined;

  constructor(private readonly options: TaskWatchOptions) {
    const { account, tasks, launchers, context, clock } = options;
    this.timeLeft = new TimeLeft(this, launchers, clock);
    this.subscriptions = [
      this.timeLeft,
      account.onDidChange(() => void this.connect()),
      tasks.store.onDidChange(() => this.list()),
      ...[WARNING, DEADLINE].map(name => onDidChangeSetting(name, () => this.watcher?.tick())),
    ];
    // Where nothing is remembered, nothing is read.
    if (hasWatched(context.globalState)) void account.ready();
  }

  /** Tasks that run as far as is known, the soonest end first. */
  get running(): readonly Running[] {
    return this.watcher?.running ?? [];
  }

  /** How each task that is watched is. */
  get phases(): readonly Watch['phase'][] {
    return this.watcher?.phases ?? [];
  }

  limits(): Limits {
    return { warning: minutes(WARNING, 30), deadline: minutes(DEADLINE, 15) };
  }

  /** A task was paid. @param at Unix milliseconds */
  paid(id: string, at: number): void {
    this.watcher?.paid(id, at);
  }

  /** A task is being terminated: its refund is looked up once the command has given up doing so. */
  awaitRefund(task: Task): void {
    this.watcher?.awaitRefund(task);
  }

  /** The person was told of the refund. */
  refundTold(id: string): void {
    this.watcher?.refundTold(id);
  }

  dispose(): void {
    this.disconnect();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async connect(): Promise<void> {
    const { account, tasks, context, clock, log } = this.options;
    const { backend: connection, wallet } = account;
    const scope = connection && wallet && scopeOf(connection.network, wallet.address);
    if (scope !== this.scope) this.disconnect();
    this.scope = scope;
    this.payments?.dispose();
    this.payments = connection?.backend.payments.onDidChange(payment => this.watcher?.progressed(payment));
    this.changed.fire();
    if (!connection || scope === undefined || this.watcher) return;
    const { TaskWatcher } = await import('./taskWatcher.js');
    // Meanwhile it may have become another, or be there.
    if (scope !== this.scope || this.watcher) return;
    this.watcher = new TaskWatcher({
      scope,
      context,
      sandboxFolder: connection.sandboxFolder,
      clock,
      log,
      limits: () => this.limits(),
      backend: async () => (await account.require()).backend,
      named: task => tasks.named(task),
      redraw: () => this.changed.fire(),
      act: (command, task) => void act(command, task),
    });
    this.list();
    this.changed.fire();
  }

  private list(): void {
    const { rows, phase } = this.options.tasks.store.state;
    if (phase === 'ready') this.watcher?.list(rows);
  }

  private disconnect(): void {
    this.payments?.dispose();
    this.watcher?.dispose();
    this.watcher = undefined;
    this.scope = undefined;
  }
}

/** The command asks what it asks of a row, and shows its own failure. */
function act(command: string, { id, name }: { id: string; name: string }): Thenable<unknown> {
  const label = plainText(name);
  const row = { id, label, icon: { id: 'vm' }, contextValue: 'task', spoken: label, resource: { id } };
  return vscode.commands.executeCommand(`remoteCompute.${command}`, new Node(row, undefined));
}

/** Of a setting, in milliseconds. */
function minutes(name: string, fallback: number): number {
  const value = setting<unknown>(name, fallback);
  return typeof value === 'number' && value > 0 ? value * 60_000 : 0;
}
