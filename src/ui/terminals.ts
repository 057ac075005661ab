import * as vscode from 'vscode';
import type { MachineBackend, TerminalLaunch } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { hasKind, RemoteError, toRemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { TerminalSession } from '../core/resources.js';
import { isFatal } from '../terminal/outcome.js';
import type { Phase } from '../terminal/state.js';
import type { KeptTerminal, KeptTerminals } from './keptTerminals.js';
import { TerminalPty } from './pty.js';
import { setting, updateSetting } from './settings.js';
import { inert } from './strangers.js';
import type { Transcripts } from './transcripts.js';

export interface TerminalsOptions {
  /** The service that a terminal connects to, asked at each connection, since the person may sign in anew meanwhile. */
  backend(): Promise<MachineBackend>;
  kept: KeptTerminals;
  transcripts: Transcripts;
  clock: Clock;
  log: Log;
}

/** Whether closing a tab ends the remote session; `ask` until the person has answered once. */
type OnClose = 'ask' | 'end' | 'keep';

const ENDING_MS = 1_000;
/** What tells a tab from others of the same model. */
const NUMBER = / \(\d+\)$/;

const phaseWords: Record<Phase, string | undefined> = {
  connecting: 'connecting…',
  launching: 'starting…',
  attaching: 'attaching…',
  live: 'attached here',
  waiting: 'reconnecting…',
  ended: undefined,
  closed: undefined,
};

/** The terminals of this window that are remote ones. */
export class Terminals implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  /** One came, went, or is in another phase. */
  readonly onDidChange = this.changed.event;
  private readonly sessionsChanged = new Emitter<void>();
  /** A session began or ended: lists of them are out of date. */
  readonly onDidChangeSessions = this.sessionsChanged.event;
  private readonly open = new Map<TerminalPty, vscode.Terminal | undefined>();
  private readonly subscriptions: vscode.Disposable[];
  private disposed = false;
  /** Shown before the last reload, and not shown again yet. */
  private toRestore: KeptTerminal[];
  private readonly service: MachineBackend['terminals'];

  constructor(private readonly options: TerminalsOptions) {
    this.toRestore = options.kept.all;
    const backend = async () => (await options.backend()).terminals;
    this.service = {
      list: async signal => (await backend()).list(signal),
      terminate: id => this.end(id),
      addFilesystemAccess: async (id, modelId) => (await backend()).addFilesystemAccess(id, modelId),
      connect: async (handlers, signal) => (await backend()).connect(handlers, signal),
    };
    this.subscriptions = [
      vscode.window.onDidOpenTerminal(terminal => {
        const pty = this.ptyOf(terminal);
        if (!pty || this.open.get(pty)) return;
        this.open.set(pty, terminal);
        // It is of a terminal profile, and VS Code shows such a tab only where it runs on the same machine.
        terminal.show();
      }),
      vscode.window.onDidCloseTerminal(terminal => {
        const pty = this.ptyOf(terminal);
        if (pty) void this.closed(pty, terminal.exitStatus?.reason);
      }),
    ];
  }

  /** Starts a session in a new tab. */
  launch(launch: TerminalLaunch, name: string): { pty: TerminalPty; terminal: vscode.Terminal } {
    return this.show(this.create(launch, name));
  }

  /** What a terminal profile is made of; VS Code opens the tab. */
  profile(launch: TerminalLaunch, name: string): vscode.ExtensionTerminalOptions {
    return terminalOptions(this.create(launch, name));
  }

  /** After a reload, once signed in: shows the sessions that this window showed and that still run. */
  async restore(): Promise<void> {
    const { toRestore } = this;
    if (toRestore.length === 0) return;
    this.toRestore = [];
    let again = toRestore;
    try {
      const running = await this.service.list();
      this.running(running);
      again = toRestore.filter(({ sessionId }) => running.some(({ id }) => id === sessionId));
    } catch (thrown) {
      const error = toRemoteError(thrown);
      if (isFatal(error)) {
        this.toRestore = toRestore;
        if (error.kind !== 'credentials') this.options.log.warn(`Terminals were not restored: ${error}`);
        return;
      }
      // Nobody knows which still run: each tab finds out for itself, as soon as the service can be reached.
    }
    for (const { sessionId, name, launch } of again) {
      if (!this.tabOf(sessionId)) this.addTab(this.create(launch, name, sessionId));
    }
    this.remember();
  }

  /** Somebody signed in: terminals that were shown before come back, and those that were cut off go on. */
  signedIn(): void {
    void this.restore();
    for (const pty of this.open.keys()) pty.remote.again();
  }

  /** These are all the sessions there are. */
  running(sessions: readonly TerminalSession[]): void {
    this.options.transcripts.keepOnly(sessions.map(({ id }) => id));
  }

  /** Shows a session that runs already: its tab in this window, or a new one. */
  attach(session: TerminalSession, name: string): vscode.Terminal {
    const { id, modelId, executionLocation: place } = session;
    const tab = this.tabOf(id);
    const shown = tab && this.open.get(tab);
    if (shown) {
      tab.remote.again();
      shown.show();
      return shown;
    }
    // A temporary machine is gone with its session; another is of the same size, or of the service's smallest.
    const location =
      place.persistentLauncherId === undefined
        ? { type: 'temporaryLauncher' as const, spec: place.spec ?? { cpus: 1, memoryMebibytes: 1024 } }
        : { type: 'persistentLauncher' as const, persistentLauncherId: place.persistentLauncherId };
    return this.show(this.create({ modelId, location }, name, id)).terminal;
  }

  /** How a session is shown in this window, in words; undefined if it is not. */
  stateOf(sessionId: string): string | undefined {
    const tab = this.tabOf(sessionId);
    const words = tab && phaseWords[tab.remote.phase];
    return words && `${words}${NUMBER.exec(tab.name)?.[0] ?? ''}`;
  }

  /** Something reached the service: whoever waits for the network need not wait longer. */
  online(): void {
    for (const pty of this.open.keys()) pty.remote.online();
  }

  /** Nobody is signed in any more: connections with the former key end, sessions go on. */
  signedOut(): void {
    const error = new RemoteError('credentials', 'Signed out of Decthings.');
    for (const pty of this.open.keys()) pty.remote.drop(error);
  }

  dispose(): void {
    this.disposed = true;
    for (const subscription of this.subscriptions) subscription.dispose();
    // What is kept stays as it is: the next window shows these terminals again.
    for (const pty of this.open.keys()) {
      pty.remote.close(false);
      pty.dispose();
    }
  }

  private tabOf(sessionId: string): TerminalPty | undefined {
    return [...this.open.keys()].find(pty => pty.remote.sessionId === sessionId);
  }

  private create(launch: TerminalLaunch, name: string, sessionId?: string): TerminalPty {
    const { clock, log, transcripts } = this.options;
    const session = sessionId === undefined ? {} : { sessionId };
    const pty = new TerminalPty(
      this.distinct(name),
      { service: this.service, clock, log, launch, ...session },
      transcripts,
    );
    pty.remote.onDidChange(phase => {
      if (phase === 'live') this.online();
      if (phase === 'live' || pty.remote.sessionOver) this.sessionsChanged.fire();
      this.remember();
      this.changed.fire();
    });
    this.open.set(pty, undefined);
    return pty;
  }

  /** Tabs of one model are told apart by a number. */
  private distinct(name: string): string {
    const taken = new Set([...this.open.keys()].map(pty => pty.name));
    let distinct = name;
    for (let number = 2; taken.has(distinct); number++) distinct = `${name} (${number})`;
    return distinct;
  }

  private show(pty: TerminalPty): { pty: TerminalPty; terminal: vscode.Terminal } {
    const terminal = this.addTab(pty);
    terminal.show();
    return { pty, terminal };
  }

  private addTab(pty: TerminalPty): vscode.Terminal {
    const terminal = vscode.window.createTerminal(terminalOptions(pty));
    this.open.set(pty, terminal);
    return terminal;
  }

  private remember(): void {
    if (this.disposed) return;
    const shown = [...this.open.keys()].flatMap(({ name, launch, remote: { sessionId, sessionOver } }) =>
      sessionId === undefined || sessionOver ? [] : [{ sessionId, name, launch }],
    );
    this.options.kept.set([...this.toRestore, ...shown]);
  }

  private ptyOf(terminal: vscode.Terminal): TerminalPty | undefined {
    const { creationOptions } = terminal;
    const pty = 'pty' in creationOptions ? creationOptions.pty : undefined;
    return pty instanceof TerminalPty && this.open.has(pty) ? pty : undefined;
  }

  private async closed(pty: TerminalPty, reason: vscode.TerminalExitReason | undefined): Promise<void> {
    this.open.delete(pty);
    const { remote } = pty;
    const lives = remote.phase !== 'ended' && remote.phase !== 'closed';
    // A window that closes or reloads takes its tabs with it; nobody said that the work should end.
    const byWindow = reason === vscode.TerminalExitReason.Shutdown;
    if (!byWindow) this.remember();
    const onClose = setting<OnClose>('terminal.onClose', 'ask');
    const { sessionId } = remote;
    // One that is still being started holds no work yet.
    const end = lives && !byWindow && (onClose === 'end' || sessionId === undefined);
    // Before any question: an open connection that nobody reads would hold up what runs in the session.
    remote.close(end);
    pty.dispose();
    this.changed.fire();
    if (lives && !byWindow && !end && onClose === 'ask' && sessionId) await this.askToEnd(pty.name, sessionId);
  }

  /** Until the person answers, the session goes on: nothing is lost by not answering. */
  private async askToEnd(name: string, sessionId: string): Promise<void> {
    const answer = await vscode.window.showInformationMessage(
      `The tab of ${inert(name)} is closed. End its remote session too, or keep it running? Kept sessions are in the Terminals view. Your answer is remembered (setting “Terminal: On Close”).`,
      'End Session',
      'Keep Running',
    );
    if (answer === undefined) return;
    await updateSetting('terminal.onClose', answer === 'End Session' ? 'end' : 'keep');
    if (answer === 'End Session') await this.end(sessionId);
  }

  /** Its tab is gone: where this fails, nothing but a message can tell. */
  private async end(sessionId: string): Promise<void> {
    try {
      await (await this.options.backend()).terminals.terminate(sessionId);
    } catch (error) {
      if (hasKind(error, 'notFound')) return;
      const why = inert(toRemoteError(error).message);
      void vscode.window.showErrorMessage(
        `A terminal was not ended, and goes on. End it in the Terminals view. (${why})`,
      );
      return;
    }
    // The service agrees to end a session before it has ended.
    this.options.clock.after(ENDING_MS, () => this.sessionsChanged.fire());
  }
}

/** Resolves with the session's id once it is live. @throws RemoteError if it ends before */
export function untilLive({ remote }: TerminalPty): Promise<string> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const { phase, sessionId } = remote;
      if (phase === 'live' && sessionId !== undefined) resolve(sessionId);
      else if (phase === 'ended' || phase === 'closed') {
        reject(remote.failure ?? new RemoteError('service', 'The terminal ended as soon as it was started.'));
      } else return;
      subscription.dispose();
    };
    const subscription = remote.onDidChange(check);
    check();
  });
}

function terminalOptions(pty: TerminalPty): vscode.ExtensionTerminalOptions {
  return { name: pty.name, pty, iconPath: new vscode.ThemeIcon('remote'), isTransient: true };
}
