import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { TerminalPty } from './pty.js';

/** Resolves with the session's id once it is live. @throws RemoteError if it ends before */
export function untilLive({ remote }: TerminalPty): Promise<string> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const { phase, sessionId } = remote;
      if (phase === 'live' && sessionId !== undefined) resolve(sessionId);
      else if (phase === 'ended' || phase === 'closed') {
        reject(remote.failure ?? new RemoteError('service', t('The terminal ended as soon as it was started.')));
      } else return;
      subscription.dispose();
    };
    const subscription = remote.onDidChange(check);
    check();
  });
}
