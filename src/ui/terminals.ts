import * as vscode from 'vscode';
import type { MachineBackend, TerminalLaunch } from '../core/backend.js';
import { toRemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import { type PlainText, plainText } from '../core/plainText.js';
import type { TerminalSession } from '../core/resources.js';
import { isFatal } from '../terminal/outcome.js';
import type { Phase } from '../terminal/state.js';
import { scopeOf } from './accountStore.js';
import { askToEnd } from './endPrompt.js';
import { VISITOR } from './guest.js';
import { isOf, isOfNobody, type KeptTerminal } from './keptTerminals.js';
import { reached } from './milestones.js';
import { phaseWords } from './phaseWords.js';
import type { TerminalPty } from './pty.js';
import { setting } from './settings.js';
import { launchOf, type Part, part, type TerminalsOptions, terminalOptions } from './terminalPart.js';
import { awayFrom, serviceOf } from './terminalService.js';

/** Whether closing a tab ends the remote session; `ask` until the person has answered once. */
type OnClose = 'ask' | 'end' | 'keep';

const ENDING_MS = 1_000;
/** What tells a tab from others of the same model. */
const NUMBER = / \(\d+\)$/;

/** The terminals of this window that are remote ones. */
export class Terminals implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  /** One came, went, or is in another phase. */
  readonly onDidChange = this.changed.event;
  private readonly sessionsChanged = new Emitter<void>();
  /** A session began or ended: lists of them are out of date. */
  readonly onDidChangeSessions = this.sessionsChanged.event;
  private readonly open = new Map<TerminalPty, vscode.Terminal | undefined>();
  private visiting = false;
  private readonly subscriptions: vscode.Disposable[];
  private disposed = false;
  /** Shown before the last reload, and not shown again yet. */
  private toRestore: KeptTerminal[];
  /** Of sessions whose tabs were closed. */
  private readonly modes = new Map<string, string>();

  constructor(private readonly options: TerminalsOptions) {
    this.toRestore = options.kept.all;
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
  async launch(launch: TerminalLaunch, name: string): Promise<{ pty: TerminalPty; terminal: vscode.Terminal }> {
    return this.show(await this.fresh(launch, name));
  }

  /** What a terminal profile is made of; VS Code opens the tab. */
  async profile(launch: TerminalLaunch, name: string): Promise<vscode.ExtensionTerminalOptions> {
    return terminalOptions(await this.fresh(launch, name));
  }

  /** After a reload, once signed in: shows the sessions of the account that this window showed and that still run. */
  async restore(): Promise<void> {
    if (this.toRestore.length === 0) return;
    await this.options.account.ready();
    const loaded = await part();
    const { owner } = this;
    if (owner === undefined) return;
    const { ids } = this.options.account;
    // A session that an account lists is its own, whoever it was kept for.
    const ours = this.toRestore.filter(each => isOf(each, owner) || isOfNobody(each, ids));
    if (ours.length === 0) return;
    this.toRestore = this.toRestore.filter(each => !ours.includes(each));
    let again = ours.filter(each => isOf(each, owner));
    try {
      const running = await this.serviceOf(owner).list();
      this.running(running);
      again = ours.filter(({ sessionId }) => running.some(({ id }) => id === sessionId));
    } catch (thrown) {
      const error = toRemoteError(thrown);
      if (isFatal(error) || owner !== this.owner) {
        if (error.kind !== 'credentials') this.options.log.failed('Restoring terminals', error);
        return void this.toRestore.push(...ours);
      }
      // Nobody knows which still run: each tab finds out for itself, as soon as the service can be reached.
      this.toRestore.push(...ours.filter(each => !isOf(each, owner)));
    }
    for (const { sessionId, name, launch, modes } of again) {
      if (!this.tabOf(sessionId)) this.addTab(this.create(loaded, launch, name, { sessionId, modes }, owner));
    }
    this.remember();
  }

  /** Another account is in use, or nobody's: its terminals go on or come back, and all others are cut off meanwhile. */
  accountChanged(): void {
    const { owner, options } = this;
    for (const pty of this.open.keys()) {
      if (pty.owner !== owner) pty.remote.drop(awayFrom(pty.owner, options.account, this.visiting));
      else if (options.account.backend) pty.use(options.account.credentials);
    }
    if (options.account.backend) void this.restore();
  }

  /** The sandbox is visited: terminals of the person's own accounts are cut off until it is left. */
  enter(): void {
    this.visiting = true;
    this.accountChanged();
  }

  /** It is left, and its terminals go with it. */
  leave(): void {
    for (const [pty, terminal] of this.open) {
      if (pty.owner !== VISITOR) continue;
      this.open.delete(pty);
      pty.remote.close(false);
      pty.dispose();
      terminal?.dispose();
    }
    this.visiting = false;
    this.remember();
    this.changed.fire();
  }

  /** These are all the sessions there are. */
  running(sessions: readonly TerminalSession[]): void {
    const { owner } = this;
    if (owner === undefined || owner === VISITOR) return;
    const { account, transcripts } = this.options;
    transcripts.keepAccounts(account.ids.map(scopeOf));
    transcripts.of(scopeOf(owner)).keepOnly(sessions.map(({ id }) => id));
  }

  /** Shows a session that runs already: its tab in this window, or a new one. */
  async attach(session: TerminalSession, name: string): Promise<vscode.Terminal> {
    const loaded = await part();
    const { id } = session;
    const tab = this.tabOf(id);
    const shown = tab && this.open.get(tab);
    if (shown) {
      tab.remote.again();
      shown.show();
      return shown;
    }
    return this.show(this.create(loaded, launchOf(session), name, { sessionId: id, modes: this.modes.get(id) }))
      .terminal;
  }

  /** How a session is shown in this window, in words; undefined if it is not. */
  stateOf(sessionId: string): PlainText | undefined {
    const tab = this.tabOf(sessionId);
    const words = tab && phaseWords[tab.remote.phase];
    return words === undefined ? undefined : plainText(`${words}${NUMBER.exec(tab?.name ?? '')?.[0] ?? ''}`);
  }

  /** How each of this window's tabs is. */
  get phases(): Phase[] {
    return [...this.open.keys()].map(({ remote }) => remote.phase);
  }

  /** Something reached the service: whoever waits for the network need not wait longer. */
  online(): void {
    for (const pty of this.open.keys()) pty.remote.online();
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

  /** Whose terminals are opened here now; nobody's, when signed out. */
  private get owner(): string | undefined {
    return this.visiting ? VISITOR : this.options.account.owner;
  }

  private tabOf(sessionId: string): TerminalPty | undefined {
    const { owner } = this;
    return [...this.open.keys()].find(pty => pty.remote.sessionId === sessionId && pty.owner === owner);
  }

  /** @param connecting told with what */
  private serviceOf(owner: string, connecting = (_: object) => {}): MachineBackend['terminals'] {
    const { account, clock } = this.options;
    return serviceOf(owner, {
      account,
      visiting: () => this.visiting,
      connecting,
      // The service agrees to end a session before it has ended.
      ended: () => clock.after(ENDING_MS, () => this.sessionsChanged.fire()),
    });
  }

  private async fresh(launch: TerminalLaunch, name: string): Promise<TerminalPty> {
    const { owner } = this;
    return this.create(await part(), launch, name, undefined, owner);
  }

  private create(
    { TerminalPty }: Part,
    launch: TerminalLaunch,
    name: string,
    session: { sessionId?: string; modes?: string | undefined } = {},
    owner = this.owner ?? '',
  ): TerminalPty {
    const { clock, log, transcripts } = this.options;
    const service = this.serviceOf(owner, credentials => {
      pty.credentials = credentials;
    });
    const pty: TerminalPty = new TerminalPty(
      this.distinct(name),
      owner,
      { service, clock, log, launch, ...session, modesChanged: () => this.remember() },
      owner === VISITOR ? undefined : transcripts.of(scopeOf(owner)),
    );
    pty.remote.onDidChange(phase => {
      if (phase === 'live') {
        this.online();
        reached('openedTerminal');
      }
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
    if (this.disposed || this.visiting) return;
    const shown = [...this.open.keys()].flatMap(({ name, owner, launch, remote }) => {
      const { sessionId, sessionOver } = remote;
      if (sessionId === undefined || sessionOver) return [];
      return { sessionId, name, launch, account: owner, ...(remote.modes && { modes: remote.modes }) };
    });
    this.options.kept.set([...this.toRestore, ...shown], this.options.account.ids);
  }

  private ptyOf(terminal: vscode.Terminal): TerminalPty | undefined {
    const { creationOptions } = terminal;
    const pty = 'pty' in creationOptions ? creationOptions.pty : undefined;
    return [...this.open.keys()].find(each => each === pty);
  }

  private async closed(pty: TerminalPty, reason: vscode.TerminalExitReason | undefined): Promise<void> {
    this.open.delete(pty);
    const { remote, owner } = pty;
    if (remote.sessionId !== undefined && !remote.sessionOver) this.modes.set(remote.sessionId, remote.modes);
    // A window that closes or reloads takes its tabs with it; nobody said that the work should end.
    const byWindow = reason === vscode.TerminalExitReason.Shutdown;
    if (!byWindow) this.remember();
    const onClose = setting<OnClose>('terminal.onClose', 'ask');
    const { phase, sessionId, sessionOver } = remote;
    const lives = sessionId === undefined ? phase !== 'ended' && phase !== 'closed' : !sessionOver;
    // One that is still being started holds no work yet.
    const end = lives && !byWindow && (onClose === 'end' || sessionId === undefined);
    // Before any question: an open connection that nobody reads would hold up what runs in the session.
    remote.close(end);
    pty.dispose();
    this.changed.fire();
    if (!lives || byWindow || end || onClose !== 'ask' || !sessionId) return;
    // Until the person answers, the session goes on: nothing is lost by not answering.
    const wanted = await askToEnd(pty.name, owner !== VISITOR);
    if (wanted) await this.serviceOf(owner).terminate(sessionId);
  }
}
