import { Worker } from 'node:worker_threads';
import { cancelled, RemoteError } from '../../../core/errors.js';
import { t } from '../../../core/l10n.js';
import type { Keystore } from './format.js';
import { passwordForms } from './passwords.js';
import type { Answer, Work } from './worker.js';

export interface OpenOptions {
  /** From 0 to 1. */
  progress?: ((done: number) => void) | undefined;
  /** Ends the work. */
  signal?: AbortSignal | undefined;
}

/**
 * Decrypts the private key in a thread of its own, since it takes seconds by design. The thread goes with its process.
 * @throws RemoteError of kind `credentials` for a wrong password, or cancelled
 */
export async function decryptKey(keystore: Keystore, password: string, options: OpenOptions): Promise<Uint8Array> {
  const { progress, signal } = options;
  if (signal?.aborted) throw cancelled();
  const work: Work = { keystore, passwords: passwordForms(password) };
  // Of the window's own environment and flags it needs nothing.
  const worker = new Worker(require.resolve('./worker.js'), { workerData: work, env: {}, execArgv: [] });
  const ended = new AbortController();
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(cancelled()), { signal: ended.signal });
      worker.on('message', (answer: Answer) => {
        if (answer.type === 'progress') progress?.(answer.done);
        else if (answer.type === 'opened') resolve(answer.key);
        else reject(refusal(answer));
      });
      worker.on('error', error => reject(failure(error.message)));
      worker.on('exit', code => reject(failure(t('It ended with code {0}.', code))));
    });
  } finally {
    ended.abort();
    void worker.terminate();
  }
}

function refusal({ type }: Answer): RemoteError {
  return type === 'no memory'
    ? new RemoteError('refused', t('This machine has not enough free memory to open this keystore.'))
    : new RemoteError('credentials', t('The keystore does not open with this password. Try again.'));
}

function failure(why: string): RemoteError {
  return new RemoteError('service', t('The keystore could not be opened. {0}', why));
}
