import * as vscode from 'vscode';
import type { MachineBackend } from '../core/backend.js';
import { hasKind, RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { VISITOR } from './guest.js';

type Service = MachineBackend['terminals'];

/** The accounts, as terminals need to know them. */
export interface TerminalAccount {
  readonly backend: MachineBackend | undefined;
  /** Another object for each key that is used. */
  readonly credentials: object;
  /** Whose things are shown in this window, if anybody's. */
  readonly owner: string | undefined;
  /** Of all the accounts there are. */
  readonly ids: readonly string[];
  ready(): Promise<void>;
  require(): Promise<MachineBackend>;
  accountOf(id: string): { name: string } | undefined;
}

export interface TerminalServiceOptions {
  account: TerminalAccount;
  /** Whether the window is in the sandbox. */
  visiting(): boolean;
  /** A connection is made with these credentials. */
  connecting(credentials: object): void;
  /** A session was ended. */
  ended(): void;
}

/**
 * The service of the terminals of one account, or of the sandbox. Any other does not know their sessions, and would say
 * that they have ended: it is not asked.
 */
export function serviceOf(owner: string, { account, visiting, connecting, ended }: TerminalServiceOptions): Service {
  const isAway = () => owner !== (visiting() ? VISITOR : account.owner);
  const service = async () => {
    await account.ready();
    if (isAway()) throw awayFrom(owner, account, visiting());
    const backend = await account.require();
    // Meanwhile it may have become another's.
    if (isAway()) throw awayFrom(owner, account, visiting());
    return backend.terminals;
  };
  return {
    async list(signal) {
      const sessions = await (await service()).list(signal);
      if (isAway()) throw awayFrom(owner, account, visiting());
      return sessions;
    },
    addFilesystemAccess: async (id, modelId) => (await service()).addFilesystemAccess(id, modelId),
    async connect(handlers, signal) {
      const terminals = await service();
      connecting(account.credentials);
      return terminals.connect(handlers, signal);
    },
    /** Its tab is gone: where this fails, nothing but a message can tell. */
    async terminate(id) {
      try {
        await (await service()).terminate(id);
      } catch (error) {
        if (hasKind(error, 'notFound')) return;
        const why = toRemoteError(error).message;
        void vscode.window.showErrorMessage(
          t('A terminal was not ended, and goes on. End it in the Terminals view. ({0})', why),
        );
        return;
      }
      ended();
    },
  };
}

/** Why a terminal is not served now. @param owner whose it is, which is not whose things are shown */
export function awayFrom(owner: string, account: TerminalAccount, visiting: boolean): RemoteError {
  const name = account.accountOf(owner)?.name;
  const why =
    owner === VISITOR
      ? t('The Sandbox was left.')
      : visiting
        ? t('You are in the Sandbox: this terminal goes on when you leave it.')
        : account.owner === undefined || name === undefined
          ? t('Signed out of Decthings.')
          : t('This terminal is of the account “{0}”: it goes on when you switch back to it.', name);
  return new RemoteError(owner === VISITOR ? 'notFound' : 'credentials', why);
}
