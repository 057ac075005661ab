import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { plainText } from '../../src/core/plainText.js';
import { PollingStore } from '../../src/core/pollingStore.js';
import type { DebugSession } from '../../src/core/resources.js';
import type { Task } from '../../src/core/tasks.js';
import { isolatedChoices } from '../../src/ui/isolated.js';
import { ResourceView } from '../../src/ui/resourceView.js';
import { debugRow } from '../../src/ui/sessionRows.js';
import { taskRow } from '../../src/ui/taskRows.js';
import { type Row, RowTree, withOwnIds } from '../../src/ui/tree.js';
import { FakeClock, settled } from '../support/fakeClock.js';
import { told } from '../support/told.js';
import { allNodes } from './support/extension.js';

const row = (id: string, children: Row[] = []): Row => ({
  id,
  label: plainText(id),
  icon: { id: 'vm' },
  contextValue: 'launcher',
  spoken: plainText(id),
  children,
});

function idsOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ id, children = [] }) => [id, ...idsOf(children)]);
}

/** A value that is nested so deep that whoever walks through it runs out of stack. */
function deep(): unknown {
  let value: unknown = [];
  for (let depth = 0; depth < 20_000; depth++) value = [value];
  return value;
}

const names = { model: (id: string) => plainText(id), launcher: (id: string) => plainText(id) };
const session = (id: string, parameterDefinitions: Record<string, unknown> = {}): DebugSession =>
  told<DebugSession>({
    id,
    startedAt: 0,
    modelId: 'm1',
    parameterDefinitions,
    trainingSessions: [{ id: 't', createdAt: 0, state: 'running' }],
    executionLocation: { type: 'temporaryLauncher' },
  });

describe('rows of what a service repeats', () => {
  const task = told<Task>({
    id: 'task',
    status: 'running',
    hardware: {},
    jobs: ['job', 'job', 'job'].map(id => ({
      id,
      status: 'Running',
      address: { type: 'web' as const, url: 'https://a.example/' },
    })),
    orders: ['0xab', '0xab'].map(id => ({ id, type: 'Creation', status: 'unknown' })),
    providers: [],
  });
  const cases: [string, Row[]][] = [
    ['jobs and orders', [taskRow(task, [])]],
    ['a row below itself', [row('a', [row('a', [row('a')]), row('b')]), row('b')]],
    ['what looks like a number of ours', [row('a'), row('a'), row('a (2)'), row('a (2)'), row('a')]],
    ['a thousand times the same', Array.from({ length: 1_000 }, () => row('a'))],
  ];
  for (const [what, rows] of cases) {
    it(`have ids of their own: ${what}`, () => {
      const ids = idsOf(withOwnIds(rows));
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(ids.length, idsOf(rows).length);
      for (const id of idsOf(rows)) assert.ok(ids.includes(id), id);
    });
  }

  it('are the same objects after a refresh, and are found by the id of the first', () => {
    const tree = new RowTree(new FakeClock());
    tree.setRows([taskRow(task, [])]);
    const before = allNodes(tree.nodes);
    tree.setRows([taskRow(task, [])]);
    assert.deepEqual(
      allNodes(tree.nodes).map((node, at) => node === before[at]),
      before.map(() => true),
    );
    assert.equal(
      tree.find('task/job/job'),
      before.find(node => node.row.label === 'Job'),
    );
    tree.dispose();
  });
});

describe('what cannot be drawn', () => {
  it('is a row that says so beside its neighbours, and can still be ended', async () => {
    const store = new PollingStore<DebugSession>({ clock: new FakeClock(), inTransition: () => false });
    const view = new ResourceView<DebugSession>({
      id: 'remoteCompute.oddRows',
      kind: 'debugSession+output+terminate',
      store,
      clock: new FakeClock(),
      toRow: each => {
        if (each.id === 'odd\n') throw new Error('too odd');
        return debugRow(each, names);
      },
      onShow: () => undefined,
      whose: () => '',
      signIn: '',
    });
    const rows = [session('first'), session('odd\n'), session('last')];
    store.setSource(async () => ({ rows, total: rows.length }));
    await store.refresh();
    await settled();
    assert.deepEqual(
      view.tree.nodes.map(({ row: each }) => each.label),
      ['m1', 'Cannot be shown', 'm1'],
    );
    const odd = view.tree.nodes[1]?.row;
    assert.equal(odd?.contextValue, 'debugSession+output+terminate');
    assert.equal(odd.resource, rows[1]);
    assert.equal(odd.description, 'odd');
    view.dispose();
    store.dispose();
  });

  it('of a record that could not be read is a row too, which offers nothing where there is no id to do it with', async () => {
    const store = new PollingStore<DebugSession>({ clock: new FakeClock(), inTransition: () => false });
    const view = new ResourceView<DebugSession>({
      id: 'remoteCompute.oddRows',
      kind: 'debugSession+output+terminate',
      store,
      clock: new FakeClock(),
      toRow: each => debugRow(each, names),
      onShow: () => undefined,
      whose: () => '',
      signIn: '',
    });
    const odd = (named: boolean) => told<DebugSession['unreadable']>({ field: 'spec.cpus', named });
    const rows = [
      session('first'),
      { ...session('s2'), unreadable: odd(true) },
      { ...session('s3'), unreadable: odd(false) },
    ];
    store.setSource(async () => ({ rows, total: rows.length }));
    await store.refresh();
    await settled();
    assert.deepEqual(
      view.tree.nodes.map(({ row: each }) => [each.label, each.contextValue]),
      [
        ['m1', 'debugSession+output+terminate'],
        ['Cannot be shown', 'debugSession+output+terminate'],
        ['Cannot be shown', 'unreadable'],
      ],
    );
    assert.match(view.tree.nodes[1]?.row.tooltip ?? '', /spec\.cpus/);
    view.dispose();
    store.dispose();
  });

  it('hides nothing of a debug session whose parameters are nested 20,000 deep', async () => {
    const drawn = debugRow(session('s', { train: [deep()], evaluate: [{ name: 'x', type: 'y' }] }), names);
    assert.equal(drawn.children?.length, 3);
    assert.match(drawn.children[1]?.description ?? '', /^\[{5}…\]{5}$/);
    const hover = await drawn.hover?.(new vscode.CancellationTokenSource().token);
    assert.match(hover?.value ?? '', /Parameters of evaluate: x/);
  });

  it('and rows that look alike show their ids, others do not', () => {
    const tree = new RowTree(new FakeClock());
    const labelled = (id: string, label: string): Row => ({ ...row(id), label: plainText(label) });
    tree.setRows([labelled('l1', 'gpu-train'), labelled('l2', 'gpu-tr\u0430in'), labelled('l3', 'other')]);
    assert.deepEqual(
      tree.nodes.map(({ row: { description, spoken } }) => [description, spoken]),
      [
        ['l1', 'l1, l1'],
        ['l2', 'l2, l2'],
        [undefined, 'l3'],
      ],
    );
    tree.dispose();
  });

  it('is said in its hover', async () => {
    const tree = new RowTree(new FakeClock());
    tree.setRows([{ ...row('a'), hover: async () => Promise.reject(new Error('too odd')) }]);
    const [node] = tree.nodes;
    assert.ok(node);
    const item = await tree.resolveTreeItem(tree.getTreeItem(node), node, new vscode.CancellationTokenSource().token);
    assert.equal(item.tooltip, 'What was sent of it cannot be shown (Error: too odd).');
    tree.dispose();
  });

  it('is a choice beside the others', () => {
    const choices = isolatedChoices(
      ['a', 'b'],
      item => {
        if (item === 'a') throw new Error('too odd');
        return { label: plainText(item), value: item };
      },
      item => ({ id: item, value: item }),
    );
    assert.deepEqual(
      choices.map(({ label, value }) => [label, value]),
      [
        ['$(warning) Cannot be shown', 'a'],
        ['b', 'b'],
      ],
    );
  });
});
