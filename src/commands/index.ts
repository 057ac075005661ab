import type * as v from 'valibot';
import { accountCommands, setWallet } from './account.js';
import { createCommandTask } from './commandTasks.js';
import { launchDebugSession, showDebugOutput, terminateDebugSession } from './debugSession.js';
import { copyDiagnostics, getStarted, openSettings, showLog } from './help.js';
import { copyLauncherId, copyLauncherLink } from './launcherCopyId.js';
import { createLauncher } from './launcherCreate.js';
import { deleteLauncher } from './launcherDelete.js';
import { clearSearch, loadMore, refresh, search, sort } from './lists.js';
import { copyModelId } from './modelCopyId.js';
import { paymentCommands } from './payments.js';
import type { Command } from './registry.js';
import { leaveSandbox, trySandbox } from './sandbox.js';
import { claimReview, copyTaskLink, copyTaskUuid, showDeployment } from './taskActs.js';
import { connectSsh, copyAddress, openApp, showLogs } from './taskApp.js';
import { createTask, createTaskAgain } from './taskCreate.js';
import { clearTaskFilter, filterTasks, searchTasks, sortTasks } from './taskLists.js';
import { payTask, renewTask, validatePayment } from './taskPay.js';
import { browseAppImages, getSourceUri } from './taskSources.js';
import { terminateTask } from './taskTerminate.js';
import { addFilesystemAccess, attachTerminal, terminateTerminal } from './terminalActs.js';
import { openTerminal } from './terminalOpen.js';

export const commands: readonly Command<v.GenericSchema>[] = [
  ...accountCommands,
  trySandbox,
  leaveSandbox,
  refresh,
  loadMore,
  search,
  clearSearch,
  sort,
  showLog,
  openSettings,
  copyDiagnostics,
  getStarted,
  createLauncher,
  deleteLauncher,
  copyLauncherId,
  copyLauncherLink,
  copyModelId,
  createCommandTask,
  launchDebugSession,
  terminateDebugSession,
  showDebugOutput,
  openTerminal,
  attachTerminal,
  terminateTerminal,
  addFilesystemAccess,
  setWallet,
  createTask,
  createTaskAgain,
  payTask,
  validatePayment,
  renewTask,
  terminateTask,
  claimReview,
  openApp,
  copyAddress,
  connectSsh,
  showLogs,
  showDeployment,
  copyTaskUuid,
  copyTaskLink,
  getSourceUri,
  browseAppImages,
  searchTasks,
  filterTasks,
  sortTasks,
  clearTaskFilter,
  ...paymentCommands,
];
