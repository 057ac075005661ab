import * as v from 'valibot';
import * as vscode from 'vscode';
import { hasKind } from '../core/errors.js';
import { inputText } from '../ui/prompts.js';
import { command, noArgs, nonEmpty } from './registry.js';
import type { Services } from './services.js';

export const signIn = command({
  id: 'decthings.signIn',
  args: v.object({ apiKey: nonEmpty }),
  async run(services, args) {
    if (args) {
      await services.account.signIn(args.apiKey);
      return;
    }
    let prompt = 'API key, from your account’s page at decthings.com. It is kept in the system’s key store';
    for (;;) {
      const apiKey = await inputText(
        { title: 'Sign In to Decthings' },
        { prompt, password: true, placeholder: 'API key', check: text => (text ? undefined : 'Paste your API key.') },
      );
      try {
        await check(services, apiKey);
        void vscode.window.setStatusBarMessage('$(check) Signed in to Decthings', 5_000);
        return;
      } catch (error) {
        if (!hasKind(error, 'credentials')) throw error;
        prompt = '⚠ Decthings did not accept this key. Check that it is complete and not revoked, and paste it again';
      }
    }
  },
});

function check({ account }: Services, apiKey: string): Thenable<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Checking the key with Decthings…',
    cancellable: true,
  };
  return vscode.window.withProgress(options, (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return account.signIn(apiKey, abort.signal);
  });
}

export const signOut = command({
  id: 'decthings.signOut',
  args: noArgs,
  run: ({ account }) => account.signOut(),
});
