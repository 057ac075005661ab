import type * as v from 'valibot';
import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { roundedText } from '../core/money.js';
import type { Task, TaskBackend } from '../core/tasks.js';
import { type Held, hold } from '../ui/heldAccount.js';
import { confirm } from '../ui/prompts.js';
import type { SwanAccount } from '../ui/swanAccount.js';
import { refundDue, taskLook, taskName, timeLeft } from '../ui/taskRows.js';
import type { Services } from './services.js';
import { type taskArgs, taskOf } from './taskOf.js';
import { untilGone } from './untilGone.js';

const stage = (task: Task) => taskLook(task).stage;

type Args = v.InferOutput<typeof taskArgs> | undefined;

/** Ends a task early, and waits for the refund. @returns `{ status, refundHash }`: of what came back, if anything did */
export async function run(services: Services, args: Args, resource: unknown) {
  const { tasks } = services;
  const held = await hold(services.swan);
  const fits = (each: Task) => stage(each) === 'running' || stage(each) === 'pending';
  const task = await taskOf(services, args?.taskUuid, resource, { title: t('Terminate a Task') }, fits);
  const due = refundDue(task);
  const left = timeLeft(task);
  const ends = left ? t('It ends now, with {0}.', left) : t('It ends now.');
  const refund =
    due === undefined
      ? t('What is left of its payment comes back to your wallet.')
      : t('About {0} SWAN come back to your wallet.', roundedText(due));
  const detail = t('{0} What it holds is lost; this cannot be undone.\n\n{1}', ends, refund);
  await confirm(t('Terminate “{0}”?', taskName(task)), detail, t('Terminate'), task.id);
  const ended = await tasks.view.whileBusy(task.id, t('terminating…'), () => terminate(services, held, task));
  void vscode.window.showInformationMessage(outcomeText(taskName(task), ended));
  return { status: ended.task.status, refundHash: ended.refundHash };
}

interface Ended {
  task: Task;
  /** Of the transaction that gave something back, once it is on the chain. */
  refundHash: string | undefined;
}

async function terminate({ tasks, watch }: Services, held: Held<SwanAccount>, task: Task): Promise<Ended> {
  const { backend } = held.connection;
  await held.check();
  const { retryable } = await backend.tasks.terminate(task.id);
  if (retryable) {
    const again = t('“{0}” could not be terminated yet. Try again in a moment.', taskName(task));
    throw new RemoteError('busy', again, { code: 'terminate_again' });
  }
  if (task.orders.length > 0) watch.awaitRefund(task);
  let ended: Ended = { task, refundHash: undefined };
  await untilGone(async () => {
    ended = await look(backend, task.id);
    return stage(ended.task) !== 'over' || (task.orders.length > 0 && ended.refundHash === undefined);
  });
  if (ended.refundHash !== undefined) watch.refundTold(task.id);
  await tasks.store.refresh();
  return ended;
}

async function look(backend: TaskBackend, id: string): Promise<Ended> {
  const task = await backend.tasks.get(id);
  const hash = task.orders.find(({ refundTxHash }) => refundTxHash)?.refundTxHash;
  // The service tells the amount once it has seen the transaction itself.
  const there = hash && task.refund !== undefined && (await backend.payments.transaction(hash)) === 'mined';
  return { task, refundHash: there ? hash : undefined };
}

function outcomeText(name: string, { task, refundHash }: Ended): string {
  const ended = t('“{0}” is {1}.', name, taskLook(task).words);
  if (refundHash && task.refund !== undefined)
    return t('{0} {1} SWAN came back with the transaction {2}.', ended, roundedText(task.refund), refundHash);
  return task.orders.length > 0 ? t('{0} Its refund is not on the chain yet: you are told when it is.', ended) : ended;
}
