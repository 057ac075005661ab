import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { plainText, withIcon } from '../core/plainText.js';
import { ask, type Choice, type Nav } from './prompts.js';

/** An account as it is offered. */
export interface AccountItem {
  id: string;
  name: string;
  /** What tells it from others, besides its name. */
  detail: string;
  current: boolean;
}

export type AccountChoice = { type: 'add' } | { type: 'use' | 'rename' | 'signOut'; id: string };

const RENAME = { iconPath: new vscode.ThemeIcon('edit'), tooltip: t('Rename') };
const SIGN_OUT = { iconPath: new vscode.ThemeIcon('sign-out'), tooltip: t('Sign Out') };

/** One of the accounts, or what is to be done with one. @throws cancelled */
export function pickAccount(nav: Nav, accounts: readonly AccountItem[]): Promise<AccountChoice> {
  const input = vscode.window.createQuickPick<Choice<AccountChoice>>();
  const items = accounts.map(({ id, name, detail, current }): Choice<AccountChoice> => {
    const buttons = [RENAME, SIGN_OUT];
    return {
      label: withIcon(current ? 'check' : 'blank', plainText(name)),
      description: plainText(detail),
      buttons,
      value: { type: 'use', id },
    };
  });
  const add: Choice<AccountChoice> = { label: t('$(add) Add Account…'), value: { type: 'add' } };
  input.items = [...items, add];
  input.matchOnDescription = true;
  input.placeholder = t('Account to use, in all windows');
  const current = items[accounts.findIndex(each => each.current)];
  if (current) input.activeItems = [current];
  const byButton = new Promise<AccountChoice>(resolve => {
    input.onDidTriggerItemButton(({ button, item: { value } }) => {
      if (value.type !== 'use') return;
      resolve({ type: button === RENAME ? 'rename' : 'signOut', id: value.id });
      input.hide();
    });
  });
  const accepted = ask<AccountChoice>(input, nav, accept => {
    const [item] = input.selectedItems;
    if (item) accept(item.value);
  });
  return Promise.race([byButton, accepted]);
}
