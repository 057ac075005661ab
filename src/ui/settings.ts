import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';

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
    new RemoteError('invalid', `The setting ${SECTION}.${name} ${why}`, { code: WRONG_SETTING });
  if (!URL.canParse(text)) throw wrong(`is not an address: it should begin with ${secure}//.`);
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw wrong('should be a plain address, without user, query or fragment.');
  }
  if (url.protocol !== secure && !(url.protocol === plain && isLoopback(url.hostname))) {
    throw wrong(`should begin with ${secure}// (unencrypted addresses are for this machine only).`);
  }
  return text.replace(/\/+$/, '');
}

/** The same of one that need not be set. */
export function optionalAddressSetting(name: string, secure: 'https:' | 'wss:'): string | undefined {
  return setting(name, '').trim() === '' ? undefined : addressSetting(name, secure);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
