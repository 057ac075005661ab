import * as vscode from 'vscode';

/** What lists and input boxes have in common, where nothing happens to one but that it is accepted. */
export function acceptable() {
  const accepted = new vscode.EventEmitter<void>();
  const never = new vscode.EventEmitter<never>().event;
  return {
    onDidAccept: accepted.event,
    onDidHide: never,
    onDidChangeValue: never,
    onDidTriggerButton: never,
    onDidTriggerItemButton: never,
    accept: () => accepted.fire(),
    dispose: () => accepted.dispose(),
  };
}
