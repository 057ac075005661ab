import * as v from 'valibot';
import { RemoteError } from '../core/errors.js';
import type { Job, Task } from '../core/tasks.js';
import type { Nav } from '../ui/prompts.js';
import { pick } from '../ui/prompts.js';
import { pickRemote } from '../ui/remotePick.js';
import { taskLook, taskName } from '../ui/taskRows.js';
import { idOf, nonEmpty } from './registry.js';
import type { Services } from './services.js';

export const taskArgs = v.object({ taskUuid: nonEmpty });

/** The task as it is now: of this id, of the row, or the one that the person picks. */
export async function taskOf(
  services: Services,
  id: string | undefined,
  resource: unknown,
  nav: Nav,
  fits: (task: Task) => boolean = () => true,
): Promise<Task> {
  const { backend } = await services.swan.require();
  await services.swan.requireWallet();
  const known = id ?? idOf(resource);
  if (known !== undefined) return services.tasks.named(await backend.tasks.get(known));
  return await pickRemote(nav, {
    placeholder: 'Task',
    empty: 'There is no task for this',
    async search(text, signal) {
      const rows = (await backend.tasks.listAll(signal)).rows.map(task => services.tasks.named(task));
      const fitting = rows.filter(task => fits(task) && taskName(task).toLowerCase().includes(text.toLowerCase()));
      return {
        total: fitting.length,
        rows: fitting
          .slice(0, 100)
          .map(task => ({ label: taskName(task), description: `${taskLook(task).words} · ${task.id}`, value: task })),
      };
    },
  });
}

/** The job that can do something, or the one that the person picks of several. */
export async function jobOf(task: Task, nav: Nav, fits: (job: Job) => boolean, none: string): Promise<Job> {
  const fitting = task.jobs.filter(fits);
  const [first] = fitting;
  if (!first) throw new RemoteError('invalid', none);
  if (fitting.length === 1) return first;
  return await pick(
    nav,
    fitting.map(job => ({ label: job.name ?? job.id, description: job.status, value: job })),
  );
}
