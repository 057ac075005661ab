import * as vscode from 'vscode';

/** What somebody has done: the walkthrough's steps complete by it. */
export function reached(milestone: 'openedTerminal' | 'createdTask' | 'ranCommand'): void {
  void vscode.commands.executeCommand('setContext', `remoteCompute.${milestone}`, true);
}
