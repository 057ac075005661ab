import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { drawn, run } from './support/extension.js';
import { titleOf } from './support/view.js';

describe('an account of 10,000 launchers', () => {
  let account: Account;

  before(async () => {
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
    account = await openAccount(['--launchers', '10000']);
    await listed('20 of 10,000');
  });

  after(() => account.close());

  /** The drawn rows, when the view says that it shows this many. */
  async function listed(title: string): Promise<string[]> {
    const { launchers } = account.services.views;
    await until(`“${title}”, not “${titleOf(launchers)}”`, () => titleOf(launchers) === title);
    return drawn(launchers.tree.nodes).filter(row => !row.startsWith(' '));
  }

  /** What a click on the last row does. */
  async function loadMore(): Promise<void> {
    const { tree } = account.services.views.launchers;
    const last = tree.nodes.at(-1);
    const command = last && tree.getTreeItem(last).command;
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
  }

  it('is shown from the newest on, and says how much more there is', async () => {
    const rows = await listed('20 of 10,000');
    assert.equal(rows.length, 21);
    assert.equal(rows[0], 'gpu-train-00001|8 CPU · 32 GiB · 1× L4');
    assert.equal(rows[20], 'Load More…|20 of 10,000');
  });

  it('is paged by Load More', async () => {
    await loadMore();
    assert.equal((await listed('120 of 10,000')).at(-1), 'Load More…|120 of 10,000');
    await loadMore();
    await listed('220 of 10,000');
    const { nodes } = account.services.views.launchers.tree;
    assert.equal(new Set(nodes.map(({ row }) => row.id)).size, 221);
    assert.match(nodes[219]?.row.label ?? '', /-00220$/);
  });

  it('is searched by part of a name', async () => {
    await run('search', { name: 'TRAIN-0012' });
    const rows = await listed('“TRAIN-0012” · 2');
    assert.deepEqual(
      rows.map(row => row.split('|')[0]),
      ['gpu-train-00121', 'vision-train-00129'],
    );
  });

  it('is searched by IDs', async () => {
    const { rows } = await account.backend.launchers.list({ offset: 5000, limit: 3 });
    await run('search', { ids: rows.map(({ id }) => id) });
    await listed('3 by ID · 3');
    const shown = account.services.views.launchers.tree.nodes.map(({ row }) => row.id);
    assert.deepEqual(new Set(shown), new Set(rows.map(({ id }) => id)));
  });

  it('says so where nothing matches', async () => {
    await run('search', { name: 'no such launcher' });
    assert.deepEqual(await listed('“no such launcher”'), []);
    assert.equal(account.services.views.launcherStore.state.total, 0);
  });

  it('is sorted, also while it is searched', async () => {
    await run('search', { name: 'scratch' });
    await run('sort', { field: 'name', descending: true });
    assert.match((await listed('“scratch” · 20 of 1,000'))[0] ?? '', /^scratch-10000\|/);
    await run('sort', { field: 'name' });
    await until('the lowest name', () =>
      drawn(account.services.views.launchers.tree.nodes)[0]?.startsWith('scratch-00010|'),
    );
  });

  it('is shown whole again when the search is cleared, in the order chosen', async () => {
    await run('clearSearch', {});
    assert.match((await listed('20 of 10,000'))[0] ?? '', /^data-ingest-00006\|/);
    await run('sort', { field: 'createdAt', descending: true });
    await until('the newest', () =>
      drawn(account.services.views.launchers.tree.nodes)[0]?.startsWith('gpu-train-00001|'),
    );
  });
});
