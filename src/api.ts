import type { DebugSession, Launcher, MachineSpec, TerminalSession } from './core/resources.js';

/**
 * What `activate` returns, for other extensions: `vscode.extensions.getExtension('remote-compute.remote-compute')?.activate()`.
 * Every call rejects with an error whose `kind` is one of `ErrorKind`; without an account that is `credentials`.
 */
export interface RemoteComputeApi {
  readonly version: 1;
  /** @param query rows to skip, rows to give (20 by default), and part of a name */
  listLaunchers(query?: {
    offset?: number;
    limit?: number;
    search?: string;
  }): Promise<{ rows: Launcher[]; total: number }>;
  listDebugSessions(): Promise<DebugSession[]>;
  listTerminals(): Promise<TerminalSession[]>;
  /** Opens a terminal in the panel. Resolves when it is live. */
  openTerminal(options: OpenTerminalOptions): Promise<{ terminalSessionId: string }>;
}

export interface OpenTerminalOptions {
  modelId: string;
  /** An existing launcher; without it, `machine` is a temporary one. */
  launcherId?: string;
  machine?: MachineSpec;
  /** Seconds without input after which the service ends the terminal. */
  idleTimeout?: number;
  /** Ids of further models whose files can be reached. */
  filesystems?: string[];
}
