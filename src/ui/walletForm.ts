import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Payments } from '../core/payments.js';
import { type Choice, inputText, pick } from './prompts.js';
import type { Wallet } from './swanAccount.js';

type Way = Wallet['type'];

const ways: Choice<Way>[] = [
  {
    label: t('$(key) Private key'),
    detail: t('Kept in the system’s key store. Payments are signed here, each after you confirm it.'),
    value: 'key',
  },
  {
    label: t('$(lock) Keystore file'),
    detail: t('An encrypted JSON wallet. Its password is asked once per window, and never kept.'),
    value: 'keystore',
  },
  {
    label: t('$(eye) Address alone'),
    detail: t('Nothing can be signed here: pay elsewhere, and paste the transaction’s hash.'),
    value: 'address',
  },
];

/** Asks for a wallet. @throws cancelled */
export async function askWallet(payments: Payments): Promise<Wallet> {
  const title = t('Set Wallet');
  const way = await pick({ title }, ways, { placeholder: t('How payments are to be signed') });
  if (way === 'keystore') return await askKeystore(payments);
  const prompt = way === 'key' ? t('Private key of the wallet') : t('Address of the wallet');
  let problem = '';
  for (;;) {
    const text = await inputText(
      { title },
      {
        prompt: problem || prompt,
        password: way === 'key',
        check: typed => (typed ? undefined : t('This is needed.')),
      },
    );
    const wallet = way === 'key' ? await fromKey(payments, text) : await fromAddress(payments, text);
    if (wallet) return wallet;
    problem =
      way === 'key'
        ? t('⚠ This is not a private key: 64 hexadecimal digits are needed')
        : t('⚠ This is not an address: 0x and 40 hexadecimal digits are needed');
  }
}

/** @returns `undefined` for what is no key */
export async function fromKey(payments: Payments, privateKey: string): Promise<Wallet | undefined> {
  try {
    const { address } = await payments.signerFromKey(privateKey);
    return { type: 'key', address, privateKey };
  } catch (error) {
    if (error instanceof RemoteError && error.kind === 'invalid') return undefined;
    throw error;
  }
}

/** @returns `undefined` for what is no address */
export async function fromAddress(payments: Payments, text: string): Promise<Wallet | undefined> {
  const address = await payments.checkAddress(text);
  return address === undefined ? undefined : { type: 'address', address };
}

async function askKeystore(payments: Payments): Promise<Wallet> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: t('Keystore File'),
      openLabel: t('Use This Wallet'),
      filters: { [t('Keystore')]: ['json'], [t('All Files')]: ['*'] },
    })) ?? [];
  if (!file) throw new RemoteError('cancelled', t('Cancelled'));
  return await fromKeystore(payments, new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
}

/** The address is in the file, unencrypted. @throws RemoteError of kind `invalid` */
export async function fromKeystore(payments: Payments, keystore: string): Promise<Wallet> {
  const bare = /"address"\s*:\s*"(?:0x)?([0-9a-fA-F]{40})"/.exec(keystore)?.[1];
  const address = bare && (await payments.checkAddress(`0x${bare.toLowerCase()}`));
  if (!address) throw new RemoteError('invalid', t('This file is not an encrypted JSON wallet with an address.'));
  return { type: 'keystore', address, keystore };
}
