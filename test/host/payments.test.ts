import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { roundedText, unitsText } from '../../src/core/money.js';
import type { Checked } from '../../src/ui/paymentCheck.js';
import { until } from '../support/until.js';
import { allNodes, drawn, errorOf, run, setSetting } from './support/extension.js';
import { type Ledger, openLedger } from './support/ledger.js';
import { answering, yes } from './support/modals.js';
import { opening, saying } from './support/seen.js';

/** Of this suite alone. */
const CHAIN = 31_555;

describe('the ledger of payments', () => {
  let account: Ledger;

  before(async () => {
    account = await openLedger(CHAIN);
  });

  after(async () => {
    await setSetting('swan.custom.explorerUrl', undefined);
    await account.close();
  });

  it('is empty where nothing was paid', () => {
    assert.deepEqual(drawn(account.tree.nodes), []);
  });

  it('has a payment under its month, and under its task', async () => {
    const task = await account.create();
    assert.equal(await account.paying(task), 'paid');
    const [payment] = await account.list();
    assert.ok(payment);
    const amount = `${unitsText(payment.amount)} SWAN`;
    const month = new Date().toLocaleString('en', { month: 'long', year: 'numeric' });
    const group = await until('the row', () => account.tree.nodes.find(({ row }) => row.label === month));
    assert.deepEqual(account.tree.nodes, [group]);
    assert.equal(group.row.description, `${amount} paid`);
    const row = group.children[0]?.row;
    const at = new Date(payment.createdAt).toLocaleString('en');
    assert.deepEqual(
      [row?.label, row?.description, row?.icon.id, row?.contextValue, row?.spoken],
      [
        'Pay · hello-world',
        `${amount} · paid · ${at}`,
        'pass',
        'payment+hash',
        `Pay · hello-world, ${amount}, paid, ${at}`,
      ],
    );
    await run('payments.group');
    const [byTask] = await until(
      'the grouping',
      () => account.tree.nodes[0]?.row.label === 'hello-world' && account.tree.nodes,
    );
    assert.equal(byTask?.row.description, `${amount} paid`);
    assert.equal(byTask.children[0]?.row.id, payment.id);
    assert.equal(account.services.memory.get('paymentGrouping'), 'task');
    await run('payments.group');
    await until('the grouping', () => account.tree.nodes[0]?.row.label === month);
  });

  it('tells of a payment all there is to tell, and links to an explorer where there is one', async () => {
    const [payment] = await account.list();
    assert.ok(payment?.hash);
    const paymentId = payment.id;
    await assert.rejects(run('payments.openExplorer', { paymentId }), errorOf('invalid', /no explorer/));
    assert.doesNotMatch(await hoverOf(paymentId), /\]\(/);
    await setSetting('swan.custom.explorerUrl', 'https://explorer.example/');
    const node = await until('a row with a link', () => {
      const found = account.tree.find(paymentId);
      return found?.row.contextValue === 'payment+hash+explorer' && found;
    });
    const link = `https://explorer.example/tx/${payment.hash}`;
    assert.deepEqual(await opening(() => run('payments.openExplorer', node)), [link]);
    assert.deepEqual(await opening(() => run('payments.openExplorer', { paymentId })), [link]);
    const hover = await hoverOf(paymentId);
    assert.ok(hover.includes(`](<${link}>)`), hover);
    const parts = [payment.wallet, payment.contract.client, `${CHAIN}`, 'nonce 1', 'planned', 'Gas: at most 0.'];
    for (const part of parts) assert.ok(hover.includes(part), `${part}: ${hover}`);
    assert.equal(await run('payments.copyHash', node), payment.hash);
    assert.equal(await vscode.env.clipboard.readText(), payment.hash);
    await setSetting('swan.custom.explorerUrl', 'http://explorer.example');
    await assert.rejects(run('payments.openExplorer', { paymentId }), errorOf('invalid', /explorerUrl should begin/));
    await setSetting('swan.custom.explorerUrl', undefined);
    await until('a row without a link', () => account.tree.find(paymentId)?.row.contextValue === 'payment+hash');
  });

  async function hoverOf(id: string): Promise<string> {
    const text = await account.tree.find(id)?.row.hover?.(new vscode.CancellationTokenSource().token);
    assert.ok(text);
    return text.value.replace(/&#(\d+);/g, (_match, code) => String.fromCharCode(code));
  }

  it('shows what came back once it is compared with the chain', async () => {
    const [payment] = await account.list();
    assert.ok(payment);
    await answering(yes, async () => void (await run('task.terminate', { taskUuid: payment.task })));
    const refunded = await account.swan.refunded(payment.task);
    assert.ok(refunded > 0n);
    const said = await saying(async () => {
      const checked = await run<Checked>('payments.show', {});
      assert.deepEqual(checked, { agree: 1, refunds: 1, reopened: [] });
    });
    assert.deepEqual(said, ['1 payment and 1 refund agree with the chain.']);
    const node = await until('the refund', () => account.tree.find(`${payment.id}/refund`));
    assert.equal(node.row.label, 'Refund · hello-world');
    assert.ok(node.row.description?.startsWith(`${roundedText(refunded)} SWAN · came back · `), node.row.description);
    assert.match(node.row.contextValue, /^refund\+hash$/);
    const [group] = account.tree.nodes;
    assert.equal(group?.row.description, `${roundedText(payment.amount)} SWAN paid, ${roundedText(refunded)} back`);
    const hash = await run<string>('payments.copyHash', node);
    assert.ok(await account.swan.succeeded(hash));
    assert.notEqual(hash, payment.hash);
  });

  it('is exported as CSV: to where a person says, and to a program as text alone', async () => {
    const text = await run<string>('payments.export', {});
    const [payment] = await account.list();
    assert.ok(payment?.refund);
    const lines = text.split('\r\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1] ?? '', new RegExp(`^[^,]+Z,refund,${payment.task},${unitsText(payment.refund.amount)},`));
    assert.match(lines[2] ?? '', new RegExp(`^[^,]+Z,pay,${payment.task},${unitsText(payment.amount)},done,`));
    const file = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'payments.csv');
    const { showSaveDialog } = vscode.window;
    let asked = 0;
    Object.assign(vscode.window, {
      async showSaveDialog() {
        return ++asked === 1 ? vscode.Uri.file(file) : undefined;
      },
    });
    try {
      assert.equal(await run('payments.export'), text);
      assert.equal(readFileSync(file, 'utf8'), text);
      assert.equal(await run('payments.export'), undefined);
    } finally {
      Object.assign(vscode.window, { showSaveDialog });
    }
    assert.equal(asked, 2);
  });

  it('reads nothing while nobody looks, and shows what happened meanwhile', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view to hide', () => !account.services.payments.view.visible);
    const before = drawn(account.tree.nodes);
    const task = await account.create();
    assert.equal(await account.paying(task), 'paid');
    await run('refresh', {});
    assert.deepEqual(drawn(account.tree.nodes), before);
    await vscode.commands.executeCommand('remoteCompute.payments.focus');
    await until('the new row', () => allNodes(account.tree.nodes).length === before.length + 1);
  });
});
