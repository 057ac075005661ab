import type { Disposable } from './events.js';
import type {
  DebugSession,
  ExitReason,
  Launcher,
  LocationRequest,
  MachineSpec,
  Model,
  SysinfoSample,
  TerminalSession,
  TerminalSize,
} from './resources.js';

/**
 * What the extension needs of a service that rents machines. Every call rejects with a `RemoteError`; `signal` cancels
 * the wait, not what the service may already have done.
 */
export interface MachineBackend {
  readonly launchers: {
    list(query: ListQuery, signal?: AbortSignal): Promise<Page<Launcher>>;
    /** Those of `ids` that exist. */
    find(ids: string[], signal?: AbortSignal): Promise<Launcher[]>;
    /** @returns the new launcher's id; it is being created */
    create(name: string, spec: MachineSpec): Promise<string>;
    /** It goes when nothing runs on it any more. */
    delete(id: string): Promise<void>;
    sysinfo(id: string, fromTimestamp?: number, signal?: AbortSignal): Promise<SysinfoSample[]>;
  };
  readonly models: {
    list(query: ListQuery, signal?: AbortSignal): Promise<Page<Model>>;
    find(ids: string[], signal?: AbortSignal): Promise<Model[]>;
  };
  readonly debugSessions: {
    list(signal?: AbortSignal): Promise<DebugSession[]>;
    /** Follows the new session from its first byte on. `begun` resolves with its id, when it is there. */
    launch(request: DebugLaunch, watcher: DebugWatcher): Disposable & { begun: Promise<string> };
    terminate(id: string): Promise<void>;
    /** Follows what the session prints until disposed or `closed`. */
    watch(id: string, watcher: DebugWatcher): Disposable;
  };
  readonly terminals: {
    list(signal?: AbortSignal): Promise<TerminalSession[]>;
    terminate(id: string): Promise<void>;
    addFilesystemAccess(id: string, modelId: string): Promise<void>;
    /** Opens a socket for one terminal. */
    connect(handlers: TerminalLinkHandlers, signal?: AbortSignal): Promise<TerminalLink>;
  };
  readonly commands: {
    terminate(id: string): Promise<void>;
    /** Opens a socket for one command. */
    connect(handlers: CommandLinkHandlers, signal?: AbortSignal): Promise<CommandLink>;
  };
  /** Ends what runs on a launcher, by kind; `false` for a kind that this service cannot end on request. */
  endRunning(type: string, id: string): Promise<boolean>;
}

export interface ListQuery {
  offset?: number;
  limit?: number;
  /** Finds names that hold this text. */
  search?: string;
  ids?: string[];
  sort?: string;
  descending?: boolean;
}

/** An order in which what was just created is in sight. */
export const newestFirst = { sort: 'createdAt', descending: true } as const;

export interface Page<T> {
  rows: T[];
  /** Rows there are in all, of which `rows` are some. */
  total: number;
}

export interface DebugLaunch {
  modelId: string;
  location: LocationRequest;
  /** Seconds. */
  idleTimeout?: number;
}

export interface DebugWatcher {
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  exit(reason: ExitReason): void;
  /** The connection ended, and with it what can be seen; the session may go on. */
  closed(error: Error): void;
}

/** What a new terminal is to be; kept, so that another can be started in its place. */
export interface TerminalLaunch {
  modelId: string;
  location: LocationRequest;
  /** Seconds without input after which the service ends the session. */
  idleTimeout?: number;
  /** More models whose filesystems can be reached. */
  filesystems?: string[];
}

/** One terminal's socket. Calls are carried out in the order they are made. */
export interface TerminalLink {
  /** @returns the new session's id; its output may come before */
  launch(request: TerminalLaunch, size: TerminalSize): Promise<string>;
  /** Looks the session up and subscribes to it. @returns false if it is gone */
  attach(id: string): Promise<boolean>;
  write(id: string, bytes: Uint8Array): Promise<void>;
  resize(id: string, size: TerminalSize): Promise<void>;
  /** Stops and restarts reading, so that the service holds back. */
  pause(): void;
  resume(): void;
  /** Asks the other end for a sign of life, which comes by `alive`. */
  ping(): void;
  /** Sends what is on its way, then ends. */
  close(): void;
  /** Ends a connection that is dead. What it still holds would come after what the next one sends. */
  abandon(): void;
}

export interface TerminalLinkHandlers {
  data(id: string, bytes: Uint8Array): void;
  exit(id: string, reason: ExitReason): void;
  alive(): void;
  /** Called once, also after `close()`. */
  closed(error: Error): void;
}

/** A command without a terminal, and where it is to run. */
export interface CommandLaunch {
  modelId: string;
  location: LocationRequest;
  command: string;
  args: string[];
  /** Seconds after which the service ends it. */
  timeout?: number | undefined;
  /** The same, without input and output. */
  idleTimeout?: number | undefined;
  /** More models whose filesystems can be reached. */
  filesystems?: string[] | undefined;
}

/** One command's socket. */
export interface CommandLink extends Omit<TerminalLink, 'launch' | 'resize'> {
  /** @returns the new command's id; its output may come before */
  run(request: CommandLaunch): Promise<string>;
}

export interface CommandLinkHandlers extends Omit<TerminalLinkHandlers, 'data'> {
  output(id: string, stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}
