import { EventEmitter } from 'node:events';
import type { Chain } from './chain.js';
import { amountOf } from './hardware.js';
import { PROVIDERS } from './providers.js';
import { ENDED, type Job, type Task, type TaskStatus, type Tasks } from './tasks.js';

const NEXT: Partial<Record<TaskStatus, TaskStatus>> = {
  initialized: 'accepting_bids',
  accepting_bids: 'bidding_closed',
  bidding_closed: 'submitted',
  submitted: 'running',
};
/** A timer cannot be set for as long as some tasks run. */
const LONGEST_WAIT_MS = 3_600_000;
const PROVIDERS_PER_TASK = 2;

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Moves paid tasks from one state to the next, until they end. Emits `log` with a job's uuid, a kind and a line. */
export class Lifecycle extends EventEmitter<{ log: [job: Job, kind: 'build' | 'container', line: string] }> {
  /** Whether providers take tasks on at all. */
  deploys = true;
  private readonly timers = new Map<Task, NodeJS.Timeout>();

  constructor(
    private readonly tasks: Tasks,
    private readonly chain: Chain,
    private readonly stepMs: number,
  ) {
    super();
  }

  /** Takes a task up, or takes it up again after something of it was changed. */
  proceed(task: Task): void {
    clearTimeout(this.timers.get(task));
    if (ENDED.has(task.status) || task.orders.length === 0) return;
    const left = Math.max(0, task.endAt * 1000 - Date.now());
    const pending = task.orders.some(({ status }) => status === 'pending_payment_confirm');
    const wait = task.status === 'running' && !pending ? Math.min(left, LONGEST_WAIT_MS) : this.stepMs;
    this.timers.set(task, setTimeout(() => this.step(task), wait).unref());
  }

  /** Without the steps in between. */
  runAtOnce(task: Task): void {
    while (task.status !== 'running') this.advance(task, seconds());
    this.step(task);
  }

  /** Ends a task early. @returns what goes back, in wei, or undefined where nothing does */
  async end(task: Task, status: 'terminated' | 'cancelled' | 'failed'): Promise<bigint | undefined> {
    const now = seconds();
    const wasRunning = task.status === 'running';
    const left = wasRunning ? Math.max(0, task.endAt - now) : undefined;
    this.finish(task, status, 'Cancelled', 'Running: del job for cp.');
    task.endAt = Math.min(task.endAt, now);
    if (task.orders.length === 0) return undefined;
    const paid = await this.chain.paid(task.uuid);
    const due = left === undefined ? paid : min(paid, amountOf(task.price, left));
    if (due === 0n) return undefined;
    const hash = await this.chain.refund(task.uuid, task.wallet, due);
    task.refundTxHash = hash;
    for (const order of task.orders) order.refundTxHash = hash;
    this.awaitRefund(task, hash, due);
    return due;
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private step(task: Task): void {
    this.timers.delete(task);
    const now = seconds();
    for (const order of task.orders) {
      if (order.status === 'payment_consumed') continue;
      order.status = 'payment_consumed';
      order.updatedAt = now;
    }
    if (task.status === 'running') {
      if (now >= task.endAt) {
        task.comments = 'finish_pending(completed).';
        this.finish(task, 'finished', 'Ended', 'Ended(deployToK8s).');
      }
    } else if (task.status === 'initialized' || (this.deploys && !task.held)) {
      this.advance(task, now);
    }
    this.proceed(task);
  }

  private advance(task: Task, now: number): void {
    task.status = NEXT[task.status] ?? task.status;
    task.updatedAt = now;
    if (task.status === 'submitted') {
      const wanted = PROVIDERS.filter(({ account }) => task.preferred.length === 0 || task.preferred.includes(account));
      for (const provider of wanted.slice(0, PROVIDERS_PER_TASK))
        this.submit(task, this.tasks.addJob(task, provider, now));
    }
    if (task.status === 'running') for (const job of task.jobs) this.run(task, job, now);
  }

  private submit(task: Task, job: Job): void {
    this.emit('log', job, 'build', `Fetching ${task.sourceUri}`);
    this.emit('log', job, 'build', 'Step 1/3 : FROM ubuntu:22.04');
  }

  private run(task: Task, job: Job, now: number): void {
    job.status = 'Running';
    job.comments = 'Running(Submitted).';
    job.deployed = true;
    job.updatedAt = now;
    this.emit('log', job, 'build', 'Step 2/3 : COPY . /app');
    this.emit('log', job, 'build', 'Step 3/3 : CMD ["/app/start"]');
    this.emit('log', job, 'build', 'Successfully built');
    this.emit('log', job, 'container', `Task ${task.uuid} starts on ${job.provider.name}`);
  }

  private finish(task: Task, status: TaskStatus, jobStatus: string, comments: string): void {
    const now = seconds();
    clearTimeout(this.timers.get(task));
    task.status = status;
    task.updatedAt = now;
    for (const job of task.jobs) {
      this.emit('log', job, 'container', `Task ${task.uuid} is ${status}`);
      Object.assign(job, { status: jobStatus, comments: `${comments} ${job.comments}`, endedAt: now, updatedAt: now });
    }
  }

  /** What went back is told once it is on the chain. */
  private awaitRefund(task: Task, hash: string, due: bigint): void {
    const look = async () => {
      const mined = await this.chain.mined(hash).catch(() => undefined);
      if (mined !== undefined) task.refunded = mined.reverted ? null : due;
      else this.awaitRefund(task, hash, due);
    };
    this.timers.set(task, setTimeout(() => void look(), this.stepMs).unref());
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
