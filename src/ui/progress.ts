import * as vscode from 'vscode';

/**
 * Shows that something is under way. A payment that is signed cannot be called off by closing its message.
 * @param act may report how far it is, from 0 to 1
 */
export function progress<T>(
  title: string,
  act: (signal: AbortSignal, report: (done: number) => void) => Promise<T>,
  cancellable = true,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: title, cancellable },
    (shown, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      let told = 0;
      return act(abort.signal, done => {
        shown.report({ increment: (done - told) * 100 });
        told = done;
      });
    },
  );
}
