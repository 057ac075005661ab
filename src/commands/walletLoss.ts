import { t } from '../core/l10n.js';
import { own, type PlainText } from '../core/plainText.js';
import { swan as swanText } from '../ui/amounts.js';
import { confirm } from '../ui/prompts.js';
import type { Wallet } from '../ui/swanAccount.js';
import type { Services } from './services.js';

/** What goes with the wallet of an account, in lines: none where it has no key. */
export async function walletLoss({ swan, tasks }: Services, id: string): Promise<PlainText[]> {
  const wallet = swan.walletOf(id);
  if (!wallet || wallet.type === 'address') return [];
  const ledger = await swan.backend?.backend.payments.list();
  const all = ledger ? [...ledger.payments, ...ledger.others, ...ledger.elsewhere] : [];
  const open = all.filter(each => each.open && swan.payerOf(each)?.id === id);
  return [
    t('The key of its wallet {0} is kept nowhere else by this extension: have a copy of it first.', wallet.address),
    ...open.map(({ amount, task }) =>
      t(
        'Not finished, and nothing signs for it without the key: the payment of {0} for “{1}”.',
        swanText(amount),
        tasks.nameOf(task),
      ),
    ),
  ];
}

/** A key that another wallet takes the place of is lost, whoever asks for it. @throws cancelled */
export async function confirmReplacing(services: Services, id: string, name: string, wallet: Wallet): Promise<void> {
  // While the question is open, another window may give the account a wallet that it does not name.
  for (let told: string | undefined; ; ) {
    const before = services.swan.walletOf(id)?.address.toLowerCase();
    if (wallet.type !== 'address' && wallet.address.toLowerCase() === before) return;
    const loss = await walletLoss(services, id);
    if (loss.length === 0 || loss.join('\n') === told) return;
    told = loss.join('\n');
    const detail = [...loss, own(''), t('From then on its wallet is {0}.', wallet.address)];
    await confirm(t('Replace the wallet of “{0}”?', name), detail, t('Replace Wallet'), undefined);
  }
}
