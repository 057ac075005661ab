import { t } from '../core/l10n.js';
import { known } from '../core/words.js';

/** What the journal says that has happened, and why a payment does not go on, in words for a person. */
const words: Record<string, string> = {
  planned: t('planned'),
  'paid elsewhere': t('paid elsewhere'),
  'approve signed': t('approval signed'),
  'approve mined': t('approval on the chain'),
  'approve reverted': t('approval reverted'),
  'approval superseded': t('another transaction took the approval’s place'),
  'pay signed': t('payment signed'),
  'pay mined': t('payment on the chain'),
  'pay mined: amount_changed': t('payment on the chain, by another amount'),
  'pay mined: nothing_taken': t('payment on the chain, which took nothing'),
  'pay mined, receipt forgotten': t('payment on the chain, by its event'),
  'pay reverted': t('payment reverted'),
  'paid by a replacement': t('paid by another transaction in its place'),
  'cancel signed': t('cancellation signed'),
  'cancel mined': t('cancellation on the chain'),
  'cancel reverted': t('cancellation reverted'),
  'speed up signed': t('signed again with a higher fee'),
  told: t('Swan was told'),
  done: t('taken by Swan'),
  'not taken by Swan': t('not taken by Swan'),
  'lost by Swan': t('lost by Swan'),
  failed: t('failed'),
  cancelled: t('cancelled'),
  superseded: t('another transaction took its place'),
  'vanished from the chain': t('vanished from the chain'),
  'found otherwise on the chain': t('found otherwise on the chain'),
  refunded: t('came back'),
  'refund vanished from the chain': t('what came back vanished from the chain'),
  wrong_chain: t('wrong chain'),
  too_many_blocks: t('too many blocks to search'),
  contract_changed: t('another contract'),
  hardware_gone: t('hardware gone'),
  price_changed: t('price changed'),
  task_ended: t('task ended'),
  already_paid: t('paid already'),
  payment_missing: t('earlier payment not found'),
  record_unreadable: t('a record cannot be read'),
  payment_open: t('another payment is open'),
  above_limit: t('above the limit'),
  insufficient_swan: t('not enough SWAN'),
  insufficient_gas: t('not enough ETH for the gas'),
  gas_changed: t('gas changed'),
  approval_gone: t('approval gone'),
  reverted: t('reverted'),
  transaction_pending: t('waiting for the chain'),
  unconfirmed: t('waiting for more blocks'),
  transaction_refused: t('refused by the node'),
  nonce_gap: t('an earlier transaction is missing'),
  needs_signature: t('waiting for your signature'),
  not_validated: t('not taken by Swan yet'),
  not_taken: t('not taken by Swan'),
  amount_changed: t('another amount was taken'),
  nothing_taken: t('nothing was taken'),
  other_account: t('another account’s'),
  other_wallet: t('another wallet’s'),
  credentials: t('API key not accepted'),
  network: t('not reachable'),
  timeout: t('no answer'),
  busy: t('busy'),
  refused: t('refused'),
  notFound: t('not found'),
  invalid: t('not accepted'),
  protocol: t('its answer makes no sense'),
  service: t('an error of the service'),
};

/** What the journal writes with a value in it. */
const filled = /^empty transaction signed at nonce (\d+)$/;

/** Of an entry of a payment's history. What another version has written stays as it is. */
export function historyWords(what: string): string {
  const nonce = filled.exec(what)?.[1];
  if (nonce !== undefined) return t('empty transaction signed at nonce {0}', nonce);
  return known(words, what) ?? what.replaceAll('_', ' ');
}
