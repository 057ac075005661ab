import * as vscode from 'vscode';
import { hasKind, type RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { RemoteCommand, type RemoteCommandOptions } from '../terminal/remoteCommand.js';
import { dimLine } from '../terminal/words.js';
import { reached } from './milestones.js';

/** What is to run, when it may. */
export interface PreparedCommand extends Pick<RemoteCommandOptions, 'service' | 'clock' | 'log' | 'launch'> {
  /** Said before its output. */
  heading: string;
}

const NOT_RUN = 1;

/** A remote command as VS Code wants what runs in a task's terminal. */
export class CommandPty implements vscode.Pseudoterminal {
  private readonly write = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number | undefined>();
  readonly onDidWrite = this.write.event;
  readonly onDidClose = this.closed.event;
  private command: RemoteCommand | undefined;
  private over = false;

  /**
   * @param prepare checks and asks; it rejects where nothing is to run
   * @param onDidEnd called once
   */
  constructor(
    private readonly prepare: () => Promise<PreparedCommand>,
    private readonly onDidEnd: () => void,
  ) {}

  open(): void {
    void this.run();
  }

  /** Its tab is closed, or its task terminated. */
  close(): void {
    this.command?.end();
    this.leave(NOT_RUN);
  }

  handleInput(text: string): void {
    if (this.command) this.command.input(text);
    else if (text.includes('\x03')) this.leave(NOT_RUN);
  }

  drop(error: RemoteError): void {
    this.command?.drop(error);
  }

  private async run(): Promise<void> {
    try {
      const { heading, ...options } = await this.prepare();
      if (this.over) return;
      this.write.fire(dimLine(heading));
      this.command = new RemoteCommand({
        ...options,
        show: text => this.write.fire(text),
        ended: exitCode => this.leave(exitCode),
        notEnded: error => void vscode.window.showErrorMessage(notEndedText(error)),
      });
      this.command.start();
      reached('ranCommand');
    } catch (error) {
      const why = hasKind(error, 'cancelled') ? t('It was not run.') : toRemoteError(error).message;
      if (!this.over) this.write.fire(dimLine(why));
      this.leave(NOT_RUN);
    }
  }

  private leave(exitCode: number): void {
    if (this.over) return;
    this.over = true;
    this.closed.fire(exitCode);
    this.onDidEnd();
  }
}

function notEndedText(error: RemoteError): string {
  return t(
    'A command was not ended, and may go on. Delete its launcher to be sure; a temporary machine goes when its time is up. ({0})',
    error.message,
  );
}
