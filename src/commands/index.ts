import type * as v from 'valibot';
import { signIn, signOut } from './account.js';
import { launchDebugSession, showDebugOutput, terminateDebugSession } from './debugSession.js';
import { copyLauncherId } from './launcherCopyId.js';
import { createLauncher } from './launcherCreate.js';
import { deleteLauncher } from './launcherDelete.js';
import { clearSearch, loadMore, refresh, search, showLog, sort } from './lists.js';
import type { Command } from './registry.js';
import { addFilesystemAccess, attachTerminal, terminateTerminal } from './terminalActs.js';
import { openTerminal } from './terminalOpen.js';

export const commands: readonly Command<v.GenericSchema>[] = [
  signIn,
  signOut,
  refresh,
  loadMore,
  search,
  clearSearch,
  sort,
  showLog,
  createLauncher,
  deleteLauncher,
  copyLauncherId,
  launchDebugSession,
  terminateDebugSession,
  showDebugOutput,
  openTerminal,
  attachTerminal,
  terminateTerminal,
  addFilesystemAccess,
];
