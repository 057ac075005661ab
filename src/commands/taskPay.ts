import * as v from 'valibot';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { durationProblem, type Task } from '../core/tasks.js';
import { type Held, hold } from '../ui/heldAccount.js';
import { progress } from '../ui/progress.js';
import { inputText } from '../ui/prompts.js';
import type { SwanAccount } from '../ui/swanAccount.js';
import { taskLook } from '../ui/taskRows.js';
import { command, nonEmpty } from './registry.js';
import type { Services } from './services.js';
import { taskArgs, taskOf } from './taskOf.js';

const unpaid = (task: Task) => taskLook(task).stage === 'unpaid';
const running = (task: Task) => taskLook(task).stage === 'running';

/** @returns `{ hash }` of the transaction that paid */
export const payTask = command({
  id: 'task.pay',
  args: taskArgs,
  async run(services, args, resource) {
    const held = await hold(services.swan);
    const task = await taskOf(services, args?.taskUuid, resource, { title: t('Pay for a Task') }, unpaid);
    return await pay(services, held, task, 'create');
  },
});

/** @returns `{ hash }` of the transaction that paid */
export const renewTask = command({
  id: 'task.renew',
  args: v.object({
    taskUuid: nonEmpty,
    duration: v.pipe(
      v.number(),
      v.integer(),
      v.check(seconds => !durationProblem(seconds)),
    ),
    /** Of a payment made elsewhere: nothing is paid here then. */
    hash: v.optional(nonEmpty),
  }),
  async run(services, args, resource) {
    const title = t('Renew a Task');
    const held = await hold(services.swan);
    const task = await taskOf(services, args?.taskUuid, resource, { title }, running);
    if (args?.hash) return await validate(services, held, task, args.hash, 'renew');
    const duration = args?.duration ?? (await askHowLong(title, task));
    return await pay(services, held, task, 'renew', duration);
  },
});

async function askHowLong(title: string, { duration = 3600, pricePerHour }: Task): Promise<number> {
  const { askDuration } = await import('../ui/taskForms.js');
  return await askDuration({ title }, duration, pricePerHour);
}

/** Tells the service of a payment that was made elsewhere. @returns `{ hash }` */
export const validatePayment = command({
  id: 'task.validatePayment',
  args: v.object({ taskUuid: nonEmpty, hash: nonEmpty, renewal: v.optional(v.boolean(), false) }),
  async run(services, args, resource) {
    const title = t('Validate a Payment');
    const held = await hold(services.swan);
    const task = await taskOf(services, args?.taskUuid, resource, { title });
    const check = (text: string) =>
      isHash(text) ? undefined : t('Give the hash of a transaction: 0x and 64 hexadecimal digits.');
    const hash =
      args?.hash ??
      (await inputText({ title }, { prompt: t('Hash of the transaction that paid'), placeholder: '0x…', check }));
    const renewal = args?.renewal ?? running(task);
    return await validate(services, held, task, hash, renewal ? 'renew' : 'create');
  },
});

function isHash(text: string): boolean {
  return /^0x[0-9a-fA-F]{64}$/.test(text);
}

async function pay(
  { memory, tasks }: Services,
  held: Held<SwanAccount>,
  task: Task,
  kind: 'create' | 'renew',
  duration?: number,
) {
  const { payForTask } = await import('../ui/payPrompt.js');
  try {
    const { hash } = await tasks.view.whileBusy(task.id, t('paying…'), () =>
      payForTask({ held, memory }, task, kind, duration),
    );
    return { hash };
  } finally {
    await tasks.store.refresh();
  }
}

async function validate(
  { tasks }: Services,
  held: Held<SwanAccount>,
  task: Task,
  hash: string,
  kind: 'create' | 'renew',
) {
  if (!isHash(hash))
    throw new RemoteError('invalid', t('This is not the hash of a transaction: 0x and 64 hexadecimal digits.'));
  const { payments } = held.connection.backend;
  await held.check();
  const { requireDone } = await import('../ui/payPrompt.js');
  const told = await progress(t('Telling Swan Chain of the payment…'), signal =>
    payments.validate({ task: task.id, kind, hash }, signal),
  );
  requireDone(told);
  await tasks.store.refresh();
  return { hash };
}
