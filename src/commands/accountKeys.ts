import { placesText } from '../core/accountKey.js';
import { hasKind, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { EnteredKey } from '../ui/accountUse.js';
import { progress } from '../ui/progress.js';
import { inputText } from '../ui/prompts.js';
import type { Services } from './services.js';

/** Asks for a key until Decthings accepts it. @throws cancelled */
export async function askDecthingsKey({ account }: Services): Promise<EnteredKey> {
  const places = account.places();
  const apiKey = await inputText(
    { title: t('Sign In to Decthings') },
    {
      prompt: t(
        'API key, from your account’s page at decthings.com. It goes to {0} alone, and is kept in the system’s key store',
        placesText(places),
      ),
      password: true,
      placeholder: t('API key'),
      check: text => (text ? undefined : t('Paste your API key.')),
      verify: (text, signal) => account.verify(account.entered(text, places), signal).then(() => undefined, whyNot),
    },
  );
  return { apiKey, places };
}

function whyNot(error: unknown): string {
  return hasKind(error, 'credentials')
    ? t('Decthings did not accept this key. Check that it is complete and not revoked, and paste it again.')
    : toRemoteError(error).message;
}

/** Asks for a key until Swan Chain accepts it. @throws RemoteError, or cancelled */
export async function askSwanKey({ swan }: Services): Promise<EnteredKey> {
  const places = swan.places();
  let prompt = t(
    'API key of your Swan Chain account. It goes to {0} alone, and is kept in the system’s key store',
    placesText(places.slice(0, 1)),
  );
  for (;;) {
    const check = (text: string) => (text ? undefined : t('Paste your API key.'));
    const apiKey = await inputText(
      { title: t('Sign In to Swan Chain') },
      { prompt, password: true, placeholder: t('API key'), check },
    );
    try {
      await progress(t('Checking the key with Swan Chain…'), signal =>
        swan.verify(swan.entered(apiKey, places), signal),
      );
      return { apiKey, places };
    } catch (error) {
      if (!hasKind(error, 'credentials')) throw error;
      prompt = t('⚠ Swan Chain did not accept this key. Check that it is complete, and paste it again');
    }
  }
}
