import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Payments, Signer } from '../core/payments.js';
import { openKeystore } from './keystorePassword.js';
import { type Choice, inputText, pick } from './prompts.js';
import type { Wallet } from './swanAccount.js';

type Way = Wallet['type'];

/** A wallet, and what signs for it where that is known already. */
export interface Entered {
  wallet: Wallet;
  signer?: Signer;
}

/** Files of keystores have a kilobyte. */
const MAX_BYTES = 256 * 1024;

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
export async function askWallet(payments: Payments): Promise<Entered> {
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
    if (wallet) return { wallet };
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

async function askKeystore(payments: Payments): Promise<Entered> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: t('Keystore File'),
      openLabel: t('Use This Wallet'),
      filters: { [t('Keystore')]: ['json'], [t('All Files')]: ['*'] },
    })) ?? [];
  if (!file) throw new RemoteError('cancelled', t('Cancelled'));
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MAX_BYTES) {
    throw new RemoteError(
      'invalid',
      t('This file is not an encrypted JSON wallet: it is larger than {0} KiB.', MAX_BYTES / 1024),
    );
  }
  return await fromKeystore(payments, new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
}

/**
 * Where the file does not say its address, it is opened for it: wallets such as Foundry's leave it out.
 * @throws RemoteError of kind `invalid`, or cancelled
 */
export async function fromKeystore(payments: Payments, keystore: string): Promise<Entered> {
  const address = await payments.addressInKeystore(keystore);
  if (address !== undefined) return { wallet: { type: 'keystore', address, keystore } };
  const signer = await openKeystore(payments, keystore);
  return { wallet: { type: 'keystore', address: signer.address, keystore }, signer };
}
