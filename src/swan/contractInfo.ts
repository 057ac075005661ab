import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { PaymentContract } from '../core/payments.js';
import type { Api } from './api.js';
import { memberText, pythonJson } from './rawJson.js';

/** Whom the service says to pay, with what its signature is over. */
export interface ContractInfo extends PaymentContract {
  signature: string | undefined;
  /** The text that the service signed. */
  signedText: string;
}

export async function readContractInfo(api: Api, signal?: AbortSignal): Promise<ContractInfo> {
  const { data, text } = await api.contractInfo(signal);
  const { client_contract_address: client, swan_token_contract_address: token } = data.contract_info.contract_detail;
  if (client === undefined || token === undefined) {
    throw new RemoteError('protocol', t('Swan did not say which contract to pay. Try again later.'));
  }
  const raw = memberText(text, ['data', 'contract_info']) ?? '';
  return { client, token, signature: data.signature, signedText: pythonJson(raw) };
}
