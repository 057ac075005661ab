import * as vscode from 'vscode';
import type { Clock } from '../core/clock.js';
import { lookalikes } from '../core/lookalikes.js';
import { joined, type PlainLines, type PlainText, plainText } from '../core/plainText.js';
import { cannotShow, withId } from './isolated.js';

/** One row as it is drawn. Two rows with equal content look the same, so only a changed one is drawn again. */
export interface Row {
  /** Stable across refreshes, unique in its view. */
  id: string;
  label: PlainText;
  description?: PlainText;
  icon: { id: string; color?: string };
  /** Its kind and what it can do, joined by `+`, for `when` clauses: `launcher+delete`. */
  contextValue: string;
  /** What a screen reader says: all that icon and colour tell, in words. */
  spoken: PlainText;
  children?: Row[];
  /** Whether its children are shown at first. */
  expanded?: boolean;
  /** What Enter or a click does; the command is given the row. */
  command?: { id: string; title: string };
  /** Where a service's text is shown as it is, without anything that could act. */
  tooltip?: PlainLines;
  /** What the row stands for, for commands. */
  resource?: unknown;
  /** Fetched and drawn when the pointer rests on the row. */
  hover?: (token: vscode.CancellationToken) => Promise<vscode.MarkdownString>;
}

/** A row's place in the tree. It stays the same object while the row changes, which is what VS Code goes by. */
export class Node {
  children: Node[] = [];
  /** VS Code keeps a hover that it was given until the row is drawn again. */
  hovered = false;

  constructor(
    public row: Row,
    readonly parent: Node | undefined,
  ) {}
}

/** VS Code asks for rows that are told as changed at once, unless it draws the view for the first time: then it may not hear of it. */
const ASKED_MS = 500;
/** A hidden view is not asked for. */
const MOST_REMINDERS = 20;

/** The tree behind every view: rows in, and out of it the least that has to be drawn again. */
export class RowTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private roots: Node[] = [];
  private cancelReminder = () => {};

  constructor(private readonly clock: Pick<Clock, 'after'>) {}

  /** For tests and `reveal`. */
  get nodes(): readonly Node[] {
    return this.roots;
  }

  setRows(rows: readonly Row[]): void {
    const dirty: Node[] = [];
    const { nodes, moved } = reconcile(this.roots, withOwnIds(toldApart(rows)), undefined, dirty);
    this.roots = nodes;
    if (moved) this.redraw(MOST_REMINDERS);
    else for (const node of dirty) this.changed.fire(node);
  }

  find(id: string, nodes: readonly Node[] = this.roots): Node | undefined {
    for (const node of nodes) {
      const found = node.row.id === id ? node : this.find(id, node.children);
      if (found) return found;
    }
    return undefined;
  }

  getChildren(node?: Node): Node[] {
    if (!node) this.cancelReminder();
    return node ? node.children : this.roots;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { row, children } = node;
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row.label, children.length === 0 ? None : row.expanded ? Expanded : Collapsed);
    item.id = row.id;
    item.contextValue = row.contextValue;
    item.iconPath = new vscode.ThemeIcon(
      row.icon.id,
      row.icon.color ? new vscode.ThemeColor(row.icon.color) : undefined,
    );
    item.accessibilityInformation = { label: row.spoken, role: 'treeitem' };
    if (row.description !== undefined) item.description = row.description;
    if (row.tooltip !== undefined) item.tooltip = row.tooltip;
    if (row.command) item.command = { command: row.command.id, title: row.command.title, arguments: [node] };
    return item;
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    if (!node.row.hover) return item;
    node.hovered = true;
    // One that cannot be drawn says so; without it VS Code shows the label alone, as if there were no more.
    item.tooltip = await node.row.hover(token).catch((error: unknown) => cannotShow(error));
    return item;
  }

  dispose(): void {
    this.cancelReminder();
    this.changed.dispose();
  }

  private redraw(reminders: number): void {
    this.cancelReminder();
    if (reminders > 0) this.cancelReminder = this.clock.after(ASKED_MS, () => this.redraw(reminders - 1));
    this.changed.fire(undefined);
  }
}

/** Rows that could be taken for one another show their ids too. */
function toldApart(rows: readonly Row[]): readonly Row[] {
  const alike = lookalikes(rows);
  return rows.map(row => {
    if (!alike.has(row)) return row;
    return { ...row, description: withId(row), spoken: joined([row.spoken, plainText(row.id, 100)], ', ') };
  });
}

/**
 * Whatever a service repeats, no two rows of a view have the same id: VS Code throws on that. The first one keeps it, so
 * that it is found by it; the others are told apart by their number.
 */
export function withOwnIds(rows: readonly Row[]): readonly Row[] {
  const given = new Set<string>();
  const count = new Map<string, number>();
  let repeated = false;
  const look = (each: Row) => {
    repeated ||= given.has(each.id);
    given.add(each.id);
    each.children?.forEach(look);
  };
  rows.forEach(look);
  if (!repeated) return rows;
  const own = (each: Row): Row => {
    let number = count.get(each.id) ?? 0;
    let id = number === 0 ? each.id : `${each.id} (${number + 1})`;
    while (number > 0 && given.has(id)) id = `${each.id} (${++number + 1})`;
    count.set(each.id, number + 1);
    given.add(id);
    return { ...each, id, ...(each.children ? { children: each.children.map(own) } : {}) };
  };
  return rows.map(own);
}

/** Keeps the nodes whose ids stay. @returns whether rows came, went or changed places */
function reconcile(
  old: readonly Node[],
  rows: readonly Row[],
  parent: Node | undefined,
  dirty: Node[],
): { nodes: Node[]; moved: boolean } {
  const known = new Map(old.map(node => [node.row.id, node]));
  let moved = old.length !== rows.length;
  const nodes = rows.map((row, index) => {
    const node = known.get(row.id) ?? new Node(row, parent);
    moved ||= old[index] !== node;
    const below = reconcile(node.children, row.children ?? [], node, dirty);
    node.children = below.nodes;
    if (below.moved || node.hovered || look(node.row) !== look(row)) dirty.push(node);
    node.row = row;
    node.hovered = false;
    return node;
  });
  return { nodes, moved };
}

function look({ label, description, icon, contextValue, spoken, tooltip }: Row): string {
  return JSON.stringify([label, description, icon, contextValue, spoken, tooltip]);
}
