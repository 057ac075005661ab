import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { OfferedContract, PaymentContract } from '../core/payments.js';
import type { Held } from './heldAccount.js';
import type { Memory } from './memory.js';
import type { SwanAccount } from './swanAccount.js';

const TRUST = t('Trust This Contract');
const TRUST_NEW = t('Trust the New Contract');

/**
 * The contract that may be paid: the one that the person trusted on this network before, or the offered one, if the
 * network's known address signed it or the person says so. One that changed since is trusted on their word alone.
 * @throws RemoteError, as where another account is in use by now, or cancelled
 */
export async function trustedContract(memory: Memory, held: Held<SwanAccount>): Promise<PaymentContract> {
  const { backend, network } = held.connection;
  const offered = await backend.payments.contract();
  // What is remembered is the account's in use: it is to be the one that this is for.
  await held.check();
  const { client, token } = offered;
  const trusted = memory.get('trustedContracts') ?? {};
  const before = trusted[network.chainId];
  if (before && same(before, offered)) return { client, token };
  if (before) await askTrustAnew(network.name, before, offered);
  else if (offered.trust !== 'signed') await askTrust(network.name, offered);
  await held.check();
  memory.set('trustedContracts', { ...trusted, [network.chainId]: { client, token } });
  return { client, token };
}

/** The first button is Enter's: it pays nothing. @throws RemoteError unless the person trusts the new one */
async function askTrustAnew(network: string, before: PaymentContract, offered: OfferedContract): Promise<void> {
  const detail = t(
    '{0}\n\nPayment contract: {1}\ninstead of: {2}\n\nSWAN token: {3}\ninstead of: {4}\n\nTrust it only if Swan Chain has announced this change, and publishes these addresses.',
    whoSigned(offered),
    offered.client,
    before.client,
    offered.token,
    before.token,
  );
  const message = t('The payment contract on {0} is another one than you trusted.', network);
  const options = { modal: true, detail };
  const answer = await vscode.window.showWarningMessage(message, options, t('Pay Nothing'), TRUST_NEW);
  if (answer === TRUST_NEW) return;
  throw new RemoteError(
    'refused',
    t(
      '{0} names another payment contract than the one you trusted ({1} instead of {2}). Nothing was paid.',
      network,
      offered.client,
      before.client,
    ),
    { code: 'contract_changed' },
  );
}

function whoSigned({ trust, signer }: OfferedContract): string {
  if (trust === 'signed') return t('What the service says is signed by the address known for this network.');
  if (trust === 'unsigned') return t('What the service says is not signed.');
  return t(
    'What the service says is signed by {0}, which is not the address known for this network.',
    signer ?? t('an unknown address'),
  );
}

async function askTrust(network: string, offered: OfferedContract): Promise<void> {
  const { client, token } = offered;
  const why = whoSigned(offered);
  const detail = t(
    '{0}\n\nPayment contract: {1}\nSWAN token: {2}\n\nCompare these addresses with what Swan Chain publishes. Your answer is remembered; should the contract change later, you are asked again.',
    why,
    client,
    token,
  );
  const message = t('Trust this payment contract on {0}?', network);
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, TRUST);
  if (answer !== TRUST) throw cancelled();
}

function same(a: PaymentContract, b: PaymentContract): boolean {
  return a.client.toLowerCase() === b.client.toLowerCase() && a.token.toLowerCase() === b.token.toLowerCase();
}
