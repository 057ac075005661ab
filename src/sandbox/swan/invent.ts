import { randomUUID } from 'node:crypto';
import type { Chain } from './chain.js';
import { amountOf, dynamicPrice, type Hardware, snapshotAt } from './hardware.js';
import { type Lifecycle, seconds } from './lifecycle.js';
import type { Payments } from './payments.js';
import { PROVIDERS } from './providers.js';
import { IMAGES, type Sources } from './sources.js';
import type { Task, TaskStatus, Tasks } from './tasks.js';

const HOUR = 3600;
/** How many run or wait at the most: each that runs is really paid for. */
const MOST_LIVE = 12;
const UNPAID_EVERY = 4;
const PAST: readonly TaskStatus[] = [
  'finished',
  'finished',
  'terminated',
  'finished',
  'cancelled',
  'finished',
  'failed',
];
const NAMES = ['llm-eval', 'sd-webui', 'notebook', 'batch-render', 'tetris'];

interface Parts {
  tasks: Tasks;
  chain: Chain;
  payments: Payments;
  lifecycle: Lifecycle;
  sources: Sources;
  hardware: readonly Hardware[];
}

/** A plausible past, and a few tasks that run or wait to be paid. The chain must still mine at once. */
export async function inventTasks(count: number, parts: Parts): Promise<void> {
  const live = Math.min(count, MOST_LIVE);
  for (let index = count - 1; index >= live; index--) endTask(inventTask(index, parts), index, parts.tasks);
  for (let index = live - 1; index >= 0; index--) {
    const task = inventTask(index, parts);
    if (index % UNPAID_EVERY !== UNPAID_EVERY - 1) await startTask(task, index, parts);
  }
}

/** The lower its index, the younger it is. */
function inventTask(index: number, { tasks, chain, sources, hardware }: Parts): Task {
  const offered = hardware.filter(({ available }) => available);
  const machine = pick(offered, index);
  const repository = pick(IMAGES, index).url;
  const createdAt = seconds() - index * 47 * 60 - ((index * 7919) % 997);
  const dynamic = index % 2 === 0;
  const sourceUri = sources.add({ repository, branch: 'main' });
  const task = tasks.create(
    {
      wallet: chain.wallet.address,
      hardware: machine,
      price: dynamic ? dynamicPrice(machine, snapshotAt(createdAt).id) : machine.fixedPrice,
      dynamic,
      region: pick(machine.regions, index),
      duration: HOUR * (1 + (index % 12)),
      startIn: 300,
      sourceUri,
      ssh: sources.isSsh(sourceUri),
      preferred: [],
    },
    createdAt,
  );
  if (index % 3 !== 2) task.name = `${pick(NAMES, index)}-${index}`;
  return task;
}

/** Pays for it, and lets it run, as if it had for a while. */
async function startTask(task: Task, index: number, { chain, payments, lifecycle }: Parts): Promise<void> {
  const hash = await chain.pay(task);
  await payments.take(task, 'Creation', task.duration, hash, task.createdAt);
  task.amount = amountOf(task.price, task.duration);
  task.startAt = seconds() - index * 240;
  task.endAt = Math.max(seconds() + HOUR / 2, task.startAt + task.duration);
  lifecycle.runAtOnce(task);
}

/** What was, was not really paid: nothing can be done with it any more. */
function endTask(task: Task, index: number, tasks: Tasks): void {
  task.status = pick(PAST, index);
  task.endAt = task.createdAt + task.duration;
  task.updatedAt = task.endAt;
  if (task.status === 'cancelled') return;
  task.amount = amountOf(task.price, task.duration);
  const order = tasks.addOrder(task, { type: 'Creation', duration: task.duration, txHash: hash() }, task.createdAt);
  order.status = 'payment_consumed';
  if (task.status !== 'finished') {
    task.refundTxHash = hash();
    order.refundTxHash = task.refundTxHash;
    task.refunded = task.status === 'failed' ? task.amount : task.amount / 3n;
  }
  if (task.status === 'failed') return;
  task.comments = task.status === 'finished' ? 'finish_pending(completed).' : null;
  const job = tasks.addJob(task, pick(PROVIDERS, index), task.createdAt);
  job.status = task.status === 'finished' ? 'Ended' : 'Cancelled';
  job.endedAt = task.endAt;
  job.updatedAt = task.endAt;
  job.deployed = true;
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

function hash(): string {
  return `0x${randomUUID()}${randomUUID()}`.replaceAll('-', '');
}
