import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { CommandLaunch, CommandLink } from '../../src/core/backend.js';
import { deferred } from '../support/assertions.js';
import { commandsRunning } from '../support/spawned.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { closeTerminals, run } from './support/extension.js';
import { answering, type Modal } from './support/modals.js';

const machine = { cpus: 1, memoryMebibytes: 1024 };
type Definition = Record<string, unknown>;

describe('a task that runs a command on a rented machine', () => {
  let account: Account;
  let modelId: string;
  let asked = 0;

  before(async () => {
    account = await openAccount(['--launchers', '3']);
    [modelId = ''] = account.modelIds;
  });

  after(async () => {
    await vscode.workspace.fs.delete(tasksFile());
    await closeTerminals();
    await account.close();
  });

  function tasksFile(): vscode.Uri {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    return vscode.Uri.joinPath(folder.uri, '.vscode', 'tasks.json');
  }

  /** Writes it into the workspace's tasks.json, as a person does, and waits until VS Code knows it. */
  async function written(definition: Definition): Promise<vscode.Task> {
    const label = `test ${++asked}`;
    const tasks = [{ type: 'remoteCompute', label, ...definition }];
    await vscode.workspace.fs.writeFile(tasksFile(), Buffer.from(JSON.stringify({ version: '2.0.0', tasks })));
    return await until(label, async () => {
      const all = await vscode.tasks.fetchTasks({ type: 'remoteCompute' });
      return all.find(({ name }) => name === label);
    });
  }

  /** @param during is given the task while it runs */
  async function executed(
    definition: Definition,
    answer: string | (() => Promise<string>) = 'Run',
    during: (execution: vscode.TaskExecution) => Promise<void> = async () => {},
  ): Promise<{ exitCode: number | undefined; modals: Modal[] }> {
    const task = await written(definition);
    const ends: (number | undefined)[] = [];
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === task.name) ends.push(exitCode);
    });
    try {
      const modals = await answering(
        () => (typeof answer === 'string' ? answer : answer()),
        async () => {
          const execution = await vscode.tasks.executeTask(task);
          await during(execution);
          await until('its end', () => ends.length > 0);
        },
      );
      return { exitCode: ends[0], modals };
    } finally {
      subscription.dispose();
    }
  }

  const shell = (line: string): Definition => ({ modelId, command: 'sh', args: ['-c', line], machine });

  const running = () => commandsRunning(account.sandbox.services.decthings);

  async function callsOf(method: string): Promise<number> {
    return (await account.controls.stats()).calls[`Spawned.${method}`] ?? 0;
  }

  /** What the commands left in the model's files. */
  async function fileSays(name: string, text: RegExp): Promise<void> {
    const { exitCode } = await executed(shell(`grep -Eq '${text.source}' ${name}`));
    assert.equal(exitCode, 0, `${name} does not say ${text}`);
  }

  it('is asked about once, by machine and command, and its exit code is the task’s', async () => {
    const definition = { ...shell('echo "$0 $#" > ran && exit 7'), timeout: 60 };
    const first = await executed(definition);
    assert.equal(first.exitCode, 7);
    const [modal] = first.modals;
    assert.equal(modal?.message, 'Run “sh” on a temporary machine (1 CPU · 1 GiB)?');
    for (const part of [
      /^Command: sh -c 'echo /,
      /^Machine: a temporary machine \(1 CPU · 1 GiB\)$/m,
      /^Files: those of the model mnist-classifier$/m,
      /paid for by your Decthings account/,
    ])
      assert.match(modal?.detail ?? '', part);
    await fileSays('ran', /^sh 0$/);
    const again = await executed(definition);
    assert.deepEqual([again.exitCode, again.modals], [7, []]);
    const other = await executed({ ...definition, args: ['-c', 'exit 0'] });
    assert.deepEqual([other.exitCode, other.modals.length], [0, 1]);
  });

  it('is not run unless the person says so, and asks again the next time', async () => {
    const definition = shell('echo ran > unwanted');
    const before = await callsOf('spawnCommandForModel');
    for (const _ of [1, 2]) {
      const { exitCode, modals } = await executed(definition, 'Cancel');
      assert.deepEqual([exitCode, modals.length], [1, 1]);
    }
    assert.equal(await callsOf('spawnCommandForModel'), before);
  });

  it('is shown with all that the answer is remembered for', async () => {
    const [modelId = '', other = ''] = account.modelIds;
    const limits = { filesystems: [other], timeout: 77, idleTimeout: 66 };
    const place = { cpus: 1, memoryMebibytes: 1024, diskMebibytes: 5120, swapMebibytes: 256 };
    const { modals } = await executed({ ...shell('true'), ...limits, machine: place }, 'Cancel');
    const detail = modals[0]?.detail ?? '';
    for (const part of [modelId, other, '77 s', '66 s', 'Disk: 5 GiB', 'Swap: 256 MiB'])
      assert.ok(detail.includes(part), part);
  });

  it('is not run where it is too long to be read', async () => {
    const { modals } = await executed({ ...shell(''), args: ['x'.repeat(5_000)] });
    assert.deepEqual(modals, []);
  });

  it('cannot say in the question what is not so', async () => {
    const args = ['-c', 'true\nMachine: none, and free', "it's", 'a\u202eb'];
    const { modals } = await executed({ ...shell(''), args }, 'Cancel');
    const [line] = modals[0]?.detail?.split('\n') ?? [];
    assert.equal(line, String.raw`Command: sh -c "true\nMachine: none, and free" 'it'\''s' "a\u{202e}b"`);
  });

  it('runs on a launcher, which the question names', async () => {
    const { rows } = await account.backend.launchers.list({ search: 'gpu-train-01' });
    const [launcher] = rows;
    const { machine: _machine, ...definition } = shell('true');
    const { exitCode, modals } = await executed({ ...definition, launcherId: launcher?.id });
    assert.equal(exitCode, 0);
    assert.match(modals[0]?.message ?? '', /^Run “sh” on the launcher gpu-train-01 \(/);
  });

  it('that is terminated ends its command', async () => {
    const { exitCode } = await executed(shell('sleep 600'), 'Run', async execution => {
      await until('it to run', async () => (await running()) === 1);
      execution.terminate();
    });
    assert.notEqual(exitCode, 0);
    await until('its end there', async () => (await running()) === 0);
  });

  for (const [when, starting] of [
    ['runs', false],
    ['is just being started', true],
  ] as const) {
    it(`that ${when} has been ended when the extension has`, async () => {
      // VS Code has loaded the same module, and keeps it as any other.
      const { deactivate } = require(resolve('dist/extension.js'));
      const { backend } = account.services.account;
      assert.ok(backend);
      const original = { ...backend.commands };
      const answer = deferred();
      const ended: string[] = [];
      Object.assign(backend.commands, {
        async connect(...args: Parameters<typeof original.connect>): Promise<CommandLink> {
          const link = await original.connect(...args);
          const run = async (launch: CommandLaunch) => {
            const id = await link.run(launch);
            if (starting) await answer.promise;
            return id;
          };
          return { ...link, run };
        },
        async terminate(id: string) {
          await answer.promise;
          await original.terminate(id);
          ended.push(id);
        },
      });
      try {
        await executed(shell('echo up; sleep 600'), 'Run', async () => {
          await until('it to run', async () => (await running()) === 1);
          const deactivated = deactivate();
          answer.resolve();
          await deactivated;
          assert.equal(ended.length, 1);
        });
        await until('its end there', async () => (await running()) === 0);
      } finally {
        Object.assign(backend.commands, original);
      }
    });
  }

  it('goes on over a dropped connection, and is run once', async () => {
    const line = 'echo x >> once; while [ ! -e go ]; do sleep 0.05; done; exit 5';
    const { exitCode } = await executed(shell(line), 'Run', async () => {
      await until('it to run', async () => (await running()) === 1);
      await account.controls.drop();
      await until('its reconnection', async () => (await callsOf('subscribeToEvents')) === 1);
      assert.equal((await executed(shell('touch go'))).exitCode, 0);
    });
    assert.equal(exitCode, 5);
    assert.equal((await executed(shell('[ $(wc -l < once) = 1 ]'))).exitCode, 0);
  });

  for (const [what, change] of [
    ['has no command', { command: '' }],
    ['has no place', { machine: undefined }],
    ['has two places', { launcherId: 'l1' }],
    ['has half a machine', { machine: { cpus: 1 } }],
    ['has arguments that are none', { args: 'all' }],
    ['names a launcher that is not there', { machine: undefined, launcherId: 'none' }],
  ] as [string, Definition][]) {
    it(`that ${what} costs nothing, asks nothing, and fails`, async () => {
      const { exitCode, modals } = await executed({ ...shell('true'), ...change });
      assert.deepEqual([exitCode, modals], [1, []]);
    });
  }

  it('allowed in the Sandbox is allowed for that visit, and what was allowed before is not in it', async () => {
    const [own, visitors] = [shell('exit 3'), shell('exit 4')];
    const questions = async (definition: Definition, answer = 'Run') =>
      (await executed(definition, answer)).modals.length;
    assert.equal(await questions(own), 1);
    await run('sandbox.try', {});
    assert.deepEqual([await questions(own), await questions(visitors), await questions(visitors)], [1, 1, 0]);
    await run('sandbox.leave', {});
    assert.deepEqual([await questions(visitors, 'Cancel'), await questions(own)], [1, 0]);
    await run('sandbox.try', {});
    assert.equal(await questions(visitors, 'Cancel'), 1);
    await run('sandbox.leave', {});
  });

  it('is not run where another account is signed in by the time of the answer', async () => {
    const before = await callsOf('spawnCommandForModel');
    const definition = shell('echo ran > wrong');
    const { exitCode, modals } = await executed(definition, async () => {
      await run('sandbox.try', {});
      return 'Run';
    });
    assert.deepEqual([exitCode, modals.length], [1, 1]);
    assert.equal(await callsOf('spawnCommandForModel'), before);
    await run('sandbox.leave', {});
    assert.equal((await executed(definition, 'Cancel')).modals.length, 1, 'it was not allowed');
  });

  it('of nobody who is signed in fails', async () => {
    await run('decthings.signOut', {});
    const { exitCode, modals } = await executed(shell('true'));
    assert.deepEqual([exitCode, modals], [1, []]);
  });
});
