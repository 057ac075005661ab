import * as vscode from 'vscode';
import { foreignPlaces, type Place, placesText } from '../core/accountKey.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { own } from '../core/plainText.js';
import type { AccountInfo } from '../ui/accountInfo.js';
import { freeName, nameProblem } from '../ui/accountNames.js';
import { pickAccount } from '../ui/accountPick.js';
import { type UseQuestions, useKey } from '../ui/accountUse.js';
import type { Service } from '../ui/memory.js';
import { confirm, inputText, WentBack } from '../ui/prompts.js';
import type { SecretAccount } from '../ui/secretAccount.js';
import type { Wallet } from '../ui/swanAccount.js';
import { askWallet, type Entered, fromAddress, fromKey, fromKeystore } from '../ui/walletForm.js';
import type { KeyArgs, RenameArgs, SignOutArgs, SwitchArgs, WalletArgs } from './account.js';
import { askDecthingsKey, askSwanKey } from './accountKeys.js';
import { leaveFirst } from './sandbox.js';
import type { Services } from './services.js';
import { confirmReplacing, walletLoss } from './walletLoss.js';

/** What is done with accounts: a bundle of its own, loaded with the first of their commands. */

export async function signIn(services: Services, service: Service, args: KeyArgs | undefined) {
  const account = accountOf(services, service);
  await account.ready();
  if (!args) return await signInByPerson(services, service, false);
  const { apiKey, name } = args;
  if (name !== undefined) requireName(account, name);
  const places = account.places();
  // The program may not know what the settings name.
  if (!account.withKey(apiKey)) await confirmPlaces(account.title, foreignPlaces(places, account.options.publicPlaces));
  await account.verify(account.entered(apiKey, places));
  const newName = async () => name ?? freeName(account.title, namesOf(account));
  await useKey(account, { apiKey, places }, { name: newName, replace: askReplace }, name !== undefined);
}

async function confirmPlaces(service: string, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return;
  const detail = t(
    'Another extension signs in to {0} with an API key. The settings name {1}: whoever answers there gets the key, and can do with the account whatever you can. If you have not changed the settings yourself, cancel and open them.',
    service,
    placesText(places),
  );
  await confirm(t('Send an API key to {0}?', placesText(places)), detail, t('Send It There'), undefined);
}

export async function switchAccount(services: Services, service: Service, args: SwitchArgs | undefined) {
  const account = accountOf(services, service);
  await account.ready();
  if (args) await account.switchTo(wanted(account, args.account).id);
  else await switchByPerson(services, service);
  return { account: account.current?.name };
}

export async function renameAccount(services: Services, service: Service, args: RenameArgs | undefined) {
  const account = accountOf(services, service);
  await account.ready();
  account.stayAtHome();
  const { id, name } = wanted(account, args?.account);
  if (args) requireName(account, args.name, id);
  await account.rename(id, args?.name ?? (await askName(account, t('Rename “{0}”', name), name, id)));
}

export async function signOut(services: Services, service: Service, args: SignOutArgs) {
  const account = accountOf(services, service);
  await account.ready();
  account.stayAtHome();
  const { current } = account;
  // Nobody is signed out already.
  if (!args?.account && !current) return;
  await forget(services, service, wanted(account, args?.account), args === undefined);
}

/** Whoever asks, a person says so who sees both. */
export async function allowAddress(services: Services, service: Service) {
  const account = accountOf(services, service);
  await account.ready();
  account.stayAtHome();
  const { id, name } = wanted(account, undefined);
  const before = account.currentKey?.places ?? [];
  const places = account.places();
  const others = places.filter(each => !before.includes(each));
  if (others.length === 0) return;
  const detail = t(
    'The key was entered for: {0}\nThe settings now name: {1}\n\nWhoever answers there gets the key, and can do with the account whatever you can. If you have not changed the settings yourself, cancel and open them.',
    placesText(before),
    placesText(others),
  );
  await confirm(t('Send the key of “{0}” to {1}?', name, placesText(others)), detail, t('Send It There'), undefined);
  await account.allow(id, others);
}

export async function setWallet(services: Services, args: WalletArgs | undefined) {
  const { payments } = (await services.swan.require()).backend;
  services.swan.stayAtHome();
  // While the form is open, another account can come into use.
  const { id, name } = wanted(services.swan, undefined);
  const { wallet, signer } = args ? await toWallet(services, args) : await askWallet(payments);
  await confirmReplacing(services, id, name, wallet);
  await services.swan.setWallet(id, wallet, signer);
  return { address: wallet.address };
}

async function signInByPerson(services: Services, service: Service, beside: boolean): Promise<void> {
  const account = accountOf(services, service);
  await leaveFirst(services);
  // Somebody who signed out of one of several may want another of them.
  if (!beside && !account.signedIn && account.accounts.length > 0) return await switchByPerson(services, service);
  const entered = await (service === 'swan' ? askSwanKey(services) : askDecthingsKey(services));
  const title = t('Name the Account');
  const name = () => askName(account, title, freeName(account.title, namesOf(account)));
  await useKey(account, entered, { name, replace: askReplace }, beside);
  if (service === 'decthings') {
    void vscode.window.setStatusBarMessage(t('$(check) Signed in to Decthings'), 5_000);
  } else if (!services.swan.wallet) {
    // Without a wallet there are no tasks to list.
    await vscode.commands.executeCommand('remoteCompute.swan.setWallet');
  }
}

async function switchByPerson(services: Services, service: Service): Promise<void> {
  const account = accountOf(services, service);
  const title = service === 'swan' ? t('Switch Swan Account') : t('Switch Decthings Account');
  for (;;) {
    if (account.accounts.length === 0) return await signInByPerson(services, service, false);
    const items = account.accounts.map(each => ({
      ...each,
      current: each.id === account.current?.id,
      detail: service === 'swan' ? walletText(services.swan.walletOf(each.id)) : '',
    }));
    const choice = await pickAccount({ title }, items);
    if (choice.type === 'use') return await account.switchTo(choice.id);
    if (choice.type === 'add') return await signInByPerson(services, service, true);
    const chosen = wanted(account, choice.id);
    try {
      if (choice.type === 'signOut') await forget(services, service, chosen, true);
      else
        await account.rename(
          chosen.id,
          await askName(account, t('Rename “{0}”', chosen.name), chosen.name, chosen.id, true),
        );
    } catch (error) {
      if (!(error instanceof WentBack)) throw error;
    }
  }
}

async function forget(services: Services, service: Service, { id, name }: AccountInfo, ask: boolean): Promise<void> {
  const account = accountOf(services, service);
  const what =
    service === 'swan'
      ? t('Its API key and its wallet are forgotten in all windows. Its tasks go on.')
      : t('Its API key is forgotten in all windows. What runs in it goes on.');
  // While the question is open, another window may give the account a wallet that it does not name.
  for (let told: string | undefined; ask; ) {
    const loss = service === 'swan' ? await walletLoss(services, id) : [];
    if (loss.join('\n') === told || (account.accounts.length < 2 && loss.length === 0)) break;
    told = loss.join('\n');
    const detail = loss.length > 0 ? [what, own(''), ...loss] : what;
    await confirm(t('Sign out of “{0}”?', name), detail, t('Sign Out'), undefined);
  }
  await account.signOut(id);
}

/** A refused key may be one of another network, whose wallet is not the new key's. @throws cancelled */
const askReplace: UseQuestions['replace'] = async ({ name }) => {
  const [replace, add] = [t('Replace the Key of “{0}”', name), t('Add an Account')];
  const detail = t(
    'The service refuses the key of this account, as it does with one that was revoked, or that is of another network. Replace it only by a key of the same account: all else that is kept for the account stays.',
  );
  const message = t('Is this a new key of “{0}”?', name);
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, replace, add);
  if (answer === undefined) throw cancelled();
  return answer === replace;
};

function accountOf({ account, swan }: Services, service: Service): SecretAccount<unknown> {
  return service === 'swan' ? swan : account;
}

/** @throws RemoteError where there is none */
function wanted({ accounts, current }: SecretAccount<unknown>, account: string | undefined): AccountInfo {
  const found =
    account === undefined
      ? current
      : (accounts.find(({ id }) => id === account) ?? accounts.find(({ name }) => name === account));
  if (found) return found;
  if (account === undefined) throw new RemoteError('credentials', t('Nobody is signed in.'));
  throw new RemoteError('notFound', t('There is no account “{0}”. “Switch Account…” shows those there are.', account));
}

function namesOf({ accounts }: SecretAccount<unknown>, but?: string): string[] {
  return accounts.flatMap(({ id, name }) => (id === but ? [] : name));
}

function requireName(account: SecretAccount<unknown>, name: string, of?: string): void {
  const problem = nameProblem(name, namesOf(account, of));
  if (problem !== undefined) throw new RemoteError('invalid', problem);
}

function askName(
  account: SecretAccount<unknown>,
  title: string,
  value: string,
  of?: string,
  canGoBack = false,
): Promise<string> {
  const prompt = t('What the account is called here. It stands beside the views’ titles, where there are several');
  const check = (name: string) => nameProblem(name, namesOf(account, of));
  return inputText({ title: title, canGoBack }, { prompt, value, check });
}

/** `0x1234…abcd`. */
function walletText(wallet: Wallet | undefined): string {
  return wallet ? `${wallet.address.slice(0, 6)}…${wallet.address.slice(-4)}` : t('no wallet');
}

async function toWallet({ swan }: Services, args: WalletArgs): Promise<Entered> {
  const { payments } = (await swan.require()).backend;
  if ('keystore' in args) return await fromKeystore(payments, args.keystore);
  const wallet =
    'privateKey' in args ? await fromKey(payments, args.privateKey) : await fromAddress(payments, args.address);
  if (!wallet) throw new RemoteError('invalid', t('This is neither a private key nor an address.'));
  return { wallet };
}
