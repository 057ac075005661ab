import { randomUUID } from 'node:crypto';
import type { Hardware } from './hardware.js';
import type { Provider } from './providers.js';

export type TaskStatus =
  | 'initialized'
  | 'accepting_bids'
  | 'bidding_closed'
  | 'submitted'
  | 'running'
  | 'finished'
  | 'terminated'
  | 'cancelled'
  | 'failed';

export interface Order {
  id: number;
  uuid: string;
  type: 'Creation' | 'Renewal';
  status: 'pending_payment_confirm' | 'payment_consumed';
  duration: number;
  txHash: string;
  refundTxHash: string | null;
  startedAt: number;
  updatedAt: number;
}

export interface Job {
  id: number;
  uuid: string;
  provider: Provider;
  status: string;
  comments: string;
  createdAt: number;
  startAt: number;
  endedAt: number | null;
  updatedAt: number;
  /** Whether it ever answered at an address. */
  deployed: boolean;
}

/** A rented machine, from its creation on. Times are Unix seconds. */
export interface Task {
  id: number;
  uuid: string;
  spaceUuid: string;
  name: string | null;
  wallet: string;
  hardware: Hardware;
  /** In SWAN per hour, as agreed when it was created. */
  price: string;
  /** Whether the price was agreed, or stands in the contract. */
  dynamic: boolean;
  region: string;
  duration: number;
  startIn: number;
  sourceUri: string;
  /** Whether it answers SSH rather than HTTP. */
  ssh: boolean;
  preferred: string[];
  status: TaskStatus;
  comments: string | null;
  createdAt: number;
  startAt: number;
  endAt: number;
  updatedAt: number;
  /** In wei, for its creation. */
  amount: bigint | null;
  refunded: bigint | null;
  refundTxHash: string | null;
  jobs: Job[];
  orders: Order[];
  /** Accepted and never deployed. */
  held: boolean;
  /** What its providers write instead of where its jobs answer. */
  realUri: string | undefined;
}

export type TaskRequest = Pick<
  Task,
  'wallet' | 'hardware' | 'price' | 'dynamic' | 'region' | 'duration' | 'startIn' | 'sourceUri' | 'ssh' | 'preferred'
>;

export const ENDED: ReadonlySet<TaskStatus> = new Set(['finished', 'terminated', 'cancelled', 'failed']);

/** The account's tasks, the newest first. */
export class Tasks {
  private readonly byUuid = new Map<string, Task>();
  private readonly orderOf = new Map<string, { task: Task; order: Order }>();
  private newestFirst: Task[] | undefined;
  private lastId = 0;

  create(request: TaskRequest, now: number): Task {
    const { wallet, hardware, price, dynamic, region, duration, startIn, sourceUri, ssh, preferred } = request;
    const task: Task = {
      id: this.nextId(),
      uuid: randomUUID(),
      spaceUuid: randomUUID(),
      name: null,
      wallet,
      hardware,
      price,
      dynamic,
      region,
      duration,
      startIn,
      sourceUri,
      ssh,
      preferred,
      status: 'initialized',
      comments: null,
      createdAt: now,
      startAt: now,
      endAt: now + duration,
      updatedAt: now,
      amount: null,
      refunded: null,
      refundTxHash: null,
      jobs: [],
      orders: [],
      held: false,
      realUri: undefined,
    };
    this.byUuid.set(task.uuid, task);
    this.newestFirst = undefined;
    return task;
  }

  find(uuid: string): Task | undefined {
    return this.byUuid.get(uuid);
  }

  of(wallet: string): Task[] {
    this.newestFirst ??= [...this.byUuid.values()].sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
    return this.newestFirst.filter(task => task.wallet.toLowerCase() === wallet.toLowerCase());
  }

  job(uuid: string): { task: Task; job: Job } | undefined {
    for (const task of this.byUuid.values()) {
      const job = task.jobs.find(candidate => candidate.uuid === uuid);
      if (job !== undefined) return { task, job };
    }
    return undefined;
  }

  /** The order that a transaction paid, of whatever task. */
  paidBy(txHash: string): { task: Task; order: Order } | undefined {
    return this.orderOf.get(txHash.toLowerCase());
  }

  addOrder(task: Task, { type, duration, txHash }: Pick<Order, 'type' | 'duration' | 'txHash'>, now: number): Order {
    const order: Order = {
      id: this.nextId(),
      uuid: randomUUID(),
      type,
      status: 'pending_payment_confirm',
      duration,
      txHash,
      refundTxHash: null,
      startedAt: type === 'Creation' ? task.createdAt : now,
      updatedAt: now,
    };
    task.orders.push(order);
    this.orderOf.set(txHash.toLowerCase(), { task, order });
    return order;
  }

  addJob(task: Task, provider: Provider, now: number): Job {
    const job: Job = {
      id: this.nextId(),
      uuid: randomUUID(),
      provider,
      status: 'Submitted',
      comments: 'Submitted: no job_result_uri from api. no status from api yet.',
      createdAt: now,
      startAt: now,
      endedAt: null,
      updatedAt: now,
      deployed: false,
    };
    task.jobs.push(job);
    return job;
  }

  private nextId(): number {
    return ++this.lastId;
  }
}
