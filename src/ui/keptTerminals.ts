import type * as vscode from 'vscode';
import type { TerminalLaunch } from '../core/backend.js';

/** A terminal that this window showed, to be shown again after a reload. */
export interface KeptTerminal {
  sessionId: string;
  name: string;
  launch: TerminalLaunch;
  /** The scope of the account that it is of; nothing for the first one. */
  account?: string;
}

const KEY = 'openTerminals';

/** Which terminals this window shows. Kept per workspace, so that each window finds its own. */
export class KeptTerminals {
  private last: string | undefined;

  constructor(private readonly state: vscode.Memento) {}

  get all(): KeptTerminal[] {
    return this.state.get<KeptTerminal[]>(KEY, []);
  }

  /** @param scopes of the accounts there are: what is of another, that was signed out, does not come back */
  set(terminals: KeptTerminal[], scopes: readonly string[]): void {
    const kept = terminals.filter(({ account }) => account === undefined || scopes.includes(account));
    // Not compared with `all`, which goes back to a former value for a moment when sets follow closely.
    const text = JSON.stringify(kept);
    if (text === this.last) return;
    this.last = text;
    void this.state.update(KEY, kept);
  }
}
