import * as v from 'valibot';
import { RemoteError } from '../core/errors.js';
import { isIpOrCidr } from '../core/ipRange.js';
import { t } from '../core/l10n.js';
import { durationProblem, type TaskBackend, type TaskRequest } from '../core/tasks.js';
import { type Held, hold } from '../ui/heldAccount.js';
import { reached } from '../ui/milestones.js';
import { progress } from '../ui/progress.js';
import type { SwanAccount } from '../ui/swanAccount.js';
import { command, idOf, nonEmpty } from './registry.js';
import type { Services } from './services.js';

const source = v.variant('type', [
  v.object({ type: v.literal('uri'), uri: nonEmpty }),
  v.object({ type: v.literal('image'), name: nonEmpty }),
  v.object({
    type: v.literal('repository'),
    repository: nonEmpty,
    branch: v.optional(nonEmpty),
    owner: v.optional(nonEmpty),
    name: v.optional(nonEmpty),
  }),
]);

const address = v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{40}$/));

/** How many tasks' parameters are kept for Create Again. */
const REMEMBERED_TASKS = 200;

/** Creates a task, and pays for it if that is asked for, after the person confirmed. @returns `{ taskUuid, paid }` */
export const createTask = command({
  id: 'task.create',
  args: v.object({
    source,
    hardware: nonEmpty,
    region: v.optional(nonEmpty, 'global'),
    /** Seconds. */
    duration: v.pipe(
      v.number(),
      v.integer(),
      v.check(seconds => !durationProblem(seconds)),
    ),
    startIn: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    preferredProviders: v.optional(v.array(address)),
    ipWhitelist: v.optional(v.array(v.pipe(v.string(), v.check(isIpOrCidr)))),
    pay: v.optional(v.boolean(), false),
  }),
  async run(services, args) {
    const held = await hold(services.swan);
    const { backend } = held.connection;
    await services.swan.requireWallet();
    if (!args) {
      const { request, payNow } = await askForTask(backend, services.memory.get('taskRequest'));
      return await create(services, held, request, payNow);
    }
    const { hardware: name, pay, ...rest } = args;
    return await create(services, held, { ...rest, hardware: await findHardware(backend, name) }, pay);
  },
});

/** Starts the form with what an earlier task was created with. */
export const createTaskAgain = command({
  id: 'task.createAgain',
  args: v.object({ taskUuid: nonEmpty }),
  async run(services, args, resource) {
    const held = await hold(services.swan);
    const { backend } = held.connection;
    const id = args?.taskUuid ?? idOf(resource);
    const earlier = (services.memory.get('createdTasks') ?? []).find(task => task.id === id);
    const { request, payNow } = await askForTask(backend, earlier?.request ?? services.memory.get('taskRequest'));
    return await create(services, held, request, payNow);
  },
});

async function askForTask(backend: TaskBackend, last: TaskRequest | undefined) {
  const { askTask } = await import('../ui/taskForms.js');
  return await askTask(backend, last);
}

async function create(services: Services, held: Held<SwanAccount>, request: TaskRequest, pay: boolean) {
  const { memory, tasks } = services;
  const { backend } = held.connection;
  await held.check();
  const task = await progress(t('Creating the task…'), signal => backend.tasks.create(request, signal), false);
  reached('createdTask');
  memory.set('taskRequest', request);
  memory.set(
    'createdTasks',
    [...(memory.get('createdTasks') ?? []), { id: task.id, request }].slice(-REMEMBERED_TASKS),
  );
  await tasks.store.refresh();
  if (pay) {
    const { payForTask } = await import('../ui/payPrompt.js');
    await tasks.view.whileBusy(task.id, t('paying…'), () => payForTask({ held, memory }, tasks.named(task), 'create'));
  }
  await tasks.store.refresh();
  return { taskUuid: task.id, paid: pay };
}

async function findHardware(backend: TaskBackend, name: string): Promise<TaskRequest['hardware']> {
  for (const pricing of ['dynamic', 'fixed'] as const) {
    const found = (await backend.hardware.list(pricing)).find(each => each.name === name);
    if (found) return { id: found.id, name, pricing };
  }
  throw new RemoteError(
    'notFound',
    t('There is no instance type {0}. “Create Task…” shows those that are available.', name),
    { code: 'hardware_gone' },
  );
}
