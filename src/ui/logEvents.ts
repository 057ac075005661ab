import * as vscode from 'vscode';
import type { Log } from '../core/log.js';
import type { DecthingsAccount } from './account.js';
import type { SwanAccount } from './swanAccount.js';

/** Has the log tell who is signed in, and how payments go on. */
export function logEvents(account: DecthingsAccount, swan: SwanAccount, log: Log): vscode.Disposable {
  const follow = (name: string, each: DecthingsAccount | SwanAccount) =>
    each.onDidChange(() => {
      log.info(`${name}: ${each.visiting ? 'the Sandbox’s account' : each.signedIn ? 'signed in' : 'signed out'}`);
      if (each.error) log.failed(`Connecting to ${name}`, each.error);
    });
  return vscode.Disposable.from(
    follow('Decthings', account),
    follow('Swan', swan),
    swan.onDidChangePayment(({ id, stage, problem }) =>
      log.info(`Payment ${id}: ${stage}${problem ? ` (${problem.code})` : ''}`),
    ),
  );
}
