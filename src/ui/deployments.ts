import * as vscode from 'vscode';
import type { SwanAccount } from './swanAccount.js';

/** What the service says of a task, whole, as a read-only document that is asked for anew each time it is shown. */
export class Deployments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly account: SwanAccount) {}

  refresh(uri: vscode.Uri): void {
    this.changed.fire(uri);
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { backend } = await this.account.require();
    const id = decodeURIComponent(uri.path.slice(1).replace(/\.json$/, ''));
    return await backend.tasks.deployment(id, abort.signal);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
