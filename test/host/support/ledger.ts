// The ledger of payments, to be looked at.
import * as vscode from 'vscode';
import type { Payment } from '../../../src/core/payments.js';
import type { Task } from '../../../src/core/tasks.js';
import { until } from '../../support/until.js';
import { run } from './extension.js';
import { answering, yes } from './modals.js';
import { type Created, hello, openSwanAccount } from './swan.js';

export type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** A Swan account with its ledger in view. @param chainId of the suite alone, since all suites share a journal */
export async function openLedger(chainId: number) {
  const account = await openSwanAccount(['--step-ms', '50', '--chain-id', `${chainId}`]);
  const { services, swan } = account;
  await swan.mineAtOnce();
  await run('payments.group', { by: 'month' });
  await vscode.commands.executeCommand('remoteCompute.payments.focus');
  await until('the view', () => services.payments.view.visible);

  return {
    ...account,
    tree: services.payments.tree,
    async list(): Promise<Payment[]> {
      const { backend } = await services.swan.require();
      return (await backend.payments.list()).payments.filter(({ network }) => network.chainId === chainId);
    },
    async create(): Promise<Task> {
      const { taskUuid } = await run<Created>('task.create', { ...hello });
      return (await services.swan.require()).backend.tasks.get(taskUuid);
    },
    /** Pays, saying yes. @returns what becomes of it, which is awaited later where nothing is mined */
    paying(task: Task): Promise<string> {
      return answering(yes, async () => void (await run('task.pay', { taskUuid: task.id }))).then(
        () => 'paid',
        (error: Error) => error.message,
      );
    },
  };
}
