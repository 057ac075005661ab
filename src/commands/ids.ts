/** Every command, without the prefix `remoteCompute.`; a test compares them with package.json. */
export const commandIds = [
  'decthings.signIn',
  'decthings.signOut',
  'refresh',
  'loadMore',
  'search',
  'clearSearch',
  'sort',
  'showLog',
  'launcher.create',
  'launcher.delete',
  'launcher.copyId',
  'debugSession.launch',
  'debugSession.terminate',
  'debugSession.showOutput',
  'terminal.open',
  'terminal.attach',
  'terminal.terminate',
  'terminal.addFilesystemAccess',
] as const;

export type CommandId = (typeof commandIds)[number];
