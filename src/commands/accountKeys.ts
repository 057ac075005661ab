import { hasKind, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { progress } from '../ui/progress.js';
import { inputText } from '../ui/prompts.js';
import { inert } from '../ui/strangers.js';
import type { Services } from './services.js';

/** Asks for a key until Decthings accepts it. @throws cancelled */
export function askDecthingsKey({ account }: Services): Promise<string> {
  return inputText(
    { title: t('Sign In to Decthings') },
    {
      prompt: t('API key, from your account’s page at decthings.com. It is kept in the system’s key store'),
      password: true,
      placeholder: t('API key'),
      check: text => (text ? undefined : t('Paste your API key.')),
      verify: (apiKey, signal) => account.verify(apiKey, signal).then(() => undefined, whyNot),
    },
  );
}

function whyNot(error: unknown): string {
  return hasKind(error, 'credentials')
    ? t('Decthings did not accept this key. Check that it is complete and not revoked, and paste it again.')
    : inert(toRemoteError(error).message);
}

/** Asks for a key until Swan Chain accepts it. @throws RemoteError, or cancelled */
export async function askSwanKey({ swan }: Services): Promise<string> {
  let prompt = t('API key of your Swan Chain account. It is kept in the system’s key store');
  for (;;) {
    const check = (text: string) => (text ? undefined : t('Paste your API key.'));
    const apiKey = await inputText(
      { title: t('Sign In to Swan Chain') },
      { prompt, password: true, placeholder: t('API key'), check },
    );
    try {
      await progress(t('Checking the key with Swan Chain…'), signal => swan.verify(apiKey, signal));
      return apiKey;
    } catch (error) {
      if (!hasKind(error, 'credentials')) throw error;
      prompt = t('⚠ Swan Chain did not accept this key. Check that it is complete, and paste it again');
    }
  }
}
