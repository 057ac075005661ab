import * as vscode from 'vscode';
import { OTHER_PLACE } from '../core/accountKey.js';
import { type Clock, sleep } from '../core/clock.js';
import { RemoteError } from '../core/errors.js';
import { countText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { type PlainText, plain } from '../core/plainText.js';
import type { PollingStore, StoreState } from '../core/pollingStore.js';
import { isolatedRows } from './isolated.js';
import { SANDBOX_ENDED } from './sandboxVisit.js';
import { WRONG_SETTING } from './settings.js';
import { type Node, type Row, RowTree } from './tree.js';

export interface ResourceViewOptions<T extends { id: string }> {
  /** Such as `remoteCompute.launchers`; also the prefix of its context keys. */
  id: string;
  store: PollingStore<T>;
  clock: Clock;
  toRow(resource: T): Row;
  /** Its kind and what can be done with it, also where it cannot be drawn, as a row's `contextValue`. */
  kind: string;
  /** Called when the view is shown for the first time and whenever it is shown again. */
  onShow(): void;
  /** The command that signs in to the service. */
  signIn: string;
  /** Whose its rows are, said beside its title; empty where that is clear. */
  whose(): string;
  /** Words after the view's title, such as what it is filtered by. */
  filter?(): string | undefined;
}

/** How often, and how far apart, a row is revealed at the most. */
const REVEALS = 40;
const REVEAL_MS = 50;

/**
 * One view of the sidebar over one store: polls only while it can be seen, and says what there is, what is loading, what
 * failed and what more there is to load. Signed out and empty have a welcome text instead (package.json's
 * `viewsWelcome`, by the context key `<id>.phase`).
 */
export class ResourceView<T extends { id: string }> implements vscode.Disposable {
  readonly tree: RowTree;
  readonly view: vscode.TreeView<Node>;
  private readonly busy = new Map<string, PlainText>();
  private readonly subscriptions: vscode.Disposable[];
  private phase: string | undefined;

  constructor(private readonly options: ResourceViewOptions<T>) {
    this.tree = new RowTree(options.clock);
    this.view = vscode.window.createTreeView(options.id, { treeDataProvider: this.tree, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      this.tree,
      this.view.onDidChangeVisibility(() => this.updateVisibility()),
      options.store.onDidChange(() => this.redraw()),
    ];
    this.redraw();
    this.updateVisibility();
  }

  /** Shows `words` and a spinner on the row while `act` is under way. */
  async whileBusy<R>(id: string, words: PlainText, act: () => Promise<R>): Promise<R> {
    this.busy.set(id, words);
    this.redraw();
    try {
      return await act();
    } finally {
      this.busy.delete(id);
      this.redraw();
    }
  }

  /** Shows a row, wherever it stands in the list, and what is below it. @param find rejects where there is none */
  async reveal(id: string, find: (signal?: AbortSignal) => Promise<T>): Promise<void> {
    const { store, clock } = this.options;
    if (!this.tree.find(id)) {
      await find();
      await store.include(id, find);
    }
    for (let reveals = 0; reveals < REVEALS; reveals++) {
      const node = this.tree.find(id);
      if (!node) throw store.state.error ?? new RemoteError('notFound', t('It has just gone.'));
      await this.view.reveal(node, { select: true, focus: true, expand: true });
      if (this.view.selection.includes(node)) return;
      // While VS Code draws the rows anew it reveals none of them, and says nothing.
      await sleep(clock, REVEAL_MS);
    }
  }

  /** Draws what changed: rows, the count beside the title, the welcome's context key. */
  redraw(): void {
    const { store, toRow, id, whose, kind } = this.options;
    const { state } = store;
    const rows = isolatedRows(
      state.rows,
      resource => this.markBusy(toRow(resource)),
      resource => ({ id: resource.id, contextValue: kind, resource }),
    );
    if (state.error) rows.unshift(errorRow(id, state.error, this.options.signIn));
    if (state.rows.length > 0 && state.rows.length < state.total) rows.push(loadMoreRow(id, state));
    this.tree.setRows(rows);
    const words = describe(state, this.options.filter?.());
    this.view.description = [whose(), words].filter(Boolean).join(' · ');
    if (this.phase !== state.phase) {
      this.phase = state.phase;
      void vscode.commands.executeCommand('setContext', `${id}.phase`, state.phase);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private updateVisibility(): void {
    const { visible } = this.view;
    if (visible) {
      this.options.onShow();
      // Ages and the like have moved on while nobody looked.
      this.redraw();
    }
    this.options.store.setVisible(visible);
  }

  private markBusy(row: Row): Row {
    const words = this.busy.get(row.id);
    if (words === undefined) return row;
    const kind = row.contextValue.split('+', 1)[0] ?? row.contextValue;
    return {
      ...row,
      description: words,
      icon: { id: 'loading~spin' },
      contextValue: `${kind}+busy`,
      spoken: plain`${row.label}, ${words}`,
    };
  }
}

function describe<T>({ rows, total, phase }: StoreState<T>, filter: string | undefined): string {
  if (phase === 'off' || phase === 'loading') return filter ?? '';
  const all = countText(total);
  const count = total === 0 ? '' : rows.length < total ? t('{0} of {1}', countText(rows.length), all) : all;
  return [filter, count].filter(Boolean).join(' · ');
}

/** What went wrong, and what to do about it. */
export function errorRow(view: string, error: RemoteError, signInCommand: string): Row {
  const { label, command } = remedy(error, signInCommand);
  return {
    id: `${view}/error`,
    label,
    description: error.message,
    icon: { id: 'warning', color: 'list.warningForeground' },
    contextValue: 'error',
    spoken: t('Error: {0} Press Enter: {1}.', error.message, command.title),
    tooltip: error.message,
    command,
  };
}

function remedy({ kind, code }: RemoteError, signIn: string): Required<Pick<Row, 'label' | 'command'>> {
  if (kind === 'credentials') return { label: t('Sign in again'), command: { id: signIn, title: t('Sign In') } };
  if (code === SANDBOX_ENDED) {
    return {
      label: t('Start the Sandbox again'),
      command: { id: 'remoteCompute.sandbox.try', title: t('Start Again') },
    };
  }
  if (code === OTHER_PLACE) {
    const id = signIn.replace(/signIn$/, 'allowAddress');
    return { label: t('The address has changed'), command: { id, title: t('Review Address…') } };
  }
  if (code === WRONG_SETTING) {
    return { label: t('Correct a setting'), command: { id: 'remoteCompute.openSettings', title: t('Open Settings') } };
  }
  return { label: t('Could not refresh'), command: { id: 'remoteCompute.refresh', title: t('Retry') } };
}

function loadMoreRow<T>(view: string, { rows, total }: StoreState<T>): Row {
  return {
    id: `${view}/more`,
    label: t('Load More…'),
    description: t('{0} of {1}', countText(rows.length), countText(total)),
    icon: { id: 'ellipsis' },
    contextValue: 'more',
    spoken: t('Load more. {0} of {1} are shown.', countText(rows.length), countText(total)),
    command: { id: 'remoteCompute.loadMore', title: t('Load More') },
    resource: { view },
  };
}
