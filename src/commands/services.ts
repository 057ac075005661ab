import type * as vscode from 'vscode';
import type { DecthingsAccount } from '../ui/account.js';
import type { DebugOutput } from '../ui/debugOutput.js';
import type { DecthingsViews } from '../ui/decthingsViews.js';
import type { Memory } from '../ui/memory.js';
import type { Terminals } from '../ui/terminals.js';

/** What commands act with. */
export interface Services {
  account: DecthingsAccount;
  memory: Memory;
  views: DecthingsViews;
  terminals: Terminals;
  debugOutput: DebugOutput;
  log: vscode.LogOutputChannel;
}
