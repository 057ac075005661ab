import type * as vscode from 'vscode';

import { type ListQuery, newestFirst } from '../core/backend.js';
import type { PaymentContract } from '../core/payments.js';

import type { MachineSpec } from '../core/resources.js';
import type { TaskRequest } from '../core/tasks.js';

/** What the person chose last, to start from next time. Shared by all windows. */
interface Remembered {
  /** How launchers are searched and sorted. */
  launcherQuery: Pick<ListQuery, 'search' | 'ids' | 'sort' | 'descending'>;
  launcherMachine: MachineSpec;
  temporaryMachine: MachineSpec;
  /** Seconds. */
  idleTimeout: number;
  /** Which tasks are listed, and how they are sorted. */
  taskQuery: TaskQuery;
  /** What the last task was deployed with. */
  taskRequest: TaskRequest;
  /** What each task was created with, newest last, for Create Again. */
  createdTasks: { id: string; request: TaskRequest }[];
  /** The payment contract that was trusted, by chain id. */
  trustedContracts: Record<string, PaymentContract>;
  /** How payments are listed. */
  paymentGrouping: PaymentGrouping;
}

export type PaymentGrouping = 'month' | 'task';

export interface TaskQuery {
  search?: string;
  status?: string;
  sort?: 'created' | 'name' | 'end';
}

export class Memory {
  /** What this window has set. VS Code's own copy goes back to a former value for a moment when sets follow closely. */
  private readonly own: Partial<Remembered> = {};

  /** What is set while the sandbox is visited, instead of all that is remembered. */
  private visit: Partial<Remembered> | undefined;

  constructor(private readonly state: vscode.Memento) {}

  /** From here on nothing is known, and nothing is remembered longer than until `leave`. */
  enter(): void {
    this.visit = {};
  }

  leave(): void {
    this.visit = undefined;
  }

  get<K extends keyof Remembered>(key: K): Remembered[K] | undefined {
    if (this.visit) return this.visit[key];
    return this.own[key] ?? this.state.get<Remembered[K]>(key);
  }

  /** How launchers are listed: the newest first, unless the person chose otherwise. */
  get launcherQuery(): Remembered['launcherQuery'] {
    return this.get('launcherQuery') ?? newestFirst;
  }

  set<K extends keyof Remembered>(key: K, value: Remembered[K]): void {
    if (this.visit) {
      this.visit[key] = value;
      return;
    }
    this.own[key] = value;
    void this.state.update(key, value);
  }
}
