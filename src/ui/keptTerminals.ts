import type * as vscode from 'vscode';
import type { TerminalLaunch } from '../core/backend.js';

/** A terminal that this window showed, to be shown again after a reload. */
export interface KeptTerminal {
  sessionId: string;
  name: string;
  launch: TerminalLaunch;
}

const KEY = 'openTerminals';

/** Which terminals this window shows. Kept per workspace, so that each window finds its own. */
export class KeptTerminals {
  constructor(private readonly state: vscode.Memento) {}

  get all(): KeptTerminal[] {
    return this.state.get<KeptTerminal[]>(KEY, []);
  }

  set(terminals: KeptTerminal[]): void {
    if (JSON.stringify(terminals) !== JSON.stringify(this.all)) void this.state.update(KEY, terminals);
  }
}
