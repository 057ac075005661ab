import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { roundedText, unitsText } from '../../src/core/money.js';
import type { Payment } from '../../src/core/payments.js';
import type { Task } from '../../src/core/tasks.js';
import type { Checked } from '../../src/ui/paymentCheck.js';
import type { Node } from '../../src/ui/tree.js';
import { until } from '../support/until.js';
import { allNodes, drawn, errorOf, run, setSetting } from './support/extension.js';
import { answering, type Modal } from './support/modals.js';
import { opening, saying } from './support/seen.js';
import { type Created, hello, openSwanAccount, type SwanAccount, taskNode } from './support/swan.js';

const yes = (modal: Modal) => modal.acts[0];
const no = () => undefined;
/** Of this suite's chain alone, since all suites share a journal. */
const CHAIN = 31_555;

describe('the ledger of payments', () => {
  let account: SwanAccount;

  before(async () => {
    account = await openSwanAccount(['--step-ms', '50', '--chain-id', `${CHAIN}`]);
    await account.swan.mineAtOnce();
    await run('payments.group', { by: 'month' });
    await vscode.commands.executeCommand('remoteCompute.payments.focus');
    await until('the view', () => account.services.payments.view.visible);
  });

  after(async () => {
    await account.swan.mineAtOnce();
    await setSetting('swan.custom.explorerUrl', undefined);
    await account.close();
  });

  afterEach(() => account.swan.mineAtOnce());

  const tree = () => account.services.payments.tree;

  async function list(): Promise<Payment[]> {
    const { backend } = await account.services.swan.require();
    return (await backend.payments.list()).payments.filter(({ network }) => network.chainId === CHAIN);
  }

  async function create(): Promise<Task> {
    const { taskUuid } = await run<Created>('task.create', { ...hello });
    return (await account.services.swan.require()).backend.tasks.get(taskUuid);
  }

  /** Pays, saying yes. @returns what becomes of it, which is awaited later where nothing is mined */
  function paying(task: Task): Promise<string> {
    return answering(yes, async () => void (await run('task.pay', { taskUuid: task.id }))).then(
      () => 'paid',
      (error: Error) => error.message,
    );
  }

  /** The row at the top of a task's payment that is not finished. */
  function openRow(task: Task, words: RegExp): Promise<Node> {
    return until(`a row that says ${words}`, () =>
      tree().nodes.find(({ row }) => row.id === idOf(task) && words.test(row.description ?? '')),
    );
  }

  const ids = new Map<string, string>();
  const idOf = (task: Task) => ids.get(task.id);

  /** A task whose payment waits for a block, and what becomes of it. */
  async function stuck(): Promise<{ task: Task; payment: Payment; outcome: Promise<string> }> {
    const task = await create();
    await account.swan.stopMining();
    const outcome = paying(task);
    const payment = await until('a payment on its way', async () =>
      (await list()).find(each => each.task === task.id && each.stage === 'approving'),
    );
    await until('its transaction', async () => (await account.swan.waiting()) === 1);
    ids.set(task.id, payment.id);
    return { task, payment, outcome };
  }

  it('is empty where nothing was paid', () => {
    assert.deepEqual(drawn(tree().nodes), []);
  });

  it('has a payment under its month, and under its task', async () => {
    const task = await create();
    assert.equal(await paying(task), 'paid');
    const [payment] = await list();
    assert.ok(payment);
    const amount = `${unitsText(payment.amount)} SWAN`;
    const month = new Date().toLocaleString('en', { month: 'long', year: 'numeric' });
    const group = await until('the row', () => tree().nodes.find(({ row }) => row.label === month));
    assert.deepEqual(tree().nodes, [group]);
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
    const [byTask] = await until('the grouping', () => tree().nodes[0]?.row.label === 'hello-world' && tree().nodes);
    assert.equal(byTask?.row.description, `${amount} paid`);
    assert.equal(byTask.children[0]?.row.id, payment.id);
    assert.equal(account.services.memory.get('paymentGrouping'), 'task');
    await run('payments.group');
    await until('the grouping', () => tree().nodes[0]?.row.label === month);
  });

  it('tells of a payment all there is to tell, and links to an explorer where there is one', async () => {
    const [payment] = await list();
    assert.ok(payment?.hash);
    const paymentId = payment.id;
    await assert.rejects(run('payments.openExplorer', { paymentId }), errorOf('invalid', /no explorer/));
    assert.doesNotMatch(await hoverOf(paymentId), /\]\(/);
    await setSetting('swan.custom.explorerUrl', 'https://explorer.example/');
    const node = await until('a row with a link', () => {
      const found = tree().find(paymentId);
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
    await until('a row without a link', () => tree().find(paymentId)?.row.contextValue === 'payment+hash');
  });

  async function hoverOf(id: string): Promise<string> {
    const text = await tree().find(id)?.row.hover?.(new vscode.CancellationTokenSource().token);
    assert.ok(text);
    return text.value.replace(/&#(\d+);/g, (_match, code) => String.fromCharCode(code));
  }

  it('shows what came back once it is compared with the chain', async () => {
    const [payment] = await list();
    assert.ok(payment);
    await answering(yes, async () => void (await run('task.terminate', { taskUuid: payment.task })));
    const refunded = await account.swan.refunded(payment.task);
    assert.ok(refunded > 0n);
    const said = await saying(async () => {
      const checked = await run<Checked>('payments.show', {});
      assert.deepEqual(checked, { agree: 1, refunds: 1, reopened: [] });
    });
    assert.deepEqual(said, ['1 payment and 1 refund agree with the chain.']);
    const node = await until('the refund', () => tree().find(`${payment.id}/refund`));
    assert.equal(node.row.label, 'Refund · hello-world');
    assert.ok(node.row.description?.startsWith(`${roundedText(refunded)} SWAN · came back · `), node.row.description);
    assert.match(node.row.contextValue, /^refund\+hash$/);
    const [group] = tree().nodes;
    assert.equal(group?.row.description, `${roundedText(payment.amount)} SWAN paid, ${roundedText(refunded)} back`);
    const hash = await run<string>('payments.copyHash', node);
    assert.ok(await account.swan.succeeded(hash));
    assert.notEqual(hash, payment.hash);
  });

  it('is exported as CSV: to where a person says, and to a program as text alone', async () => {
    const text = await run<string>('payments.export', {});
    const [payment] = await list();
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
    const before = drawn(tree().nodes);
    const task = await create();
    assert.equal(await paying(task), 'paid');
    await run('refresh', {});
    assert.deepEqual(drawn(tree().nodes), before);
    await vscode.commands.executeCommand('remoteCompute.payments.focus');
    await until('the new row', () => allNodes(tree().nodes).length === before.length + 1);
  });

  it('has an unfinished one at the top, and below its task, with what can be done', async () => {
    const { task, payment, outcome } = await stuck();
    const { row } = await openRow(task, /approval waiting for the chain/);
    assert.equal(tree().nodes[0]?.row.id, payment.id);
    assert.equal(row.contextValue, 'payment+resume+speedUp+cancel+hash');
    assert.equal(row.icon.id, 'loading~spin');
    const node = await taskNode(account, task.id);
    const below = await until('the row below the task', () => node.children.find(child => child.row.id === payment.id));
    const amount = `${unitsText(payment.amount)} SWAN`;
    assert.equal(node.children[0], below);
    assert.equal(below.row.label, `Payment of ${amount}`);
    assert.equal(below.row.description, 'approval waiting for the chain');
    assert.equal(below.row.spoken, `Payment of ${amount}: approval waiting for the chain`);
    assert.equal(below.row.contextValue, row.contextValue);
    await account.swan.mineAtOnce();
    assert.equal(await outcome, 'paid');
    await until('the row to go', () => !node.children.includes(below));
    await until('no row at the top', () => tree().nodes[0]?.row.label !== row.label);
  });

  for (const id of ['payments.speedUp', 'payments.cancel'] as const) {
    it(`does nothing of ${id} without the person’s word, whatever the arguments`, async () => {
      const { task, payment, outcome } = await stuck();
      const transactions = (await list()).find(each => each.id === payment.id)?.transactions;
      const modals = await answering(no, async () => {
        await run(id, { paymentId: payment.id, yes: true, confirmed: true, most: '1' });
      });
      assert.equal(modals.length, 1);
      assert.match(modals[0]?.message ?? '', new RegExp(`the payment of ${unitsText(payment.amount)} SWAN for “hello`));
      assert.match(modals[0]?.detail ?? '', /^Gas: at most 0\.\d+ ETH, instead of 0\.\d+ ETH$/m);
      assert.deepEqual((await list()).find(each => each.id === payment.id)?.transactions, transactions);
      assert.equal(await account.swan.waiting(), 1);
      await account.swan.mineAtOnce();
      assert.equal(await outcome, 'paid');
      assert.equal(await account.swan.paid(task.id), payment.amount);
    });
  }

  it('waits on with one that is on its way, and asks nothing for it', async () => {
    const { payment, outcome } = await stuck();
    const modals = await answering(no, async () => {
      const resuming = run<{ stage: string }>('payments.resume', { paymentId: payment.id });
      await account.swan.mineAtOnce();
      assert.equal((await resuming).stage, 'done');
    });
    assert.deepEqual(modals, []);
    assert.equal(await outcome, 'paid');
  });

  it('speeds one up by its row: the same payment, once', async () => {
    const { task, payment, outcome } = await stuck();
    const node = await openRow(task, /waiting/);
    const said = await saying(async () => {
      await answering(yes, async () => {
        const speeding = run('payments.speedUp', node);
        await until('a second transaction', async () => (await current(payment)).transactions.length === 2);
        await account.swan.mineAtOnce();
        await speeding;
      });
    });
    assert.equal(await outcome, 'paid');
    assert.deepEqual(said, [`Paid ${unitsText(payment.amount)} SWAN for “hello-world”.`]);
    const { transactions, stage } = await current(payment);
    assert.equal(stage, 'done');
    const [first, second] = transactions;
    assert.deepEqual([first?.outcome, second?.outcome, second?.nonce], ['replaced', 'mined', first?.nonce]);
    assert.equal(await account.swan.paid(task.id), payment.amount);
  });

  async function current({ id }: Payment): Promise<Payment> {
    const found = (await list()).find(each => each.id === id);
    assert.ok(found);
    return found;
  }

  it('cancels one by the row below its task: nothing is paid', async () => {
    const { task, payment, outcome } = await stuck();
    const node = await until('its row', () => account.services.tasks.view.tree.find(payment.id));
    const said = await saying(async () => {
      await answering(yes, async () => {
        const cancelling = run('payments.cancel', node);
        await until('a second transaction', async () => (await current(payment)).transactions.length === 2);
        await openRow(task, /being cancelled/);
        await account.swan.mineAtOnce();
        await cancelling;
      });
    });
    assert.match(await outcome, /was not made \(cancelled\)/);
    assert.match(said.join(), /was cancelled: nothing was paid for “hello-world”/);
    assert.equal((await current(payment)).stage, 'cancelled');
    assert.equal(await account.swan.paid(task.id), 0n);
    await until('the row to settle', () => tree().find(payment.id)?.row.contextValue === 'payment+hash');
  });

  it('finishes by its row one that waits for a signature, after asking', async () => {
    const { task, payment, outcome } = await stuck();
    const taken = account.swan.act('hardware', { name: 'C1ae.medium', available: false });
    await until('the hardware to go', async () => (await account.swan.waiting()) === 2);
    await account.swan.mineAtOnce();
    await taken;
    assert.match(await outcome, /not active/);
    await account.swan.act('hardware', { name: 'C1ae.medium', available: true });
    const node = await openRow(task, /waiting for your signature .* The payment contract refused/);
    const { view } = account.services.tasks.view;
    await until('the badge', () => view.badge?.value === 1);
    assert.equal(view.badge?.tooltip, '1 payment is not finished');
    assert.equal(node.row.icon.id, 'warning');
    assert.equal(node.row.contextValue, 'payment+resume+cancel+hash');
    const described = await until('the task’s row', async () => {
      const { description = '' } = (await taskNode(account, task.id)).row;
      return /signature/.test(description) && description;
    });
    assert.match(described, /^unpaid · payment waiting for your signature · C1ae/);
    const declined = await answering(no, async () => void (await run('payments.resume', { paymentId: payment.id })));
    assert.equal(declined.length, 1);
    assert.equal((await current(payment)).stage, 'ready');
    const modals = await answering(yes, async () => void (await run('payments.resume', node)));
    assert.deepEqual(
      modals.map(({ message, acts }) => [message, acts]),
      [
        [
          `Finish paying ${unitsText(payment.amount)} SWAN for “hello-world”?`,
          [`Pay ${unitsText(payment.amount)} SWAN`],
        ],
      ],
    );
    assert.equal((await current(payment)).stage, 'done');
    assert.equal(await account.swan.paid(task.id), payment.amount);
    await until('the badge to go', () => view.badge === undefined);
  });

  it('says what cannot be done, by which payment', async () => {
    await assert.rejects(run('payments.resume', { paymentId: 'no-such' }), errorOf('notFound', /no such payment/));
    const done = (await list()).find(({ stage }) => stage === 'done');
    for (const id of ['payments.resume', 'payments.speedUp', 'payments.cancel'] as const) {
      await assert.rejects(run(id, { paymentId: done?.id }), errorOf('invalid', /cannot be done with this payment/));
      await assert.rejects(run(id, { id: done?.id }), errorOf('invalid', /paymentId is missing/));
    }
  });

  it('takes up a payment that has vanished from the chain', async () => {
    const task = await create();
    assert.equal(await paying(task), 'paid');
    const payment = (await list()).find(each => each.task === task.id);
    assert.ok(payment);
    await account.swan.reorganise(1);
    assert.equal(await account.swan.paid(task.id), 0n);
    const said = await saying(async () => {
      const { reopened } = await run<Checked>('payments.check', {});
      assert.deepEqual(reopened, [payment.id]);
      await until('the payment', async () => (await current(payment)).stage === 'done');
      await until('the notification', () => account.services.tasks.store.state.phase === 'ready');
    });
    assert.match(said[0] ?? '', /1 payment had vanished from the chain and is on its way again\.$/);
    assert.equal(await account.swan.paid(task.id), payment.amount);
  });
});
