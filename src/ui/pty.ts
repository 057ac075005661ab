import * as vscode from 'vscode';
import type { TerminalLaunch } from '../core/backend.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { RemoteTerminal } from '../terminal/remoteTerminal.js';
import type { RemoteTerminalOptions } from '../terminal/remoteTerminalOptions.js';
import type { Phase } from '../terminal/state.js';
import { dimLine } from '../terminal/words.js';
import type { Transcripts } from './transcripts.js';

const suffixes: Partial<Record<Phase, string>> = {
  connecting: t(' (connecting…)'),
  launching: t(' (starting…)'),
  attaching: t(' (attaching…)'),
  waiting: t(' (reconnecting…)'),
  ended: t(' (ended)'),
};

const TOLD_MS = 10_000;
const KEEP_ALIVE = t('Keep It Running');

/** A remote terminal as VS Code wants one. */
export class TerminalPty implements vscode.Pseudoterminal, vscode.Disposable {
  private readonly write = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number | undefined>();
  private readonly renamed = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.write.event;
  readonly onDidClose = this.closed.event;
  readonly onDidChangeName = this.renamed.event;
  readonly remote: RemoteTerminal;
  readonly launch: TerminalLaunch;
  /** What its connection was made with. */
  credentials: object | undefined;

  /** @param owner whose it is */
  constructor(
    readonly name: string,
    readonly owner: string,
    options: Omit<RemoteTerminalOptions, 'show' | 'leave' | 'warnIdle' | 'mayRun' | 'tell'>,
    private readonly transcripts: Transcripts | undefined,
  ) {
    this.launch = options.launch;
    this.remote = new RemoteTerminal({
      ...options,
      show: text => this.show(text),
      tell: (text, matters) => tell(`${this.name}: ${text}`, matters),
      leave: exitCode => this.closed.fire(exitCode),
      warnIdle: leftMs => void this.warnIdle(leftMs),
      mayRun: ({ message }) => void vscode.window.showErrorMessage(mayRunText(message)),
    });
    this.remote.onDidChange(phase => this.phaseChanged(phase));
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    const { sessionId } = this.remote;
    const earlier = sessionId === undefined ? '' : this.transcripts?.recall(sessionId);
    if (earlier)
      this.write.fire(earlier + dimLine(t('Seen before, kept on this machine. Output since then may be missing.')));
    this.remote.start(dimensions && size(dimensions));
  }

  /** Says nothing of why the tab was closed; `Terminals` hears of that, and acts. */
  close(): void {}

  handleInput(text: string): void {
    this.remote.input(text);
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.remote.resize(size(dimensions));
  }

  /** These are the credentials of its owner now: with others, nothing more would be done for it. */
  use(credentials: object): void {
    const former = this.credentials;
    this.credentials = credentials;
    if (former && former !== credentials) {
      this.remote.renew(new RemoteError('network', t('The API key was replaced.')));
    }
    this.remote.again();
  }

  dispose(): void {
    const { sessionId } = this.remote;
    if (sessionId !== undefined) this.transcripts?.release(sessionId);
    this.write.dispose();
    this.closed.dispose();
    this.renamed.dispose();
  }

  private show(text: string): void {
    const { sessionId, sessionOver } = this.remote;
    if (sessionId !== undefined && !sessionOver) this.transcripts?.record(sessionId, text);
    this.write.fire(text);
  }

  private phaseChanged(phase: Phase): void {
    this.renamed.fire(this.name + (suffixes[phase] ?? ''));
    const { sessionOver, sessionId } = this.remote;
    if (sessionOver && sessionId !== undefined) this.transcripts?.forget(sessionId);
  }

  private async warnIdle(leftMs: number): Promise<void> {
    const minutes = Math.max(1, Math.round(leftMs / 60_000));
    const soon = minutes === 1 ? t('in about 1 minute') : t('in about {0} minutes', minutes);
    const message = t(
      'The terminal of {0} has had no input for a while: Decthings will end it {1}, with what runs in it.',
      this.name,
      soon,
    );
    const answer = await vscode.window.showWarningMessage(message, KEEP_ALIVE);
    if (answer === KEEP_ALIVE) this.remote.keepAlive();
  }
}

/** A program has the screen: what the tab's name does not tell is said where it is seen beside it. */
function tell(text: string, matters: boolean): void {
  if (matters) void vscode.window.showWarningMessage(text);
  else vscode.window.setStatusBarMessage(text, TOLD_MS);
}

function mayRunText(why: string): string {
  return t('A terminal was closed while it was being started, and may be running: see the Terminals view. ({0})', why);
}

function size({ columns, rows }: vscode.TerminalDimensions) {
  return { cols: columns, rows };
}
