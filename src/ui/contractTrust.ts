import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import type { OfferedContract, PaymentContract } from '../core/payments.js';
import type { Memory } from './memory.js';
import type { SwanConnection } from './swanAccount.js';

const TRUST = 'Trust This Contract';

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
      `${network.name} names another payment contract than the one you trusted (${client} instead of ${before.client}). Nothing was paid. If Swan Chain has announced this change, sign out of Swan and in again to be asked anew.`,
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
      ? 'What the service says is not signed.'
      : `What the service says is signed by ${signer ?? 'an unknown address'}, which is not the address known for this network.`;
  const detail = `${why}\n\nPayment contract: ${client}\nSWAN token: ${token}\n\nCompare these addresses with what Swan Chain publishes. Your answer is remembered; should the contract change later, nothing is paid to it.`;
  const message = `Trust this payment contract on ${network}?`;
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, TRUST);
  if (answer !== TRUST) throw cancelled();
}

function same(a: PaymentContract, b: PaymentContract): boolean {
  return a.client.toLowerCase() === b.client.toLowerCase() && a.token.toLowerCase() === b.token.toLowerCase();
}
