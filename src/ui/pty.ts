import * as vscode from 'vscode';
import type { Phase } from '../terminal/machine.js';
import { RemoteTerminal, type RemoteTerminalOptions } from '../terminal/remoteTerminal.js';

const suffixes: Partial<Record<Phase, string>> = {
  connecting: ' (connecting…)',
  launching: ' (starting…)',
  attaching: ' (attaching…)',
  waiting: ' (reconnecting…)',
  ended: ' (ended)',
};

/** A remote terminal as VS Code wants one. */
export class TerminalPty implements vscode.Pseudoterminal, vscode.Disposable {
  private readonly write = new vscode.EventEmitter<string>();
  // biome-ignore lint/suspicious/noConfusingVoidType: VS Code's own type
  private readonly closed = new vscode.EventEmitter<number | void>();
  private readonly renamed = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.write.event;
  readonly onDidClose = this.closed.event;
  readonly onDidChangeName = this.renamed.event;
  readonly remote: RemoteTerminal;

  constructor(
    readonly name: string,
    options: Omit<RemoteTerminalOptions, 'show' | 'leave'>,
  ) {
    this.remote = new RemoteTerminal({
      ...options,
      show: text => this.write.fire(text),
      leave: exitCode => this.closed.fire(exitCode),
    });
    this.remote.onDidChange(phase => this.renamed.fire(this.name + (suffixes[phase] ?? '')));
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
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

  dispose(): void {
    this.write.dispose();
    this.closed.dispose();
    this.renamed.dispose();
  }
}

function size({ columns, rows }: vscode.TerminalDimensions) {
  return { cols: columns, rows };
}
