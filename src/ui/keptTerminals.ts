import type * as vscode from 'vscode';
import type { TerminalLaunch } from '../core/backend.js';
import { scopeOf } from './accountStore.js';

/** A terminal that this window showed, to be shown again after a reload. */
export interface KeptTerminal {
  sessionId: string;
  name: string;
  launch: TerminalLaunch;
  /** The id of the account that it is of. Earlier versions kept nothing for the first one. */
  account?: string;
  /** What its programs had set in the terminal: modes, and no word of what they print. */
  modes?: string;
}

/** @param owner id of an account */
export function isOf({ account }: KeptTerminal, owner: string): boolean {
  return account === owner || (account === undefined && scopeOf(owner) === '');
}

/** Its account was signed out, and may have been signed in again with another id. @param ids of the accounts there are */
export function isOfNobody({ account }: KeptTerminal, ids: readonly string[]): boolean {
  return account !== undefined && !ids.includes(account);
}

const KEY = 'openTerminals';

/** Which terminals this window shows. Kept per workspace, so that each window finds its own. */
export class KeptTerminals {
  private last: string | undefined;

  constructor(private readonly state: vscode.Memento) {}

  get all(): KeptTerminal[] {
    return this.state.get<KeptTerminal[]>(KEY, []);
  }

  /**
   * @param ids of the accounts there are: what is of another, that was signed out, does not come back. While there is
   * none, whoever signs in next may be the one that it is of.
   */
  set(terminals: KeptTerminal[], ids: readonly string[]): void {
    const kept = terminals.filter(each => ids.length === 0 || !isOfNobody(each, ids));
    // Not compared with `all`, which goes back to a former value for a moment when sets follow closely.
    const text = JSON.stringify(kept);
    if (text === this.last) return;
    this.last = text;
    void this.state.update(KEY, kept);
  }
}
