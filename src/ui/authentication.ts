import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import type { DecthingsAccount } from './account.js';

const PROVIDER = 'remoteCompute.decthings';
const SESSION_ID = 'decthings';

/** Decthings in VS Code's Accounts menu. Another extension that asks for the session is given the key on consent. */
export function registerAuthentication(
  account: DecthingsAccount,
  signIn: () => Promise<void>,
  signOut: () => Promise<void>,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  let shown = session(account);

  const subscription = account.onDidChange(() => {
    const before = shown;
    shown = session(account);
    if (before?.accessToken === shown?.accessToken) return;
    changed.fire({
      added: shown && !before ? [shown] : [],
      removed: before && !shown ? [before] : [],
      changed: shown && before ? [shown] : [],
    });
  });

  const provider: vscode.AuthenticationProvider = {
    onDidChangeSessions: changed.event,
    async getSessions() {
      await account.ready();
      shown = session(account);
      return shown ? [shown] : [];
    },
    async createSession() {
      await signIn();
      const created = session(account);
      if (!created) throw new vscode.CancellationError();
      return created;
    },
    removeSession: () => signOut(),
  };
  return vscode.Disposable.from(
    changed,
    subscription,
    vscode.authentication.registerAuthenticationProvider(PROVIDER, 'Decthings', provider, {
      supportsMultipleAccounts: false,
    }),
  );
}

function session(account: DecthingsAccount): vscode.AuthenticationSession | undefined {
  const { key } = account;
  if (key === undefined) return undefined;
  return { id: SESSION_ID, accessToken: key, account: { id: SESSION_ID, label: t('API key') }, scopes: [] };
}
