import type * as vscode from 'vscode';
import type { Watch } from '../core/taskWatch.js';

/** Of its keys in VS Code's global state. */
const PREFIX = 'watch ';

/** Whether anything was being watched, for whichever wallet. */
export function hasWatched(state: vscode.Memento): boolean {
  return state.keys().some(key => key.startsWith(PREFIX) && state.get<Watch>(key)?.phase !== 'over');
}

/** Whose tasks, and where. */
export function scopeOf({ chainId }: { chainId: number }, wallet: string): string {
  return `${chainId} ${wallet.toLowerCase()}`;
}

/** What is watched, across reloads. An entry per task, so that windows do not overwrite each other's. */
export class WatchMemory {
  private readonly prefix: string;

  constructor(
    private readonly state: vscode.Memento,
    scope: string,
  ) {
    this.prefix = `${PREFIX}${scope} `;
  }

  all(): Watch[] {
    const keys = this.state.keys().filter(key => key.startsWith(this.prefix));
    return keys.flatMap(key => this.state.get<Watch>(key) ?? []);
  }

  keep(watch: Watch): void {
    void this.state.update(this.prefix + watch.id, watch);
  }

  forget(id: string): void {
    void this.state.update(this.prefix + id, undefined);
  }
}
