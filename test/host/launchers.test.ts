import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { errorOf, run } from './support/extension.js';
import { answering } from './support/modals.js';

const machine = { cpus: 1, memoryMebibytes: 1024, gpus: { model: 'L4', count: 2 } };

describe('launchers', () => {
  let account: Account;

  before(async () => {
    await vscode.commands.executeCommand('remoteCompute.launchers.focus');
    account = await openAccount();
  });

  after(() => account.close());

  function node(id: string) {
    return account.services.views.launchers.tree.find(id);
  }

  async function created(name: string): Promise<string> {
    const { launcherId } = await run<{ launcherId: string }>('launcher.create', { name, machine });
    return launcherId;
  }

  async function exists(id: string): Promise<boolean> {
    return (await account.backend.launchers.find([id])).length > 0;
  }

  it('are created, and seen to become active', async () => {
    const { tree } = account.services.views.launchers;
    const seen = new Set<string>();
    const watching = tree.onDidChangeTreeData(() => {
      for (const { row } of tree.nodes) if (row.label === 'trainer') seen.add(row.description ?? '');
    });
    const id = await created('trainer');
    await until('it to be active', () => node(id)?.row.description === '1 CPU · 1 GiB · 2× L4');
    watching.dispose();
    assert.deepEqual([...seen], ['creating… · 1 CPU · 1 GiB · 2× L4', '1 CPU · 1 GiB · 2× L4']);
  });

  it('that the account may not have are refused in words', async () => {
    const huge = { cpus: 4096, memoryMebibytes: 1024 };
    await assert.rejects(run('launcher.create', { name: 'huge', machine: huge }), errorOf('refused', /quota/));
  });

  it('are deleted after a question that names them, and watched until they are gone', async () => {
    const id = await created('doomed');
    const modals = await answering(
      () => 'Delete',
      async () => {
        const deleting = run('launcher.delete', { launcherId: id });
        await until('it to be busy', () => node(id)?.row.contextValue === 'launcher+busy');
        assert.deepEqual(await deleting, { gone: true });
      },
    );
    assert.deepEqual(
      modals.map(({ message }) => message),
      ['Delete the launcher “doomed”?'],
    );
    assert.equal(node(id), undefined);
    assert.equal(await exists(id), false);
  });

  it('are not deleted unless the person says so', async () => {
    const id = await created('kept');
    await answering(
      () => undefined,
      async () => {
        assert.equal(await run('launcher.delete', { launcherId: id }), undefined);
      },
    );
    assert.equal(await exists(id), true);
  });

  it('are deleted with what runs on them', async () => {
    const id = await created('busy');
    await run('debugSession.launch', {
      modelId: account.modelIds[0],
      launcherId: id,
    });
    const modals = await answering(
      () => 'End All and Delete',
      async () => {
        assert.deepEqual(await run('launcher.delete', { launcherId: id, endRunning: true }), { gone: true });
      },
    );
    assert.match(modals[0]?.detail ?? '', /Still running on it:\n• debug session mnist-classifier$/);
    assert.equal(await exists(id), false);
    assert.deepEqual(await account.backend.debugSessions.list(), []);
  });

  it('go when what runs on them has ended, if that is what the person wants', async () => {
    const id = await created('patient');
    const { debugSessionId } = await run<{ debugSessionId: string }>('debugSession.launch', {
      modelId: account.modelIds[0],
      launcherId: id,
    });
    await answering(
      () => 'Delete When Idle',
      async () => {
        assert.deepEqual(await run('launcher.delete', { launcherId: id, endRunning: false }), { gone: false });
      },
    );
    assert.match(node(id)?.row.description ?? '', /^deleting… · /);
    await account.backend.debugSessions.terminate(debugSessionId);
    await until('it to be gone', () => node(id) === undefined);
  });

  it('are not said to be gone because the view does not show them', async () => {
    const id = await created('out-of-sight');
    const { debugSessionId } = await run<{ debugSessionId: string }>('debugSession.launch', {
      modelId: account.modelIds[0],
      launcherId: id,
    });
    await run('search', { name: 'something else' });
    await answering(
      () => 'Delete When Idle',
      async () => {
        assert.deepEqual(await run('launcher.delete', { launcherId: id, endRunning: false }), { gone: false });
      },
    );
    await run('clearSearch', {});
    await account.backend.debugSessions.terminate(debugSessionId);
  });

  it('that are gone are said to be', async () => {
    await assert.rejects(
      run('launcher.delete', { launcherId: 'none' }),
      errorOf('notFound', /does not exist any more/),
    );
  });

  it('give their ID to the clipboard', async () => {
    await vscode.env.clipboard.writeText('');
    const [first] = account.services.views.launchers.tree.nodes;
    await run('launcher.copyId', first);
    assert.equal(await vscode.env.clipboard.readText(), first?.row.id);
  });
});
