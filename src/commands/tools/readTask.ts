import * as v from 'valibot';
import { type Clock, systemClock } from '../../core/clock.js';
import { t } from '../../core/l10n.js';
import type { Job, LogKind, Task, TaskBackend } from '../../core/tasks.js';
import { taskSummary } from './listResources.js';
import { bounded, data, tool } from './tool.js';

/** Characters of the service's answer about a task. */
const DEPLOYMENT_LENGTH = 20_000;
const LINE_LENGTH = 500;
const MAX_LINES = 200;
/** A log is streamed from its beginning: what has come is all there is when nothing has come for so long… */
const LULL_MS = 1_000;
/** …and nothing at all comes after so long, or without end until then. */
const LONGEST_MS = 6_000;

export const taskUuid = v.pipe(v.string(), v.uuid());

export const readTask = tool({
  input: v.object({
    taskUuid,
    log: v.optional(v.picklist(['container', 'build'])),
    logLines: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LINES)), 40),
  }),
  prepare: () => ({ invocationMessage: t('Reading a Swan task') }),
  async invoke({ swan, tasks }, { taskUuid: id, log, logLines }, signal) {
    const { backend } = await swan.require();
    const task = tasks.named(await backend.tasks.get(id, signal));
    const deployment = await backend.tasks.deployment(id, signal);
    return data({
      task: taskSummary(task),
      deployment: excerpt(deployment),
      ...(logLines === 0 ? {} : { log: await lastLines(backend, task, log, logLines, signal) }),
    });
  },
});

function excerpt(deployment: string): unknown {
  if (deployment.length > DEPLOYMENT_LENGTH) return `${deployment.slice(0, DEPLOYMENT_LENGTH)}… (cut)`;
  return JSON.parse(deployment);
}

/** Of the task's leading job, where that has such a log. */
async function lastLines(
  backend: TaskBackend,
  task: Task,
  wanted: LogKind | undefined,
  count: number,
  signal: AbortSignal,
): Promise<object> {
  const has = (job: Job, kind: LogKind) => (kind === 'build' ? job.buildLog : job.containerLog) !== undefined;
  const jobs = [...task.jobs].sort((a, b) => Number(b.id === task.leadingJobId) - Number(a.id === task.leadingJobId));
  for (const kind of wanted ? [wanted] : (['container', 'build'] as const)) {
    const job = jobs.find(each => has(each, kind));
    if (job) return { kind, lines: await tail(backend, job, kind, count, signal, systemClock) };
  }
  return { none: wanted ? `This task has no ${wanted} log yet.` : 'This task has no logs yet.' };
}

function tail(
  backend: TaskBackend,
  job: Job,
  kind: LogKind,
  count: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<string[]> {
  return new Promise(resolve => {
    let last: string[] = [];
    let cancelLull = () => {};
    const finish = () => {
      cancelLull();
      cancelLongest();
      signal.removeEventListener('abort', finish);
      followed.dispose();
      resolve(last);
    };
    const cancelLongest = clock.after(LONGEST_MS, finish);
    signal.addEventListener('abort', finish, { once: true });
    const followed = backend.followLog(job, kind, {
      lines(lines) {
        last = [...last, ...lines.slice(-count).map(line => bounded(line, LINE_LENGTH))].slice(-count);
        cancelLull();
        cancelLull = clock.after(LULL_MS, finish);
      },
      reconnecting: () => {},
      closed: finish,
    });
  });
}
