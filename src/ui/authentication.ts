import * as vscode from 'vscode';
import type { DecthingsAccount } from './account.js';

const PROVIDER = 'remoteCompute.decthings';

/**
 * The Decthings accounts in VS Code's Accounts menu, a session each. Another extension that asks for one is given its
 * key on consent.
 */
export function registerAuthentication(account: DecthingsAccount): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  let shown = sessions(account);

  const tell = () => {
    const before = shown;
    shown = sessions(account);
    const added = shown.filter(each => !before.some(({ id }) => id === each.id));
    const removed = before.filter(each => !shown.some(({ id }) => id === each.id));
    const differs = (each: vscode.AuthenticationSession, other: vscode.AuthenticationSession) =>
      each.id === other.id && (each.accessToken !== other.accessToken || each.account.label !== other.account.label);
    const others = shown.filter(each => before.some(other => differs(each, other)));
    if (added.length + removed.length + others.length > 0) changed.fire({ added, removed, changed: others });
  };

  const provider: vscode.AuthenticationProvider = {
    onDidChangeSessions: changed.event,
    async getSessions(_scopes, options) {
      await account.ready();
      shown = sessions(account);
      const wanted = options?.account;
      return wanted ? shown.filter(each => each.account.id === wanted.id) : shown;
    },
    async createSession() {
      await vscode.commands.executeCommand('remoteCompute.decthings.signIn');
      const created = sessions(account).find(({ id }) => id === account.current?.id);
      if (!created) throw new vscode.CancellationError();
      return created;
    },
    removeSession: async id =>
      void (await vscode.commands.executeCommand('remoteCompute.decthings.signOut', { account: id })),
  };
  return vscode.Disposable.from(
    changed,
    account.onDidChange(tell),
    account.onDidChangeAccounts(tell),
    vscode.authentication.registerAuthenticationProvider(PROVIDER, 'Decthings', provider, {
      supportsMultipleAccounts: true,
    }),
  );
}

function sessions(account: DecthingsAccount): vscode.AuthenticationSession[] {
  return account.keys.map(({ id, name, key }) => ({
    id,
    accessToken: key,
    account: { id, label: name },
    scopes: [],
  }));
}
