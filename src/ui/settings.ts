import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { isLoopback } from '../core/loopback.js';

const SECTION = 'remoteCompute';
/** Code of the errors that only a change of the settings helps with. */
export const WRONG_SETTING = 'wrong_setting';

/** What the person set, or the default in package.json. */
export function setting<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration(SECTION).get<T>(name, fallback);
}

export function updateSetting(name: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration(SECTION).update(name, value, vscode.ConfigurationTarget.Global);
}

export function onDidChangeSetting(name: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration(`${SECTION}.${name}`)) listener();
  });
}

/**
 * An address that a key is sent to: encrypted, but for this machine itself.
 * @param secure such as `https:`; its unencrypted form goes to loopback only
 * @throws RemoteError of kind `invalid` that names the setting
 */
export function addressSetting(name: string, secure: 'https:' | 'wss:'): string {
  const text = setting(name, '').trim();
  const plain = secure === 'https:' ? 'http:' : 'ws:';
  const wrong = (why: string) =>
    new RemoteError('invalid', t('The setting {0}.{1} {2}', SECTION, name, why), { code: WRONG_SETTING });
  if (!URL.canParse(text)) throw wrong(t('is not an address: it should begin with {0}//.', secure));
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw wrong(t('should be a plain address, without user, query or fragment.'));
  }
  if (url.protocol !== secure && !(url.protocol === plain && isLoopback(url.hostname))) {
    throw wrong(t('should begin with {0}// (unencrypted addresses are for this machine only).', secure));
  }
  return text.replace(/\/+$/, '');
}

/** The same of one that need not be set. */
export function optionalAddressSetting(name: string, secure: 'https:' | 'wss:'): string | undefined {
  return setting(name, '').trim() === '' ? undefined : addressSetting(name, secure);
}
