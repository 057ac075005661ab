import * as v from 'valibot';
import * as vscode from 'vscode';
import { hasKind, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { progress } from '../ui/payPrompt.js';
import { inputText } from '../ui/prompts.js';
import type { Wallet } from '../ui/swanAccount.js';
import { askWallet, fromAddress, fromKey, fromKeystore } from '../ui/walletForm.js';
import { command, noArgs, nonEmpty } from './registry.js';
import { leaveFirst } from './sandbox.js';
import type { Services } from './services.js';

export const signInSwan = command({
  id: 'swan.signIn',
  args: v.object({ apiKey: nonEmpty }),
  async run(services, args) {
    const { swan } = services;
    if (args) return await swan.signIn(args.apiKey);
    await leaveFirst(services);
    let prompt = t('API key of your Swan Chain account. It is kept in the system’s key store');
    for (;;) {
      const check = (text: string) => (text ? undefined : t('Paste your API key.'));
      const apiKey = await inputText(
        { title: t('Sign In to Swan Chain') },
        { prompt, password: true, placeholder: t('API key'), check },
      );
      try {
        await progress(t('Checking the key with Swan Chain…'), signal => swan.signIn(apiKey, signal));
        break;
      } catch (error) {
        if (!hasKind(error, 'credentials')) throw error;
        prompt = t('⚠ Swan Chain did not accept this key. Check that it is complete, and paste it again');
      }
    }
    // Without a wallet there are no tasks to list.
    if (!swan.wallet) await vscode.commands.executeCommand('remoteCompute.swan.setWallet');
  },
});

export const signOutSwan = command({
  id: 'swan.signOut',
  args: noArgs,
  async run({ swan, memory }) {
    await swan.signOut();
    memory.set('trustedContracts', {});
  },
});

const walletArgs = v.union([
  v.object({ privateKey: nonEmpty }),
  /** The text of an encrypted JSON wallet. */
  v.object({ keystore: nonEmpty }),
  v.object({ address: nonEmpty }),
]);

/** @returns `{ address }` */
export const setWallet = command({
  id: 'swan.setWallet',
  args: walletArgs,
  async run(services, args) {
    const { payments } = (await services.swan.require()).backend;
    const wallet = args ? await toWallet(services, args) : await askWallet(payments);
    await services.swan.setWallet(wallet);
    return { address: wallet.address };
  },
});

async function toWallet({ swan }: Services, args: v.InferOutput<typeof walletArgs>): Promise<Wallet> {
  const { payments } = (await swan.require()).backend;
  if ('keystore' in args) return await fromKeystore(payments, args.keystore);
  const wallet =
    'privateKey' in args ? await fromKey(payments, args.privateKey) : await fromAddress(payments, args.address);
  if (!wallet) throw new RemoteError('invalid', t('This is neither a private key nor an address.'));
  return wallet;
}
