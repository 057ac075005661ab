import type { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { WRONG_SETTING } from '../ui/settings.js';

/** What a person can do about an error: a button's label, and the command that it runs. */
export interface Remedy {
  label: string;
  command: string;
}

const setWallet = { label: t('Set Wallet…'), command: 'remoteCompute.swan.setWallet' };
const openSettings = { label: t('Open Settings'), command: 'remoteCompute.openSettings' };
const byCode = new Map<string | undefined, Remedy>([
  ['no_wallet', setWallet],
  ['cannot_sign', setWallet],
  ['in_sandbox', { label: t('Leave the Sandbox'), command: 'remoteCompute.sandbox.leave' }],
  ['wrong_chain', openSettings],
  ['above_limit', openSettings],
  [WRONG_SETTING, openSettings],
]);

export function remedyOf({ code }: RemoteError): Remedy | undefined {
  return byCode.get(code);
}
