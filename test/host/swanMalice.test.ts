import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { t } from '../../src/core/l10n.js';
import type { Node } from '../../src/ui/tree.js';
import { allNodes, errorOf, run } from './support/extension.js';
import { answering, type Modal, yes } from './support/modals.js';
import { type Created, hello, openSwanAccount, type SwanAccount, taskBecomes, taskNode } from './support/swan.js';

const PROOF = '/tmp/swan-sandbox-was-here';

describe('a Swan orchestrator that means harm', () => {
  let account: SwanAccount;
  let id: string;

  before(async () => {
    account = await openSwanAccount(['--step-ms', '50']);
    await account.swan.mineAtOnce();
    await answering(yes, async () => {
      id = (await run<Created>('task.create', { ...hello, pay: true })).taskUuid;
    });
    await taskBecomes(account, id, 'running');
  });

  after(() => account.close());

  afterEach(() => plays());

  async function plays(...malice: string[]): Promise<void> {
    await account.swan.act('set', { malice });
    await account.services.tasks.store.refresh();
  }

  async function node(): Promise<Node> {
    return await taskNode(account, id);
  }

  for (const [trick, text] of [
    ['sshOptions', 'ssh -oProxyCommand=touch$IFS/tmp/swan-sandbox-was-here root@127.0.0.1 -p22'],
    ['sshShell', 'ssh root@127.0.0.1 -p22; touch /tmp/swan-sandbox-was-here'],
    ['javascriptUrl', 'javascript:alert(document.domain)'],
    ['fileUrl', 'file:///etc/passwd'],
    ['commandUrl', 'command:workbench.action.closeWindow'],
  ] as const) {
    it(`has its address shown as text, and neither opened nor run: ${trick}`, async () => {
      await plays(trick);
      const { row, children } = await node();
      assert.doesNotMatch(row.contextValue, /\+(web|ssh)\b/);
      const [app] = children;
      assert.equal(app?.row.label, 'Address');
      assert.ok(app.row.description?.endsWith(` · ${text}`), app.row.description);
      assert.equal(app.row.contextValue, 'app');
      assert.equal(account.services.tasks.view.tree.getTreeItem(app).command, undefined);
      const before = vscode.window.terminals.length;
      const opened = await opening(async () => {
        for (const jobUuid of [undefined, app.row.id.split('/').at(-1)]) {
          const request = { taskUuid: id, ...(jobUuid && { jobUuid }) };
          await assert.rejects(run('task.openApp', request), errorOf('invalid', /has no web address/));
          await assert.rejects(run('task.copyAddress', request), errorOf('invalid', /has no address yet/));
          await assert.rejects(run('task.connectSsh', request), errorOf('invalid', /gives no plain SSH command/));
        }
      });
      assert.deepEqual(opened, []);
      assert.equal(vscode.window.terminals.length, before);
      assert.equal(existsSync(PROOF), false);
    });
  }

  for (const trick of ['markdownName', 'commandLinkName']) {
    it(`has its names escaped in hovers, and without links in notifications: ${trick}`, async () => {
      await plays(trick);
      const found = allNodes([await node()]);
      const hovers = await Promise.all(found.map(each => hoverOf(each)));
      for (const { value, isTrusted, supportHtml } of hovers.flatMap(hover => hover ?? [])) {
        assert.equal(isTrusted, false);
        assert.equal(supportHtml, false);
        assert.doesNotMatch(value, /\]\(|!\[|<b>|\$\(/);
      }
      assert.ok(hovers.some(hover => hover?.value.includes('&#91;')));
      for (const each of found) {
        const item = account.services.tasks.view.tree.getTreeItem(each);
        assert.ok(item.tooltip === undefined || typeof item.tooltip === 'string', 'before it is escaped');
      }
      const messages = await shown(async () => {
        await account.swan.act('fail', {
          endpoint: 'POST /claim_review',
          kind: 'failed',
          message: found[0]?.row.label,
        });
        await answering(yes, async () => void (await run('task.claimReview', found[0])));
      });
      assert.equal(messages.length, 1);
      assert.doesNotMatch(messages[0] ?? '', /\]\(|\$\(/);
    });
  }

  it('gets a name of 10 MB cut where it stands', async () => {
    await plays('hugeName');
    const { row } = await node();
    assert.equal(row.label, 'A'.repeat(80));
    for (const text of [row.description, row.spoken, (await hoverOf(await node()))?.value]) {
      assert.ok(text && text.length < 5_000, `${text?.length}`);
    }
  });

  it('is not read to its end where a list has none', async () => {
    await plays('endlessList');
    const { store, view } = account.services.tasks;
    const calls = async () => (await account.swan.stats()).calls['GET /v2/task_list'] ?? 0;
    const before = await calls();
    assert.ok(view.tree.nodes.length <= 21, `${view.tree.nodes.length}`);
    await run('task.search', { text: 'hello' });
    await store.refresh();
    // A page may hold as few rows as it likes: a hundred requests for each of the two are the end.
    assert.ok((await calls()) - before <= 210, `${(await calls()) - before}`);
    assert.ok(view.tree.nodes.length <= 101, `${view.tree.nodes.length}`);
    await run('task.clearFilter', {});
  });

  it('is not paid where it names another contract than the one that was trusted', async () => {
    await plays('changedContract');
    const before = await account.swan.moves();
    await assert.rejects(
      answering(yes, async () => void (await run('task.renew', { taskUuid: id, duration: 3600 }))),
      errorOf('refused', /another payment contract than the one you trusted \(0xEeEe.*Nothing was paid\./i),
    );
    assert.deepEqual(await account.swan.moves(), before);
  });

  it('has its other contract trusted where the person says so of both addresses, and not by Enter', async () => {
    const trusted = () => Object.values(account.services.memory.get('trustedContracts') ?? {})[0]?.client ?? '';
    const before = trusted();
    const renewing = async (answer: (modal: Modal) => string | undefined) => {
      const modals: Modal[] = [];
      const asking = answering(
        modal => {
          modals.push(modal);
          return /another one than you trusted/.test(modal.message) ? answer(modal) : undefined;
        },
        async () => void (await run('task.renew', { taskUuid: id, duration: 3600 })),
      );
      await asking.catch(() => undefined);
      return modals;
    };
    await plays('changedContract');
    const moves = await account.swan.moves();
    for (const answer of [yes, () => undefined]) {
      const [modal] = await renewing(answer);
      assert.deepEqual(modal?.acts, ['Pay Nothing', 'Trust the New Contract']);
      assert.match(modal.detail ?? '', new RegExp(`Payment contract: 0x(ee){20}\ninstead of: ${before}`, 'i'));
      assert.equal(trusted(), before);
    }
    await renewing(() => 'Trust the New Contract');
    assert.match(trusted(), /^0x(ee){20}$/i);
    await plays();
    await renewing(() => 'Trust the New Contract');
    assert.equal(trusted(), before);
    assert.equal((await renewing(yes)).length, 1, 'asked about the payment alone');
    assert.deepEqual(await account.swan.moves(), moves);
  });

  it('is not paid where it names another contract while the person reads what they are to confirm', async () => {
    const before = await account.swan.moves();
    await assert.rejects(
      answering(
        async modal => {
          await plays('changedContract');
          return modal.acts[0];
        },
        async () => void (await run('task.renew', { taskUuid: id, duration: 3600 })),
      ),
      errorOf('refused', /names another payment contract .*Nothing was signed\./),
    );
    assert.deepEqual(await account.swan.moves(), before);
  });

  it('is shown for what it is where another signed what it says, and not paid without trust', async () => {
    const { apiKey, wallet } = account.sandbox.services.swan;
    await run('swan.signOut', {});
    await run('swan.signIn', { apiKey });
    await run('swan.setWallet', { privateKey: wallet.privateKey });
    await plays('forgedSignature');
    const before = await account.swan.moves();
    const modals = await answering(
      () => undefined,
      async () => void (await run('task.renew', { taskUuid: id, duration: 3600 })),
    );
    assert.equal(modals.length, 1);
    assert.match(
      modals[0]?.detail ?? '',
      /is signed by 0x[0-9a-fA-F]{40}, which is not the address known for this network/,
    );
    assert.deepEqual(await account.swan.moves(), before);
  });

  it('gets no link into a notification, and no icon into a pick', () => {
    assert.equal(t('{0}', '[a](command:b) $(trash)'), '[a] (command:b) $ (trash)');
  });
});

async function hoverOf({ row }: Node): Promise<vscode.MarkdownString | undefined> {
  const cancellation = new vscode.CancellationTokenSource();
  return await row.hover?.(cancellation.token);
}

/** What was opened outside VS Code while `act` was under way. */
async function opening(act: () => Promise<void>): Promise<string[]> {
  const opened: string[] = [];
  const { openExternal } = vscode.env;
  Object.assign(vscode.env, {
    async openExternal(uri: vscode.Uri) {
      opened.push(uri.toString(true));
      return true;
    },
  });
  try {
    await act();
  } finally {
    Object.assign(vscode.env, { openExternal });
  }
  return opened;
}

/** The errors that a person was shown while `act` was under way. */
async function shown(act: () => Promise<void>): Promise<string[]> {
  const messages: string[] = [];
  const { showErrorMessage } = vscode.window;
  Object.assign(vscode.window, {
    async showErrorMessage(message: string) {
      messages.push(message);
    },
  });
  try {
    await act();
  } finally {
    Object.assign(vscode.window, { showErrorMessage });
  }
  return messages;
}
