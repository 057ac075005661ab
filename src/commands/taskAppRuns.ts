import type * as v from 'valibot';
import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { plainText } from '../core/plainText.js';
import type { Job, LogKind, Task } from '../core/tasks.js';
import { type Choice, type Nav, pick } from '../ui/prompts.js';
import { mayConnectFromHere, sshCommand } from '../ui/sshPlace.js';
import { logWords } from '../ui/taskLogs.js';
import { taskName } from '../ui/taskRows.js';
import type { Services } from './services.js';
import { type JobChoice, type jobArgs, jobOf, taskOf } from './taskOf.js';

type JobArgs = v.InferOutput<typeof jobArgs> | undefined;

const isWeb = ({ address }: Job) => address?.type === 'web';
const isSsh = ({ address }: Job) => address?.type === 'ssh';
const isPlain = (job: Job) => isWeb(job) || isSsh(job);

export async function openApp(services: Services, args: JobArgs, resource: unknown) {
  const none = t('This task has no web address. It has one when its job runs, if it is an app with web pages.');
  const { job } = await jobWith(services, args, resource, { title: t('Open an App'), fits: isWeb, none });
  const { address } = job;
  if (address?.type !== 'web') throw new RemoteError('invalid', none);
  const { url } = address;
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
  return { url };
}

/** @returns `{ address }`: of a web page, or a command of `ssh`. Text that is neither is not to be pasted anywhere */
export async function copyAddress(services: Services, args: JobArgs, resource: unknown) {
  const none = t('This task has no address yet. It has one when its job runs.');
  const title = t('Copy an App’s Address');
  const { job } = await jobWith(services, args, resource, { title, fits: isPlain, none });
  const found = job.address;
  if (found?.type !== 'web' && found?.type !== 'ssh') throw new RemoteError('invalid', none);
  const address = found.type === 'web' ? found.url : sshCommand(found);
  await vscode.env.clipboard.writeText(address);
  return { address };
}

async function jobWith(
  services: Services,
  args: JobArgs,
  resource: unknown,
  { title, fits, none }: { title: string } & Pick<JobChoice, 'fits' | 'none'>,
): Promise<{ task: Task; job: Job }> {
  const nav = { title };
  const task = await taskOf(services, args?.taskUuid, resource, nav, each => each.jobs.some(fits));
  return { task, job: await jobOf(task, { args, resource, nav, fits, none }) };
}

export async function connectSsh(services: Services, args: JobArgs, resource: unknown) {
  const none = t('This task gives no plain SSH command. What it gives instead is shown below the task.');
  const { task, job } = await jobWith(services, args, resource, { title: t('Connect by SSH'), fits: isSsh, none });
  if (job.address?.type !== 'ssh') throw new RemoteError('invalid', none);
  const { user, host, port } = job.address;
  if (!(await mayConnectFromHere(job.address))) return { user, host, port };
  const { connectBySsh } = await import('../ui/sshTerminal.js');
  const target = { id: `${task.id} ${job.id}`, name: taskName(task), address: { user, host, port } };
  connectBySsh(target, services.sshFolder);
  return { user, host, port };
}

export async function showLogs(
  services: Services,
  args: (NonNullable<JobArgs> & { kind: LogKind }) | undefined,
  resource: unknown,
) {
  const nav = { title: t('Show Logs') };
  const none = t('This task has no logs yet. It has when its job is being built.');
  const fits = (job: Job) => Boolean(job.buildLog || job.containerLog);
  const task = await taskOf(services, args?.taskUuid, resource, nav);
  const job = await jobOf(task, { args, resource, nav, fits, none });
  const kind = args?.kind ?? (await pickKind(job, nav));
  const { backend } = await services.swan.require();
  services.taskLogs.show(backend, job, kind, taskName(task));
}

async function pickKind({ buildLog, containerLog }: Job, nav: Nav): Promise<LogKind> {
  const kinds: Choice<LogKind>[] = [];
  if (containerLog)
    kinds.push({
      label: t('$(output) What the app prints'),
      description: plainText(logWords.container),
      value: 'container',
    });
  if (buildLog)
    kinds.push({ label: t('$(tools) How it was built'), description: plainText(logWords.build), value: 'build' });
  const [only] = kinds;
  return only && kinds.length === 1 ? only.value : await pick(nav, kinds);
}
