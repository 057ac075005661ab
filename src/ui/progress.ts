import * as vscode from 'vscode';
import { inert } from './strangers.js';

/** Shows that something is under way. A payment that is signed cannot be called off by closing its message. */
export function progress<T>(title: string, act: (signal: AbortSignal) => Promise<T>, cancellable = true): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: inert(title), cancellable },
    (_report, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return act(abort.signal);
    },
  );
}
