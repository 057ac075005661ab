import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../src/commands/ids.js';
import { plainText } from '../../src/core/plainText.js';
import type { Job, Task } from '../../src/core/tasks.js';
import { paymentRows } from '../../src/ui/paymentRows.js';
import { taskRow } from '../../src/ui/taskRows.js';
import { hashOf, payment } from '../support/payments.js';
import { told } from '../support/told.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { activated, allNodes, closeTerminals, EXTENSION_ID, run } from './support/extension.js';

interface Step {
  id: string;
  description: string;
  media: { svg: string; altText: string };
  completionEvents: string[];
}

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; icon?: string }[];
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; when: string; contents: string }[];
    menus: Record<string, { command: string; when: string; group?: string }[]>;
    configuration: { properties: Record<string, object> };
    walkthroughs: { steps: Step[] }[];
  };
}

const extension = vscode.extensions.getExtension(EXTENSION_ID);
assert.ok(extension);
const manifest: Manifest = JSON.parse(readFileSync(join(extension.extensionPath, 'package.json'), 'utf8'));
// As VS Code has it, with the texts of package.nls.json in the place of their keys.
const { commands, views, viewsWelcome, menus, walkthroughs, configuration }: Manifest['contributes'] =
  extension.packageJSON.contributes;
const steps = walkthroughs.flatMap(each => each.steps);
const ids = commandIds.map(id => `remoteCompute.${id}`);
const viewIds = Object.values(views).flatMap(each => each.map(({ id }) => id));
const entries = Object.values(menus).flat();
const clauses = [...entries, ...viewsWelcome].map(({ when }) => when);

const logs = { buildLog: 'wss://logs.example/build', containerLog: 'wss://logs.example/container' };
const web = told<Job>({ id: 'web', status: 'Running', address: { type: 'web', url: 'https://app.example' }, ...logs });
const ssh = told<Job>({
  id: 'ssh',
  status: 'Running',
  address: { type: 'ssh', user: 'root', host: 'app.example', port: 22 },
});

function taskOf(status: Task['status'], jobs: Job[] = []): Task {
  return told<Task>({ id: status, status, hardware: {}, jobs, orders: [], providers: [] });
}

/** Of the accounts, when somebody is signed in. */
const states = [
  'remoteCompute.decthings == signedIn',
  'remoteCompute.swan == noWallet',
  'remoteCompute.swan == signedIn',
];

describe('package.json', () => {
  it('has the extension start when the window has, not before', () => {
    assert.deepEqual(manifest.activationEvents, ['onStartupFinished']);
  });

  it('has every command that there is, and no other', () => {
    assert.deepEqual(new Set(commands.map(({ command }) => command)), new Set(ids));
  });

  it('has commands that are registered, and no other is', async () => {
    await activated();
    const registered = (await vscode.commands.getCommands(true)).filter(id => id.startsWith('remoteCompute.'));
    // VS Code adds commands of its own for each view, such as `remoteCompute.launchers.focus`.
    const own = registered.filter(id => ids.includes(id) || !viewIds.some(view => id.startsWith(`${view}.`)));
    assert.deepEqual(new Set(own), new Set(ids));
  });

  it('names commands that exist in its menus and welcome texts', () => {
    const linked = viewsWelcome.flatMap(({ contents }) => [...contents.matchAll(/\(command:([^)?]+)/g)].map(m => m[1]));
    for (const id of [...entries.map(({ command }) => command), ...linked]) assert.ok(id && ids.includes(id), id);
  });

  describe('has a walkthrough', () => {
    const reached = ['openedTerminal', 'createdTask', 'ranCommand'].map(name => `remoteCompute.${name}`);

    for (const { id, description, media, completionEvents } of steps) {
      it(`whose step “${id}” leads to commands that exist, and completes by what happens`, async () => {
        const linked = [...description.matchAll(/\(command:([^)?]+)/g)].map(([, command = '']) => command);
        const known = new Set(await vscode.commands.getCommands());
        assert.ok(linked.length > 0);
        for (const command of linked) assert.ok(known.has(command), command);
        assert.ok(completionEvents.length > 0);
        for (const event of completionEvents) {
          const [, kind, what = ''] = /^(on\w+):(.+)$/.exec(event) ?? [];
          if (kind === 'onCommand') assert.ok(ids.includes(what), event);
          else if (kind === 'onSettingChanged') assert.ok(what in configuration.properties, event);
          else assert.ok(kind === 'onContext' && [...reached, ...states].includes(what), event);
        }
      });

      it(`whose step “${id}” has a picture of its own, in the colours of any theme, that is packaged`, () => {
        const picture = readFileSync(join(extension?.extensionPath ?? '', media.svg), 'utf8');
        assert.ok(picture.length < 4096 && media.altText);
        const colours = [...picture.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour = '']) => colour);
        assert.ok(colours.length > 10);
        for (const colour of colours) assert.match(colour, /^(?:none|var\(--vscode-[^#]*\))$/);
        assert.doesNotMatch(picture, /<(?:style|script|image|use|foreignObject)|style=|href=/);
      });
    }
  });

  it('gives every command that stands beside a row or a title an icon', () => {
    const inline = entries.filter(({ group = '' }) => /^(inline|navigation)/.test(group));
    for (const { command } of inline) assert.ok(commands.find(each => each.command === command)?.icon, command);
  });

  it('names views that exist', () => {
    const named = clauses.flatMap(when => [...when.matchAll(/\bview == ([\w.]+)/g)].map(match => match[1]));
    for (const id of [...named, ...viewsWelcome.map(({ view }) => view)]) assert.ok(id && viewIds.includes(id), id);
  });

  it('asks for context keys that are set, and for values they have', () => {
    const phases = ['loading', 'ready'];
    const values = new Map<string, (string | undefined)[]>([
      ['remoteCompute.decthings', ['signedIn', 'signedOut']],
      ['remoteCompute.launchers.filtered', [undefined]],
      ['remoteCompute.swan', ['signedIn', 'signedOut', 'noWallet', 'leftOut']],
      ['remoteCompute.sandbox', ['available', 'unsupported', 'visiting']],
      ['remoteCompute.tasks.filtered', [undefined]],
      ...viewIds.map((id): [string, string[]] => [`${id}.phase`, phases]),
    ]);
    for (const when of clauses) {
      const used = when.replace(/\bview == [\w.]+/g, '').matchAll(/(remoteCompute[\w.]*)(?: [!=]= ([\w.]+))?/g);
      for (const [, key = '', value] of used) assert.ok(values.get(key)?.includes(value), `${key} ${value}: ${when}`);
    }
  });

  describe('asks in its menus for rows', () => {
    let account: Account;
    let rows: { view: string; contextValue: string }[];

    before(async () => {
      for (const id of viewIds) await vscode.commands.executeCommand(`${id}.focus`);
      account = await openAccount(['--launchers', '20', '--terminals', '2', '--debug-sessions', '1']);
      const { launchers, debugSessions, terminals } = account.services.views;
      await until('all rows', () => {
        return launchers.tree.nodes.length === 20 && debugSessions.tree.nodes[0] && terminals.tree.nodes[1];
      });
      const terminalSessionId = terminals.tree.nodes[0]?.row.id;
      await run('terminal.attach', { terminalSessionId });
      await until('an attached terminal', () => /\+show$/.test(terminals.tree.nodes[0]?.row.contextValue ?? ''));
      rows = Object.entries({ launchers, debugSessions, terminals }).flatMap(([name, { tree }]) =>
        allNodes(tree.nodes).map(({ row }) => ({ view: `remoteCompute.${name}`, contextValue: row.contextValue })),
      );
      for (const task of [taskOf('initialized'), taskOf('running', [web, ssh]), taskOf('finished')]) {
        const row = taskRow(task);
        for (const { contextValue } of [row, ...(row.children ?? [])])
          rows.push({ view: 'remoteCompute.tasks', contextValue });
      }
      const hash = hashOf(1);
      const stuck = { purpose: 'pay', hash, nonce: 7, outcome: 'unknown' } as const;
      const payments = [
        payment('stuck', { stage: 'paying', open: true, transactions: [stuck] }),
        payment('done', { refund: { amount: 1n, hash } }),
      ];
      const options = { taskName: (id: string) => plainText(id), explorerUrl: 'https://explorer.example' };
      for (const row of paymentRows(payments, 'month', options)) {
        for (const { contextValue } of [row, ...(row.children ?? [])])
          rows.push({ view: 'remoteCompute.payments', contextValue });
      }
    });

    after(async () => {
      await closeTerminals();
      await account.close();
    });

    for (const { command, when, group } of menus['view/item/context'] ?? []) {
      it(`that exist: ${command} in ${group}`, () => {
        const regex = /viewItem =~ \/(.+?)\/(?: |$)/.exec(when)?.[1];
        assert.ok(regex, when);
        const view = /\bview == ([\w.]+)/.exec(when)?.[1];
        const fitting = rows.filter(row => new RegExp(regex).test(row.contextValue));
        assert.ok(
          fitting.some(row => view === undefined || row.view === view),
          when,
        );
      });
    }
  });
});
