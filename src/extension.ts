import './ui/translator.js';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RemoteComputeApi } from './api.js';
import { commands } from './commands/index.js';
import { registerIntegrations } from './commands/integrations.js';
import { registerCommands } from './commands/registry.js';
import { DEPLOYMENT_SCHEME } from './commands/taskActs.js';
import { connectDecthings, connectSwan, placesOf, sandboxOf } from './connect.js';
import { systemClock } from './core/clock.js';
import { onListenerFailed } from './core/events.js';
import { FailureLog } from './core/failureLog.js';
import { hasOpenPayments, watchPayments } from './swan/index.js';
import { DecthingsAccount } from './ui/account.js';
import { registerAuthentication } from './ui/authentication.js';
import { DebugOutput } from './ui/debugOutput.js';
import { DecthingsViews } from './ui/decthingsViews.js';
import { Deployments } from './ui/deployments.js';
import { KeptTerminals } from './ui/keptTerminals.js';
import { logEvents } from './ui/logEvents.js';
import { forgetGone, Memory } from './ui/memory.js';
import { PaymentsView } from './ui/paymentsView.js';
import { RecoveryStart } from './ui/recoveryStart.js';
import { SandboxVisit } from './ui/sandboxVisit.js';
import { onDidChangeSetting, setting } from './ui/settings.js';
import { SwanAccount } from './ui/swanAccount.js';
import { TaskLogs } from './ui/taskLogs.js';
import { TasksView } from './ui/tasksView.js';
import { TaskWatch } from './ui/taskWatch.js';
import { Terminals } from './ui/terminals.js';
import { Transcripts } from './ui/transcripts.js';

let integrations: ReturnType<typeof registerIntegrations> | undefined;

/** Builds the parts and registers them. Nothing is read or connected until a view is shown or a command is run. */
export function activate(context: vscode.ExtensionContext): RemoteComputeApi {
  const clock = systemClock;
  const channel = vscode.window.createOutputChannel('Remote Compute', { log: true });
  const log = new FailureLog(channel, clock);
  onListenerFailed(error => log.failed('A listener', error));
  log.info(`Remote Compute ${context.extension.packageJSON.version}, VS Code ${vscode.version}`);
  const memory = new Memory(context.globalState, service => (service === 'swan' ? swan : account).scope);
  const { secrets, globalState } = context;
  const account = new DecthingsAccount(secrets, globalState, options => connectDecthings(options, clock, log));
  const journalFolder = join(context.globalStorageUri.fsPath, 'payments');
  const transcripts = new Transcripts(join(context.globalStorageUri.fsPath, 'transcripts'), log);
  const kept = new KeptTerminals(context.workspaceState);
  const terminals = new Terminals({ account, kept, transcripts, clock, log });
  const views = new DecthingsViews(account, memory, terminals, clock);
  const debugOutput = new DebugOutput(() => account.owner);
  const swan = new SwanAccount(secrets, globalState, to => connectSwan(to, journalFolder, clock, log), placesOf);
  const tasks = new TasksView(swan, memory, clock);
  const watch = new TaskWatch({ account: swan, tasks, launchers: views.launcherStore, context, clock, log });
  const watchJournal = (changed: () => void) => watchPayments(journalFolder, changed);
  const payments = new PaymentsView({ account: swan, memory, tasks, clock, watch: watchJournal });
  const recovery = new RecoveryStart({
    account: swan,
    hasOpen: () => hasOpenPayments(journalFolder),
    taskName: id => tasks.nameOf(id),
    findTaskName: id => tasks.findName(id),
    onProgress: () => tasks.store.invalidate(),
    clock,
    log,
  });
  const taskLogs = new TaskLogs(() => swan.owner);
  const deployments = new Deployments(swan);
  const sandbox = new SandboxVisit({ account, swan, memory, terminals, log, ...sandboxOf(context) });
  const sshFolder = join(context.globalStorageUri.fsPath, 'ssh');
  const swanServices = { swan, tasks, watch, payments, recovery, taskLogs, deployments, sshFolder };
  const help = { log, channel, safetyPage: vscode.Uri.joinPath(context.extensionUri, 'SECURITY.md') };
  const services = { account, memory, views, terminals, debugOutput, ...swanServices, sandbox, ...help };

  integrations = registerIntegrations(services, context.workspaceState);
  context.subscriptions.push(
    channel,
    account,
    views,
    terminals,
    transcripts,
    debugOutput,
    swan,
    tasks,
    watch,
    payments,
    recovery,
    taskLogs,
    deployments,
    sandbox,
    vscode.workspace.registerTextDocumentContentProvider(DEPLOYMENT_SCHEME, deployments),
    logEvents(account, swan, log),
    forgetGone(memory, 'decthings', account),
    forgetGone(memory, 'swan', swan),
    account.onDidChange(() => debugOutput.keepOnly(account.owner)),
    swan.onDidChange(() => taskLogs.keepOnly(swan.owner)),
    onDidChangeSetting('terminal.transcript', () => {
      if (!setting('terminal.transcript', false)) transcripts.forgetAll();
    }),
    registerCommands(services, commands),
    integrations,
    registerAuthentication(account),
  );

  void terminals.restore();
  void recovery.check();

  const api: RemoteComputeApi = {
    version: 1,
    listLaunchers: async query => (await account.require()).launchers.list(query ?? {}),
    listDebugSessions: async () => (await account.require()).debugSessions.list(),
    listTerminals: async () => (await account.require()).terminals.list(),
    openTerminal: async options => vscode.commands.executeCommand('remoteCompute.terminal.open', options),
  };
  // Tests look at the rows of the trees, which VS Code shows but does not tell.
  return context.extensionMode === vscode.ExtensionMode.Test ? Object.assign(api, { services }) : api;
}

/** VS Code waits some seconds for what is under way here, and for nothing that is merely disposed of. */
export async function deactivate(): Promise<void> {
  await integrations?.end();
}
