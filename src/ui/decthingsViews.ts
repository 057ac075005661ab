import * as vscode from 'vscode';
import type { MachineBackend, Page } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { t } from '../core/l10n.js';
import { NameCache } from '../core/nameCache.js';
import type { PlainText } from '../core/plainText.js';
import { PollingStore, type Source } from '../core/pollingStore.js';
import type { DebugSession, Launcher, Location, RunningItem, TerminalSession } from '../core/resources.js';
import type { DecthingsAccount } from './account.js';
import { inTransition, launcherRow } from './launcherRows.js';
import type { Memory } from './memory.js';
import { ResourceView } from './resourceView.js';
import { debugRow, type Names, terminalRow } from './sessionRows.js';
import type { Terminals } from './terminals.js';

/** The three views of the Decthings account: what they list, how it is asked for, and whose account it is. */
export class DecthingsViews implements vscode.Disposable {
  readonly launchers: ResourceView<Launcher>;
  readonly debugSessions: ResourceView<DebugSession>;
  readonly terminals: ResourceView<TerminalSession>;
  readonly launcherStore: PollingStore<Launcher>;
  readonly debugStore: PollingStore<DebugSession>;
  readonly terminalStore: PollingStore<TerminalSession>;
  private models: NameCache;
  /** Also of sessions that have just ended, which their launcher may still show. */
  private readonly modelOfSession = new Map<string, string>();
  private launcherNames: NameCache;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly account: DecthingsAccount,
    private readonly memory: Memory,
    terminals: Terminals,
    private readonly clock: Clock,
  ) {
    this.models = new NameCache(async () => [], clock);
    this.launcherNames = new NameCache(async () => [], clock);
    this.launcherStore = new PollingStore({ clock, inTransition });
    this.debugStore = new PollingStore({
      clock,
      inTransition: session => session.trainingSessions.some(each => each.state === 'starting'),
    });
    this.terminalStore = new PollingStore<TerminalSession>({ clock, inTransition: () => false });
    const names: Names = { model: id => this.models.get(id), launcher: id => this.launcherNames.get(id) };
    const onShow = () => void account.ready();
    const whose = () => account.label;
    this.launchers = new ResourceView({
      id: 'remoteCompute.launchers',
      kind: 'launcher+delete',
      store: this.launcherStore,
      clock,
      toRow: launcher =>
        launcherRow(launcher, { backend: () => account.backend, runningName: item => this.runningName(item) }),
      filter: () => this.filterText(),
      onShow,
      whose,
      signIn: 'remoteCompute.decthings.signIn',
    });
    this.debugSessions = new ResourceView({
      id: 'remoteCompute.debugSessions',
      kind: 'debugSession+output+terminate',
      store: this.debugStore,
      clock,
      toRow: session => debugRow(session, names),
      onShow,
      whose,
      signIn: 'remoteCompute.decthings.signIn',
    });
    this.terminals = new ResourceView({
      id: 'remoteCompute.terminals',
      kind: 'terminal+attach+terminate',
      store: this.terminalStore,
      clock,
      toRow: session => terminalRow(session, names, terminals.stateOf(session.id)),
      onShow,
      whose,
      signIn: 'remoteCompute.decthings.signIn',
    });
    this.subscriptions = [
      this.launchers,
      this.debugSessions,
      this.terminals,
      account.onDidChange(() => {
        this.connect();
        terminals.accountChanged();
      }),
      account.onDidChangeAccounts(() => {
        for (const view of [this.launchers, this.debugSessions, this.terminals]) view.redraw();
      }),
      terminals.onDidChange(() => this.terminals.redraw()),
      terminals.onDidChangeSessions(() => {
        this.terminalStore.invalidate();
        this.launcherStore.invalidate();
      }),
      this.terminalStore.onDidChange(({ rows, phase }) => {
        this.nameRunning(rows);
        if (phase === 'ready') terminals.running(rows);
      }),
      this.debugStore.onDidChange(({ rows }) => this.nameRunning(rows)),
      this.launcherStore.onDidChange(({ phase }) => phase === 'ready' && terminals.online()),
    ];
  }

  /** The name of a model, for titles. */
  async modelName(id: string): Promise<PlainText> {
    await this.models.learn([id]);
    return this.models.get(id);
  }

  /** What runs on a launcher, by its model's name; by its id where no view has known it. */
  runningName({ id }: RunningItem): PlainText {
    const modelId = this.modelOfSession.get(id);
    return modelId === undefined ? id : this.models.get(modelId);
  }

  /** Asks everything anew, now. */
  async refresh(): Promise<void> {
    await Promise.all(this.stores.map(store => store.refresh()));
  }

  /** Searches and sorts launchers by what is remembered. */
  applyQuery(): void {
    const { backend } = this.account;
    this.launcherStore.setSource(backend && this.launcherSource(backend));
    this.launchers.redraw();
    void vscode.commands.executeCommand(
      'setContext',
      'remoteCompute.launchers.filtered',
      this.filterText() !== undefined,
    );
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const store of this.stores) store.dispose();
  }

  private get stores() {
    return [this.launcherStore, this.debugStore, this.terminalStore];
  }

  private nameRunning(sessions: readonly { id: string; modelId: string }[]): void {
    for (const { id, modelId } of sessions) this.modelOfSession.set(id, modelId);
    this.launchers.redraw();
  }

  private connect(): void {
    this.modelOfSession.clear();
    const { backend, error, signedIn } = this.account;
    void vscode.commands.executeCommand('setContext', 'remoteCompute.decthings', signedIn ? 'signedIn' : 'signedOut');
    const find = (group: 'models' | 'launchers') =>
      new NameCache(async (ids, signal) => (backend ? backend[group].find(ids, signal) : []), this.clock);
    this.models = find('models');
    this.launcherNames = find('launchers');
    this.applyQuery();
    this.debugStore.setSource(backend && this.named(backend.debugSessions));
    this.terminalStore.setSource(backend && this.named(backend.terminals));
    if (!error) return;
    const failing = () => Promise.reject<never>(error);
    for (const store of this.stores) store.setSource(failing);
  }

  private launcherSource(backend: MachineBackend): Source<Launcher> {
    const query = this.memory.launcherQuery;
    return (range, signal) => backend.launchers.list({ ...query, ...range }, signal);
  }

  /** Sessions know their model and launcher by id; the names are learnt before they are shown. Newest first. */
  private named<T extends { modelId: string; startedAt: number; executionLocation: Location }>(group: {
    list(signal?: AbortSignal): Promise<T[]>;
  }): (range: object, signal: AbortSignal) => Promise<Page<T>> {
    const { models, launcherNames } = this;
    return async (_range, signal) => {
      const rows = (await group.list(signal)).sort((a, b) => b.startedAt - a.startedAt);
      await Promise.all([
        models.learn(
          rows.map(row => row.modelId),
          signal,
        ),
        launcherNames.learn(
          rows.flatMap(row => row.executionLocation.persistentLauncherId ?? []),
          signal,
        ),
      ]);
      return { rows, total: rows.length };
    };
  }

  private filterText(): string | undefined {
    const { search, ids } = this.memory.launcherQuery;
    return search ? `“${search}”` : ids ? t('{0} by ID', ids.length) : undefined;
  }
}
