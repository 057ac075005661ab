import { hasKind } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Payments, Signer } from '../core/payments.js';
import { progress } from './progress.js';
import { inputText } from './prompts.js';

/** Asks for the password until the keystore opens. @throws cancelled, or what is wrong with the file */
export async function openKeystore(payments: Payments, keystore: string): Promise<Signer> {
  let prompt = t('Password of the keystore. It is used in this window, and not kept');
  for (;;) {
    const password = await inputText({ title: t('Open the Wallet') }, { prompt, password: true, exact: true });
    try {
      return await progress(t('Opening the wallet…'), (signal, report) =>
        payments.signerFromKeystore(keystore, password, report, signal),
      );
    } catch (error) {
      if (!hasKind(error, 'credentials')) throw error;
      prompt = t('⚠ This password does not open the keystore. Try again');
    }
  }
}
