import { RemoteError, toRemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { PaymentRecord } from '../journal/record.js';
import type { Context } from './context.js';
import { submittedOf } from './contracts.js';
import { readTask } from './quote.js';

/**
 * Why what is signed to pay is not to be published, or signed anew: something else has paid for its task since, or the task
 * has ended. What was published before can be mined all the same, until its place is taken by a cancellation.
 * @throws RemoteError where it cannot be known now
 */
export async function unwanted(
  context: Context,
  record: PaymentRecord,
  signal?: AbortSignal,
): Promise<RemoteError | undefined> {
  if (await paidOtherwise(context, record, signal)) {
    return new RemoteError(
      'refused',
      t(
        'Something else was paid for this task since this payment was signed, which is not on the chain. Cancel this payment, so that it is not made as well.',
      ),
      { code: 'already_paid' },
    );
  }
  try {
    await readTask(context, record, signal);
  } catch (error) {
    const { code } = toRemoteError(error);
    if (code === 'task_ended') {
      return new RemoteError(
        'refused',
        t(
          'This task has ended since its payment was signed, which is not on the chain. Cancel this payment, so that nothing is paid for it.',
        ),
        { code },
      );
    }
    if (code !== 'contract_changed') throw error;
    return new RemoteError(
      'refused',
      t(
        'Swan now names another payment contract than the one that this payment was signed for. It is not on the chain: cancel it, and find out why before you pay again.',
      ),
      { code },
    );
  }
  return undefined;
}

/** Less than before is what a reorganisation has taken back, or a node that is behind. */
async function paidOtherwise(
  { chain, step }: Context,
  { kind, origin, task, contract, paidBefore, fromBlock, transactions }: PaymentRecord,
  signal?: AbortSignal,
): Promise<boolean> {
  // What had been paid before a renewal elsewhere is not known.
  if (origin === 'elsewhere' && kind === 'renew') return false;
  const { client } = contract;
  const paid = await step('chain.paid', () => chain.amountPaid(client, task, signal));
  if (paid <= paidBefore) return false;
  // It may be this payment itself, mined by now.
  const logs = await step('chain.events', () => chain.payments(client, { from: fromBlock }, signal));
  const since = submittedOf(logs, client).filter(each => each.task === task);
  return !since.some(({ transactionHash }) => transactions.some(({ hash }) => hash === transactionHash));
}
