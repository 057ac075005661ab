import type * as vscode from 'vscode';
import type { FailureLog } from '../core/failureLog.js';
import type { DecthingsAccount } from '../ui/account.js';
import type { DebugOutput } from '../ui/debugOutput.js';
import type { DecthingsViews } from '../ui/decthingsViews.js';
import type { Deployments } from '../ui/deployments.js';
import type { Memory } from '../ui/memory.js';
import type { PaymentsView } from '../ui/paymentsView.js';
import type { RecoveryStart } from '../ui/recoveryStart.js';
import type { SandboxVisit } from '../ui/sandboxVisit.js';
import type { SwanAccount } from '../ui/swanAccount.js';
import type { TaskLogs } from '../ui/taskLogs.js';
import type { TasksView } from '../ui/tasksView.js';
import type { TaskWatch } from '../ui/taskWatch.js';
import type { Terminals } from '../ui/terminals.js';

/** What commands act with. */
export interface Services {
  account: DecthingsAccount;
  memory: Memory;
  views: DecthingsViews;
  terminals: Terminals;
  debugOutput: DebugOutput;
  swan: SwanAccount;
  tasks: TasksView;
  watch: TaskWatch;
  payments: PaymentsView;
  recovery: RecoveryStart;
  taskLogs: TaskLogs;
  deployments: Deployments;
  sandbox: SandboxVisit;
  /** Where the keys of machines are kept that were connected to by SSH. */
  sshFolder: string;
  log: FailureLog;
  /** Where the log can be read. */
  channel: vscode.OutputChannel;
  /** The package has SECURITY.md. */
  safetyPage: vscode.Uri;
}
