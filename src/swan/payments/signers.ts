import { getAddress, isError, Transaction, verifyMessage, Wallet } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { OfferedContract, Signer } from '../../core/payments.js';
import type { ContractInfo } from '../contractInfo.js';
import { same } from './contracts.js';

/** A closure holds the key, so that nothing that prints or stores a signer can come by it. */
function signerOf(wallet: { address: string; signTransaction(transaction: Transaction): Promise<string> }): Signer {
  return { address: wallet.address, sign: unsigned => wallet.signTransaction(Transaction.from(unsigned)) };
}

export function signerFromKey(privateKey: string): Signer {
  const text = privateKey.trim();
  const hex = text.startsWith('0x') ? text : `0x${text}`;
  // An error of the library would quote the key.
  if (!/^0x[0-9a-fA-F]{64}$/.test(hex)) throw invalidKey();
  try {
    return signerOf(new Wallet(hex));
  } catch {
    throw invalidKey();
  }
}

function invalidKey(): RemoteError {
  return new RemoteError('invalid', t('This is no private key: it should be 64 hexadecimal digits.'));
}

export async function signerFromKeystore(
  keystore: string,
  password: string,
  progress?: (done: number) => void,
): Promise<Signer> {
  try {
    return signerOf(await Wallet.fromEncryptedJson(keystore, password, progress));
  } catch (error) {
    if (isError(error, 'INVALID_ARGUMENT') && error.argument === 'password') {
      throw new RemoteError('credentials', t('The keystore does not open with this password. Try again.'));
    }
    throw new RemoteError('invalid', t('This is no encrypted keystore file that can be read (JSON, version 3).'));
  }
}

/** In its checksummed form. One in mixed case whose checksum is wrong is mistyped. */
export function checkAddress(text: string): string | undefined {
  try {
    return /^0x[0-9a-fA-F]{40}$/.test(text.trim()) ? getAddress(text.trim()) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the network's known address signed what the service offers. */
export function offered(info: ContractInfo, expected: string | undefined): OfferedContract {
  const { client, token, signature, signedText } = info;
  const contract = { client: getAddress(client.toLowerCase()), token: getAddress(token.toLowerCase()) };
  if (signature === undefined) return { ...contract, trust: 'unsigned' };
  try {
    const signer = verifyMessage(signedText, signature);
    const known = expected !== undefined && same(signer, expected);
    return { ...contract, trust: known ? 'signed' : 'other signer', signer };
  } catch {
    return { ...contract, trust: 'unsigned' };
  }
}
