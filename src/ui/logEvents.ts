import * as vscode from 'vscode';
import type { Log } from '../core/log.js';
import type { DecthingsAccount } from './account.js';
import type { SwanAccount } from './swanAccount.js';

/** Has the log tell who is signed in, and how payments go on. */
export function logEvents(account: DecthingsAccount, swan: SwanAccount, log: Log): vscode.Disposable {
  const follow = (name: string, each: DecthingsAccount | SwanAccount) => {
    let told = '';
    return each.onDidChange(() => {
      if (each.error) log.failed(`Connecting to ${name}`, each.error);
      const state = each.visiting ? 'visiting' : each.signedIn ? 'in' : 'out';
      if (state === told) return;
      told = state;
      if (each.visiting) log.info(`${name}: the Sandbox’s account`);
      else if (each.signedIn) log.info(`${name}: signed in`);
      else log.info(`${name}: signed out`);
    });
  };
  return vscode.Disposable.from(
    follow('Decthings', account),
    follow('Swan', swan),
    swan.onDidChangePayment(({ id, stage, problem }) =>
      log.info(`Payment ${id}: ${stage}${problem ? ` (${problem.code})` : ''}`),
    ),
  );
}
