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
  private last: string | undefined;

  constructor(private readonly state: vscode.Memento) {}

  get all(): KeptTerminal[] {
    return this.state.get<KeptTerminal[]>(KEY, []);
  }

  set(terminals: KeptTerminal[]): void {
    // Not compared with `all`, which goes back to a former value for a moment when sets follow closely.
    const text = JSON.stringify(terminals);
    if (text === this.last) return;
    this.last = text;
    void this.state.update(KEY, terminals);
  }
}
