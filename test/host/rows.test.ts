import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Launcher } from '../../src/core/resources.js';
import { launcherRow } from '../../src/ui/launcherRows.js';
import type { Node } from '../../src/ui/tree.js';
import { told } from '../support/told.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { allNodes, closeTerminals, run } from './support/extension.js';
import { answering } from './support/modals.js';
import { redraws } from './support/view.js';

describe('rows', () => {
  let account: Account;

  before(async () => {
    for (const view of ['launchers', 'debugSessions', 'terminals']) {
      await vscode.commands.executeCommand(`remoteCompute.${view}.focus`);
    }
    account = await openAccount(['--launchers', '15', '--terminals', '1', '--debug-sessions', '1']);
    await until('all rows', () => {
      const { launchers, debugSessions, terminals } = account.services.views;
      return launchers.tree.nodes.length === 15 && debugSessions.tree.nodes[0] && terminals.tree.nodes[0];
    });
  });

  after(async () => {
    await closeTerminals();
    await account.close();
  });

  function launcher(label: string): Node {
    const node = account.services.views.launchers.tree.nodes.find(({ row }) => row.label === label);
    assert.ok(node, label);
    return node;
  }

  function expected(node: Node | undefined, parts: Partial<Record<keyof Node['row'], unknown>>): void {
    assert.ok(node);
    for (const [name, value] of Object.entries(parts)) assert.deepEqual(Reflect.get(node.row, name), value, name);
  }

  it('of launchers tell each state by icon, colour and words', () => {
    expected(launcher('preprocess-02'), {
      description: '4 CPU · 16 GiB',
      icon: { id: 'vm-active', color: 'charts.green' },
      contextValue: 'launcher+open+delete',
      spoken: 'Launcher preprocess-02, active, 4 CPU · 16 GiB, 0 running on it',
    });
    expected(launcher('notebook-13'), {
      description: 'creating… · 2 CPU · 8 GiB',
      icon: { id: 'loading~spin', color: 'charts.blue' },
      contextValue: 'launcher+delete',
      spoken: 'Launcher notebook-13, creating…, 2 CPU · 8 GiB, 0 running on it',
    });
    expected(launcher('embedding-index-08'), {
      description: 'restarting… · 8 CPU · 64 GiB',
      icon: { id: 'sync~spin', color: 'charts.yellow' },
      contextValue: 'launcher+delete',
      spoken: 'Launcher embedding-index-08, restarting…, 8 CPU · 64 GiB, 0 running on it',
    });
  });

  it('of launchers tell that one is being deleted, as long as something runs on it', async () => {
    const node = launcher('llm-finetune-04');
    assert.equal(node.children[0]?.row.contextValue, 'running.train');
    await account.backend.launchers.delete(node.row.id);
    await run('refresh', {});
    expected(node, {
      description: 'deleting… · 24 CPU · 192 GiB · 2× A100 80GB',
      icon: { id: 'trash', color: 'charts.red' },
      contextValue: 'launcher',
    });
  });

  it('of what runs on a launcher are below it', () => {
    const { children } = launcher('gpu-train-01');
    assert.deepEqual(
      new Map(children.map(({ row }) => [`${row.label}|${row.description}`, row.contextValue])),
      new Map([
        ['Terminal|mnist-classifier', 'running.terminal+attach+terminate'],
        ['Debug session|sentiment-lstm', 'running.debug+output+terminate'],
      ]),
    );
    expected(launcher('gpu-train-01'), {
      spoken: 'Launcher gpu-train-01, active, 8 CPU · 32 GiB · 1× L4, 2 running on it',
    });
  });

  it('of every kind of running thing, and of states to come, have a look of their own', () => {
    const types = ['terminal', 'spawned', 'debug', 'createModelState', 'train', 'evaluate', 'dreaming'];
    const invented = told<Launcher>({
      id: 'a',
      name: 'a',
      spec: { cpus: 1, memoryMebibytes: 512 },
      state: { type: 'hibernating' },
      running: types.map(type => ({ id: type, type })),
    });
    const row = launcherRow(invented, { backend: () => undefined, runningName: ({ id }) => id });
    assert.equal(row.description, 'hibernating · 1 CPU · 512 MiB');
    assert.equal(row.icon.id, 'question');
    assert.equal(new Set(row.children?.map(child => child.icon.id)).size, types.length);
    assert.equal(new Set(row.children?.map(child => child.label)).size, types.length);
  });

  it('of debug sessions show where they run, their trainings and their parameters', async () => {
    const [node] = account.services.views.debugSessions.tree.nodes;
    assert.ok(node);
    assert.equal(node.row.label, 'sentiment-lstm');
    assert.match(node.row.description ?? '', /^gpu-train-01 · \d+ s$/);
    assert.match(node.row.spoken, /^Debug session of sentiment-lstm on gpu-train-01, started \d+ s ago$/);
    const training = await until('a training', async () => {
      await run('refresh', {});
      return node.children.find(({ row }) => row.contextValue === 'training');
    });
    assert.equal(training.row.label, 'Training 1');
    assert.match(training.row.description ?? '', /^(starting|running) · \d+ s$/);
    assert.deepEqual(
      node.children.filter(each => each !== training).map(({ row }) => row.label),
      ['Create state', 'Train', 'Evaluate input', 'Evaluate output'].map(use => `${use} parameters`),
    );
  });

  it('of terminals tell where they run and whether they are attached here', async () => {
    const [node] = account.services.views.terminals.tree.nodes;
    assert.ok(node);
    assert.equal(node.row.label, 'mnist-classifier');
    assert.match(node.row.description ?? '', /^gpu-train-01 · \d+ s$/);
    assert.equal(node.row.contextValue, 'terminal+terminate+filesystem+attach');
    assert.match(node.row.spoken, /, not attached here$/);
    await run('terminal.attach', { terminalSessionId: node.row.id });
    await until('it to be attached', () => /^attached here · /.test(node.row.description ?? ''));
    assert.equal(node.row.contextValue, 'terminal+terminate+filesystem+show');
    assert.deepEqual(node.row.icon, { id: 'terminal', color: 'charts.green' });
    assert.match(node.row.spoken, /, attached here$/);
    await answering(
      () => 'End Terminal',
      async () => void (await run('terminal.terminate', { terminalSessionId: node.row.id })),
    );
    assert.deepEqual(account.services.views.terminals.tree.nodes, []);
  });

  it('are in the tree by ids that stay, and no two by one', () => {
    const { launchers, debugSessions, terminals } = account.services.views;
    for (const { tree } of [launchers, debugSessions, terminals]) {
      const ids = allNodes(tree.nodes).map(({ row }) => row.id);
      assert.equal(new Set(ids).size, ids.length);
    }
  });

  it('tell everything in their hovers, with charts of what is used', async () => {
    const { tree } = account.services.views.launchers;
    const node = launcher('gpu-train-01');
    const source = new vscode.CancellationTokenSource();
    const { tooltip } = await tree.resolveTreeItem(tree.getTreeItem(node), node, source.token);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    const text = tooltip.value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    for (const part of ['gpu-train-01', 'State: active', 'Memory: 32 GiB', 'GPU: 1× L4', node.row.id]) {
      assert.ok(text.includes(part), `${part} is not in ${text}`);
    }
    const image = /data:image\/svg\+xml;base64,([^)]+)/.exec(tooltip.value)?.[1];
    assert.ok(image);
    const svg = Buffer.from(image, 'base64').toString();
    assert.equal(svg.match(/<polyline/g)?.length, 3);
    for (const label of ['CPU', 'Memory', 'Disk']) assert.ok(svg.includes(`>${label}<`), label);
    assert.equal(tooltip.isTrusted, false);
  });

  it('whose hover was shown are drawn once more, since VS Code keeps the hover until then', async () => {
    const { tree } = account.services.views.launchers;
    const node = launcher('gpu-train-01');
    const rows = tree.nodes.map(({ row }) => row);
    await tree.resolveTreeItem(tree.getTreeItem(node), node, new vscode.CancellationTokenSource().token);
    assert.equal(await redraws(tree, async () => tree.setRows(rows)), 1);
    assert.equal(await redraws(tree, async () => tree.setRows(rows)), 0);
  });
});
