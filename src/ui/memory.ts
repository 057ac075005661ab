import type * as vscode from 'vscode';
import { type ListQuery, newestFirst } from '../core/backend.js';
import type { PaymentContract } from '../core/payments.js';
import type { MachineSpec } from '../core/resources.js';
import type { TaskRequest } from '../core/tasks.js';
import { scopeOf } from './accountStore.js';
import type { SecretAccount } from './secretAccount.js';

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

/** What is not the person's habit but about what one account has: remembered apart for each. */
const OF_ACCOUNT: Partial<Record<keyof Remembered, Service>> = {
  launcherQuery: 'decthings',
  taskQuery: 'swan',
  taskRequest: 'swan',
  trustedContracts: 'swan',
};

export type Service = 'decthings' | 'swan';

export class Memory {
  /** What this window has set. VS Code's own copy goes back to a former value for a moment when sets follow closely. */
  private readonly own = new Map<string, unknown>();

  /** What is set while the sandbox is visited, instead of all that is remembered. */
  private visit: Partial<Remembered> | undefined;

  /** @param scope of the service's account in use, that marks what is remembered for it */
  constructor(
    private readonly state: vscode.Memento,
    private readonly scope: (service: Service) => string,
  ) {}

  /** From here on nothing is known, and nothing is remembered longer than until `leave`. */
  enter(): void {
    this.visit = {};
  }

  leave(): void {
    this.visit = undefined;
  }

  get<K extends keyof Remembered>(key: K): Remembered[K] | undefined {
    if (this.visit) return this.visit[key];
    const name = this.nameOf(key);
    // Nobody else writes these names.
    return (this.own.has(name) ? this.own.get(name) : this.state.get(name)) as Remembered[K] | undefined;
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
    this.setNamed(this.nameOf(key), value);
  }

  /** An account was signed out: what was remembered for it goes, but for the habits of somebody with one account. */
  forget(service: Service, scope: string): void {
    for (const key of keysOf(OF_ACCOUNT)) {
      const habit = scope === '' && key !== 'trustedContracts';
      if (OF_ACCOUNT[key] === service && !habit) this.setNamed(named(key, scope), undefined);
    }
  }

  private nameOf(key: keyof Remembered): string {
    const service = OF_ACCOUNT[key];
    return named(key, service === undefined ? '' : this.scope(service));
  }

  private setNamed(name: string, value: unknown): void {
    this.own.set(name, value);
    void this.state.update(name, value);
  }
}

/** Has each window forget what is remembered for an account that is gone, wherever it was signed out of. */
export function forgetGone(
  memory: Memory,
  service: Service,
  account: Pick<SecretAccount<unknown>, 'onDidChangeAccounts' | 'accounts'>,
): { dispose(): void } {
  let known: string[] = [];
  return account.onDidChangeAccounts(() => {
    const ids = account.accounts.map(({ id }) => id);
    for (const id of known) if (!ids.includes(id)) memory.forget(service, scopeOf(id));
    known = ids;
  });
}

function named(key: string, scope: string): string {
  return scope === '' ? key : `${key} ${scope}`;
}

function keysOf<T extends object>(of: T): (keyof T & string)[] {
  return Object.keys(of) as (keyof T & string)[];
}
