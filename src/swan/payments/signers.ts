import { getAddress, Transaction, verifyMessage, Wallet } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { OfferedContract, Signer } from '../../core/payments.js';
import type { ContractInfo } from '../contractInfo.js';
import { same } from './contracts.js';
import { readKeystore } from './keystore/format.js';
import { decryptKey } from './keystore/open.js';

/** A closure holds the key, so that nothing that prints or stores a signer can come by it. */
function signerOf(wallet: { address: string; signTransaction(transaction: Transaction): Promise<string> }): Signer {
  return { address: wallet.address, sign: unsigned => wallet.signTransaction(Transaction.from(unsigned)) };
}

export function signerFromKey(privateKey: string): Signer {
  const text = privateKey.trim();
  const hex = `0x${text.replace(/^0x/i, '')}`;
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

/**
 * @param progress from 0 to 1
 * @throws RemoteError of kind `credentials` for a wrong password, of kind `invalid` for a file that cannot be opened
 */
export async function signerFromKeystore(
  keystore: string,
  password: string,
  progress?: (done: number) => void,
  signal?: AbortSignal,
): Promise<Signer> {
  const file = readKeystore(keystore);
  const key = await decryptKey(file, password, { progress, signal });
  const signer = signerFromKey(Buffer.from(key).toString('hex'));
  key.fill(0);
  if (file.address === undefined || same(file.address, signer.address)) return signer;
  throw new RemoteError(
    'invalid',
    t(
      'The keystore says that it is the wallet {0}, and the key in it is the one of {1}. It is not used: somebody may have changed the file.',
      getAddress(file.address),
      signer.address,
    ),
    { code: 'other_wallet' },
  );
}

/** What a keystore says that its address is, unproven. @throws RemoteError of kind `invalid` for one that cannot be opened */
export function addressInKeystore(keystore: string): string | undefined {
  const { address } = readKeystore(keystore);
  return address && getAddress(address);
}

/** In its checksummed form. One in mixed case whose checksum is wrong is mistyped. */
export function checkAddress(text: string): string | undefined {
  const address = text.trim().replace(/^0X/, '0x');
  try {
    return /^0x[0-9a-fA-F]{40}$/.test(address) ? getAddress(address) : undefined;
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
