import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { OfferedContract, PaymentContract } from '../core/payments.js';
import type { Memory } from './memory.js';
import type { SwanConnection } from './swanAccount.js';

const TRUST = t('Trust This Contract');

/**
 * The contract that may be paid: the one that the person trusted on this network before, or the offered one, if the
 * network's known address signed it or the person says so. One that changed since is never paid.
 * @throws RemoteError, or cancelled
 */
export async function trustedContract(memory: Memory, { backend, network }: SwanConnection): Promise<PaymentContract> {
  const offered = await backend.payments.contract();
  const { client, token } = offered;
  const trusted = memory.get('trustedContracts') ?? {};
  const before = trusted[network.chainId];
  if (before && same(before, offered)) return { client, token };
  if (before) {
    throw new RemoteError(
      'refused',
      t(
        '{0} names another payment contract than the one you trusted ({1} instead of {2}). Nothing was paid. If Swan Chain has announced this change, sign out of Swan and in again to be asked anew.',
        network.name,
        client,
        before.client,
      ),
      { code: 'contract_changed' },
    );
  }
  if (offered.trust !== 'signed') await askTrust(network.name, offered);
  memory.set('trustedContracts', { ...trusted, [network.chainId]: { client, token } });
  return { client, token };
}

async function askTrust(network: string, { client, token, trust, signer }: OfferedContract): Promise<void> {
  const why =
    trust === 'unsigned'
      ? t('What the service says is not signed.')
      : t(
          'What the service says is signed by {0}, which is not the address known for this network.',
          signer ?? t('an unknown address'),
        );
  const detail = t(
    '{0}\n\nPayment contract: {1}\nSWAN token: {2}\n\nCompare these addresses with what Swan Chain publishes. Your answer is remembered; should the contract change later, nothing is paid to it.',
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
