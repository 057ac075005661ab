import * as v from 'valibot';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { plain } from '../core/plainText.js';
import type { Job, Task } from '../core/tasks.js';
import { isolatedChoices } from '../ui/isolated.js';
import type { Nav } from '../ui/prompts.js';
import { pick } from '../ui/prompts.js';
import { pickRemote } from '../ui/remotePick.js';
import { jobLook, jobName, taskLook, taskName } from '../ui/taskRows.js';
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
    placeholder: t('Task'),
    empty: t('There is no task for this'),
    async search(text, signal) {
      const rows = (await backend.tasks.listAll(signal)).rows.map(task => services.tasks.named(task));
      const fitting = rows.filter(task => fits(task) && taskName(task).toLowerCase().includes(text.toLowerCase()));
      return {
        total: fitting.length,
        rows: isolatedChoices(
          fitting.slice(0, 100),
          task => ({
            label: taskName(task),
            description: plain`${taskLook(task).words} · ${task.id}`,
            value: task,
          }),
          task => ({ id: task.id, value: task }),
        ),
      };
    },
  });
}

/** Of which job: the task's leading one, or the first that fits, unless it is said. */
export const jobArgs = v.object({ ...taskArgs.entries, jobUuid: v.optional(nonEmpty) });

export interface JobChoice {
  args: { jobUuid?: string | undefined } | undefined;
  resource: unknown;
  nav: Nav;
  fits(job: Job): boolean;
  /** What to say where there is none. */
  none: string;
}

/** The job that can do something: of the row, of the arguments, or the one that the person picks of several. */
export async function jobOf(task: Task, { args, resource, nav, fits, none }: JobChoice): Promise<Job> {
  const wanted = args?.jobUuid ?? jobIdOf(resource);
  const fitting = task.jobs.filter(job => fits(job) && (wanted === undefined || job.id === wanted));
  const [first] = fitting;
  if (!first) throw new RemoteError('invalid', none);
  if (fitting.length === 1) return first;
  if (args) return fitting.find(({ id }) => id === task.leadingJobId) ?? first;
  return await pick(
    nav,
    isolatedChoices(
      fitting,
      job => ({ label: jobName(task, job), description: jobLook(job).words, value: job }),
      job => ({ id: job.id, value: job }),
    ),
    { placeholder: t('Provider that runs it') },
  );
}

function jobIdOf(resource: unknown): string | undefined {
  const id = typeof resource === 'object' && resource !== null && 'jobId' in resource ? resource.jobId : undefined;
  return typeof id === 'string' ? id : undefined;
}
