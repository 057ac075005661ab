import * as vscode from 'vscode';
import type { MachineBackend } from '../core/backend.js';
import { hasKind, RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { inert } from './strangers.js';

type Service = MachineBackend['terminals'];

export interface TerminalServiceOptions {
  /** Of the account that is there now. */
  backend(): Promise<MachineBackend>;
  /** Whether that is the sandbox's. */
  visiting(): boolean;
  /** A session was ended. */
  ended(): void;
}

/**
 * The service of terminals that are the sandbox's, or that are not. The account of the others does not know their
 * sessions, and would say that they have ended: it is not asked.
 */
export function serviceOf(visitor: boolean, { backend, visiting, ended }: TerminalServiceOptions): Service {
  const service = async () => {
    if (visitor && !visiting()) throw new RemoteError('notFound', t('The Sandbox was left.'));
    if (!visitor && visiting()) throw inSandbox();
    return (await backend()).terminals;
  };
  return {
    list: async signal => (await service()).list(signal),
    addFilesystemAccess: async (id, modelId) => (await service()).addFilesystemAccess(id, modelId),
    connect: async (handlers, signal) => (await service()).connect(handlers, signal),
    /** Its tab is gone: where this fails, nothing but a message can tell. */
    async terminate(id) {
      try {
        await (await service()).terminate(id);
      } catch (error) {
        if (hasKind(error, 'notFound')) return;
        const why = inert(toRemoteError(error).message);
        void vscode.window.showErrorMessage(
          t('A terminal was not ended, and goes on. End it in the Terminals view. ({0})', why),
        );
        return;
      }
      ended();
    },
  };
}

export function inSandbox(): RemoteError {
  return new RemoteError('credentials', t('You are in the Sandbox: this terminal goes on when you leave it.'));
}
