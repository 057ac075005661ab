import { dateText, durationText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { costOf, roundedText, unitsText } from '../core/money.js';
import { joined, lines, type PlainText, plain, plainText } from '../core/plainText.js';
import type { Job, Order, Provider, Task } from '../core/tasks.js';
import { known } from '../core/words.js';
import { appRow } from './appRows.js';
import { Hover } from './hover.js';
import { isolatedRows } from './isolated.js';
import type { PaymentOfTask } from './openPayments.js';
import type { Row } from './tree.js';

interface Look {
  words: PlainText;
  icon: string;
  color?: string;
  /** Where it is in its life: not paid, on its way, running, or over. */
  stage: 'unpaid' | 'pending' | 'running' | 'over' | 'unknown';
}

const looks: Record<string, Look> = {
  initialized: { words: t('unpaid'), icon: 'circle-large-outline', color: 'charts.yellow', stage: 'unpaid' },
  created: { words: t('created'), icon: 'loading~spin', color: 'charts.blue', stage: 'pending' },
  accepting_bids: { words: t('waiting for bids…'), icon: 'loading~spin', color: 'charts.blue', stage: 'pending' },
  bidding_closed: { words: t('choosing a provider…'), icon: 'loading~spin', color: 'charts.blue', stage: 'pending' },
  submitted: { words: t('deploying…'), icon: 'loading~spin', color: 'charts.blue', stage: 'pending' },
  processing: { words: t('deploying…'), icon: 'loading~spin', color: 'charts.blue', stage: 'pending' },
  running: { words: t('running'), icon: 'vm-running', color: 'charts.green', stage: 'running' },
  completed: { words: t('completed'), icon: 'pass', stage: 'over' },
  finished: { words: t('finished'), icon: 'pass', stage: 'over' },
  terminated: { words: t('terminated'), icon: 'circle-slash', stage: 'over' },
  cancelled: { words: t('cancelled'), icon: 'circle-slash', stage: 'over' },
  failed: { words: t('failed'), icon: 'error', color: 'charts.red', stage: 'over' },
  unknown: { words: t('unknown'), icon: 'question', stage: 'unknown' },
};

export function taskLook({ status }: Pick<Task, 'status'>): Look {
  return known(looks, status) ?? { words: plainText(status), icon: 'question', stage: 'unknown' };
}

/** Whether it will soon be something else. */
export function taskInTransition(task: Task): boolean {
  return taskLook(task).stage === 'pending';
}

/** Its own name, or the last part of its source where that says something, or the beginning of its id. */
export function taskName({ name, sourceUri, id }: Task): PlainText {
  const source = sourceUri?.replace(/\/+$/, '').split('/').at(-1);
  const telling = source && !UUID.test(source) ? source : t('Task {0}', id.slice(0, 8));
  return plainText([...(name || telling)].slice(0, 80).join(''));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;

export function hoursText(seconds: number): PlainText {
  const hours = seconds / 3600;
  return hours === 1 ? t('1 hour') : t('{0} hours', Number(hours.toFixed(2)));
}

/** @param payments of it that are not at their end */
export function taskRow(task: Task, payments: readonly PaymentOfTask[] = []): Row {
  const name = taskName(task);
  const look = taskLook(task);
  const left = timeLeft(task);
  const price = task.pricePerHour === undefined ? undefined : t('{0} SWAN/h', unitsText(task.pricePerHour));
  const facts = [look.words, ...payments.map(({ words }) => words), task.hardware.name, task.region, left, price];
  return {
    id: task.id,
    label: name,
    description: joined(facts, ' · '),
    icon: look.color ? { id: look.icon, color: look.color } : { id: look.icon },
    contextValue: ['task', ...abilities(task, look)].join('+'),
    spoken: t('Task {0}, {1}', name, joined(facts, ', ')),
    children: [...payments.map(({ row }) => row), ...taskChildren(task)],
    resource: task,
    hover: async () => taskHover(task, look).markdown,
  };
}

function abilities(task: Task, { stage }: Look): string[] {
  const can = ['again'];
  if (stage === 'unpaid') can.push('pay');
  if (stage === 'pending' || stage === 'running') can.push('terminate');
  if (stage === 'running') can.push('renew');
  if (stage === 'over' || stage === 'running') can.push('review');
  return [...can, ...jobAbilities(task.jobs)];
}

function jobAbilities(jobs: readonly Job[]): string[] {
  const can: string[] = [];
  const web = jobs.some(job => job.address?.type === 'web');
  const ssh = jobs.some(job => job.address?.type === 'ssh');
  if (web || ssh) can.push('copy');
  if (web) can.push('web');
  if (ssh) can.push('ssh');
  if (jobs.some(job => job.buildLog || job.containerLog)) can.push('logs');
  return can;
}

/** `2 h left`, of a task that is not over. */
export function timeLeft(task: Task, now = Date.now()): PlainText | undefined {
  if (taskLook(task).stage !== 'running' || task.endAt === undefined) return undefined;
  return task.endAt > now ? t('{0} left', durationText(task.endAt - now)) : t('at its end');
}

/** Wei of SWAN that the time so far has cost. */
export function costSoFar(task: Task, now = Date.now()): bigint | undefined {
  const { pricePerHour, startAt, endAt } = task;
  if (pricePerHour === undefined || startAt === undefined || taskLook(task).stage === 'unpaid') return undefined;
  const until = Math.min(now, endAt ?? now);
  return costOf(pricePerHour, Math.max(0, Math.floor((until - startAt) / 1000)));
}

/** Wei of SWAN that come back when it is ended now. */
export function refundDue({ pricePerHour, amount, endAt, ...task }: Task, now = Date.now()): bigint | undefined {
  const { stage } = taskLook(task);
  if (stage === 'pending') return amount;
  if (stage !== 'running' || pricePerHour === undefined || endAt === undefined) return undefined;
  return costOf(pricePerHour, Math.max(0, Math.floor((endAt - now) / 1000)));
}

function taskChildren(task: Task): Row[] {
  const reachable = task.jobs.filter(({ address }) => address);
  const apps = isolatedRows(
    reachable,
    job => appRow(task, job, reachable.length > 1 ? jobName(task, job) : undefined),
    job => ({ id: `${task.id}/app/${job.id}`, contextValue: 'app' }),
  );
  const jobs = isolatedRows(
    task.jobs,
    job => jobRow(task, job),
    job => ({ id: `${task.id}/job/${job.id}`, contextValue: 'job' }),
  );
  const orders = isolatedRows(
    task.orders,
    order => orderRow(task, order),
    order => ({ id: `${task.id}/order/${order.id}`, contextValue: 'order' }),
  );
  const cost = costSoFar(task);
  const money: Row[] = [];
  if (cost !== undefined)
    money.push(factRow(task, 'cost', t('Cost so far'), plain`${roundedText(cost)} SWAN`, 'credit-card'));
  if (task.refund) money.push(factRow(task, 'refund', t('Refund'), plain`${roundedText(task.refund)} SWAN`, 'reply'));
  return [...apps, ...jobs, ...orders, ...money];
}

const jobLooks: Record<string, { words: PlainText; icon: string }> = {
  Submitted: { words: t('submitted'), icon: 'loading~spin' },
  pullImage: { words: t('pulling the image…'), icon: 'loading~spin' },
  deployToK8s: { words: t('deploying…'), icon: 'loading~spin' },
  Running: { words: t('running'), icon: 'server-process' },
  Complete: { words: t('completed'), icon: 'server' },
  Ended: { words: t('ended'), icon: 'server' },
  Cancelled: { words: t('cancelled'), icon: 'server' },
  Failed: { words: t('failed'), icon: 'error' },
  unknown: { words: t('unknown'), icon: 'loading~spin' },
};

/** How far a job is, in words. */
export function jobLook({ status }: Job): { words: PlainText; icon: string } {
  return known(jobLooks, status) ?? { words: plainText(status), icon: 'loading~spin' };
}

/** A job's own name is made of its UUID, and says nothing. */
export function jobName({ providers }: Task, { provider, id }: Job): PlainText {
  return providers.find(({ address }) => address === provider)?.name ?? provider ?? id;
}

function jobRow(task: Task, job: Job): Row {
  const provider = task.providers.find(({ address }) => address === job.provider);
  const where = joined([provider?.name ?? job.provider, provider?.region], ', ');
  const { words, icon } = jobLook(job);
  return {
    id: `${task.id}/job/${job.id}`,
    label: t('Job'),
    description: joined([words, where], ' · '),
    icon: { id: icon },
    contextValue: ['job', ...jobAbilities([job]).filter(can => can === 'logs')].join('+'),
    spoken: t('Job, {0}, {1}', words, where || t('no provider yet')),
    resource: { id: task.id, jobId: job.id },
    hover: async () => jobHover(job, provider).markdown,
  };
}

const orderStatuses: Record<string, PlainText> = {
  pending_payment_confirm: t('payment not confirmed'),
  payment_consumed: t('paid'),
  unknown: t('unknown'),
};

const orderTypes: Record<string, PlainText> = {
  Creation: t('Order'),
  Renewal: t('Renewal'),
  unknown: t('unknown'),
};

function orderRow(task: Task, order: Order): Row {
  const { id, txHash, duration } = order;
  const paid = order.status === 'payment_consumed';
  const words = known(orderStatuses, order.status) ?? plainText(order.status);
  const facts = [duration === undefined ? undefined : hoursText(duration), words, txHash].filter(
    each => each !== undefined,
  );
  const label = known(orderTypes, order.type) ?? plainText(order.type);
  return {
    id: `${task.id}/order/${id}`,
    label,
    description: joined(facts, ' · '),
    icon: { id: paid ? 'verified' : 'watch' },
    contextValue: 'order',
    spoken: plain`${label}, ${joined(facts, ', ')}`,
    tooltip: lines(facts),
    resource: order,
  };
}

function factRow(task: Task, key: string, label: PlainText, value: PlainText, icon: string): Row {
  return {
    id: `${task.id}/${key}`,
    label,
    description: value,
    icon: { id: icon },
    contextValue: 'fact',
    spoken: plain`${label}: ${value}`,
  };
}

function taskHover(task: Task, look: Look): Hover {
  const hover = new Hover(taskName(task)).field(t('Status'), look.words).field(t('Instance'), task.hardware.name);
  hover.field(t('Machine'), task.hardware.description).field(t('Region'), task.region).field(t('Time'), timeLeft(task));
  if (task.pricePerHour !== undefined) hover.field(t('Price'), t('{0} SWAN per hour', unitsText(task.pricePerHour)));
  if (task.duration !== undefined) hover.field(t('Paid for'), hoursText(task.duration));
  if (task.amount !== undefined) hover.field(t('Amount'), `${unitsText(task.amount)} SWAN`);
  const cost = costSoFar(task);
  if (cost !== undefined) hover.field(t('Cost so far'), plain`${roundedText(cost)} SWAN`);
  if (task.refund) hover.field(t('Refund'), `${unitsText(task.refund)} SWAN`);
  hover
    .field(t('Created'), date(task.createdAt))
    .field(t('Starts'), date(task.startAt))
    .field(t('Ends'), date(task.endAt));
  hover.field(t('Source'), task.sourceUri).field(t('Payment'), task.txHash).field(t('Comments'), task.comments);
  return hover.field('UUID', task.id);
}

function jobHover(job: Job, provider: Provider | undefined): Hover {
  const hover = new Hover(job.name || t('Job'))
    .field(t('Status'), jobLook(job).words)
    .field(t('Provider'), provider?.name);
  hover.field(t('Region'), provider?.region).field(t('Account'), job.provider).field(t('Instance'), job.hardware);
  return hover
    .field(t('Started'), date(job.startAt))
    .field(t('Ended'), date(job.endedAt))
    .field(t('Comments'), job.comments);
}

function date(at: number | undefined): string | undefined {
  return at === undefined ? undefined : dateText(at);
}
