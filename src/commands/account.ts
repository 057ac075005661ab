import * as v from 'valibot';
import * as vscode from 'vscode';
import { hasKind, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { inputText } from '../ui/prompts.js';
import { inert } from '../ui/strangers.js';
import { command, noArgs, nonEmpty } from './registry.js';
import { leaveFirst } from './sandbox.js';
import type { Services } from './services.js';

export const signIn = command({
  id: 'decthings.signIn',
  args: v.object({ apiKey: nonEmpty }),
  async run(services, args) {
    if (args) {
      await services.account.signIn(args.apiKey);
      return;
    }
    await leaveFirst(services);
    await inputText(
      { title: t('Sign In to Decthings') },
      {
        prompt: t('API key, from your account’s page at decthings.com. It is kept in the system’s key store'),
        password: true,
        placeholder: t('API key'),
        check: text => (text ? undefined : t('Paste your API key.')),
        verify: (apiKey, signal) => whyNot(services, apiKey, signal),
      },
    );
    void vscode.window.setStatusBarMessage(t('$(check) Signed in to Decthings'), 5_000);
  },
});

/** Signs in. @returns what is wrong, where that fails: the key can then be pasted again */
async function whyNot({ account }: Services, apiKey: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await account.signIn(apiKey, signal);
    return undefined;
  } catch (error) {
    return hasKind(error, 'credentials')
      ? t('Decthings did not accept this key. Check that it is complete and not revoked, and paste it again.')
      : inert(toRemoteError(error).message);
  }
}

export const signOut = command({
  id: 'decthings.signOut',
  args: noArgs,
  run: ({ account }) => account.signOut(),
});
