import * as vscode from 'vscode';
import type { Page } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { locale, t } from '../core/l10n.js';
import { own, type PlainText, plainText } from '../core/plainText.js';
import { PollingStore, type Source } from '../core/pollingStore.js';
import type { Task, TaskBackend } from '../core/tasks.js';
import type { Memory, TaskQuery } from './memory.js';
import { OpenPayments } from './openPayments.js';
import { ResourceView } from './resourceView.js';
import type { SwanAccount } from './swanAccount.js';
import { taskInTransition, taskLook, taskName, taskRow } from './taskRows.js';

const ID = 'remoteCompute.tasks';

/** The view of a wallet's tasks. */
export class TasksView implements vscode.Disposable {
  readonly view: ResourceView<Task>;
  readonly store: PollingStore<Task>;
  private readonly openPayments: OpenPayments;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly account: SwanAccount,
    private readonly memory: Memory,
    clock: Clock,
  ) {
    this.store = new PollingStore({ clock, inTransition: taskInTransition });
    this.openPayments = new OpenPayments(account, id => this.nameOf(id));
    this.view = new ResourceView({
      id: ID,
      kind: 'task+terminate',
      store: this.store,
      clock,
      toRow: task => taskRow(this.named(task), this.openPayments.of(task.id)),
      filter: () => filterText(this.query),
      onShow: () => void account.ready(),
      whose: () => account.label,
      signIn: 'remoteCompute.swan.signIn',
    });
    this.subscriptions = [
      this.view,
      account.onDidChange(() => this.accountChanged()),
      account.onDidChangeAccounts(() => this.view.redraw()),
      account.onDidChangePayment(() => void this.lookForPayments()),
      this.store.onDidChange(() => void this.lookForPayments()),
    ];
  }

  /** How tasks are searched, filtered and sorted. */
  get query(): TaskQuery {
    return this.memory.get('taskQuery') ?? {};
  }

  setQuery(query: TaskQuery): void {
    this.memory.set('taskQuery', query);
    this.applyQuery();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.store.dispose();
  }

  /** The service gives most tasks no name; one that was created here is called by what it was made of. */
  named(task: Task): Task {
    const source = this.memory.get('createdTasks')?.find(({ id }) => id === task.id)?.request.source;
    if (task.name || !source || source.type === 'uri') return task;
    return {
      ...task,
      name: plainText(
        source.type === 'image' ? source.name : (source.name ?? source.repository.split('/').at(-1) ?? ''),
      ),
    };
  }

  /** What a task is called, though it may not be listed. */
  nameOf(id: string): PlainText {
    const known = this.store.state.rows.find(task => task.id === id);
    const rest = { hardware: {}, jobs: [], orders: [], providers: [] };
    return taskName(this.named(known ?? { id: plainText(id), status: own('unknown'), ...rest }));
  }

  /** The same of one that may not be listed yet. */
  async findName(id: string): Promise<PlainText> {
    const listed = this.store.state.rows.some(task => task.id === id);
    const task = listed ? undefined : await this.account.backend?.backend.tasks.get(id).catch(() => undefined);
    return task ? taskName(this.named(task)) : this.nameOf(id);
  }

  private async lookForPayments(): Promise<void> {
    if (!(await this.openPayments.look().catch(() => false))) return;
    this.view.redraw();
    this.drawBadge();
  }

  private drawBadge(): void {
    this.view.view.badge = troubledBadge(this.openPayments.troubled);
  }

  private accountChanged(): void {
    this.openPayments.forget();
    this.drawBadge();
    this.applyQuery();
  }

  private applyQuery(): void {
    const { signedIn, wallet, backend, error, visiting } = this.account;
    const without = visiting ? 'leftOut' : 'signedOut';
    const state = !signedIn ? without : wallet ? 'signedIn' : 'noWallet';
    void vscode.commands.executeCommand('setContext', 'remoteCompute.swan', state);
    void vscode.commands.executeCommand('setContext', `${ID}.filtered`, filterText(this.query) !== undefined);
    const failing = error && (() => Promise.reject<never>(error));
    this.store.setSource(
      failing ?? (backend && wallet ? source(backend.backend, this.query, task => this.named(task)) : undefined),
    );
    this.view.redraw();
  }
}

/** What a notification has told stays in sight, when that has gone. */
function troubledBadge(count: number): vscode.ViewBadge | undefined {
  if (count === 0) return undefined;
  const tooltip = count === 1 ? t('1 payment is not finished') : t('{0} payments are not finished', count);
  return { value: count, tooltip };
}

/** The service can page, but neither search nor sort: for these all of them are asked for, up to its client's bound. */
function source(backend: TaskBackend, query: TaskQuery, named: (task: Task) => Task): Source<Task> {
  const { search, status, sort } = query;
  if (!search && !status && !sort) return (range, signal) => backend.tasks.list(range, signal);
  return async ({ offset, limit }, signal): Promise<Page<Task>> => {
    const all = (await backend.tasks.listAll(signal)).rows.map(named).filter(task => matches(task, query));
    if (sort) all.sort(orders[sort]);
    return { rows: all.slice(offset, offset + limit), total: all.length };
  };
}

function matches(task: Task, { search, status }: TaskQuery): boolean {
  const text = `${taskName(task)} ${task.id} ${task.hardware.name ?? ''} ${task.region ?? ''}`.toLowerCase();
  return (!search || text.includes(search.toLowerCase())) && (!status || task.status === status);
}

const orders: Record<NonNullable<TaskQuery['sort']>, (a: Task, b: Task) => number> = {
  created: (a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0),
  name: (a, b) => taskName(a).localeCompare(taskName(b), locale()),
  end: (a, b) => (a.endAt ?? Number.POSITIVE_INFINITY) - (b.endAt ?? Number.POSITIVE_INFINITY),
};

function filterText({ search, status }: TaskQuery): string | undefined {
  const parts = [search ? `“${search}”` : '', status ? taskLook({ status: plainText(status) }).words : ''].filter(
    Boolean,
  );
  return parts.length > 0 ? parts.join(', ') : undefined;
}
