import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { costOf, unitsText } from '../../core/money.js';
import type { PaymentRecord } from '../journal/record.js';
import type { Context, Run } from './context.js';
import { requireRenewable, requireUnpaid } from './orders.js';
import { readTask, termsOf } from './quote.js';
import { exceeded, requireHardware, requireWithin } from './requirements.js';

/**
 * Whether what the person confirmed holds still: a plan can be resumed long after it was made.
 * @throws RemoteError that says what holds no more
 */
export async function requireConfirmed(
  context: Context,
  record: PaymentRecord,
  { limits, signal }: Run,
): Promise<void> {
  const { journal, clock } = context;
  const { hardwareId, pricePerHour, duration, amount, paidBefore, kind, network } = record;
  const request = { ...record, limits };
  const [task] = await Promise.all([
    readTask(context, record, signal),
    requireHardware(context, record, record, signal),
  ]);
  const now = termsOf(task, request);
  if (now.hardwareId !== hardwareId || now.pricePerHour !== pricePerHour || now.duration !== duration) {
    throw new RemoteError(
      'refused',
      t(
        'The price has changed since you confirmed: it is now {0} SWAN for {1} s. Nothing was paid. Pay for the task anew, if you want it at that.',
        unitsText(costOf(now.pricePerHour, now.duration)),
        now.duration,
      ),
      { code: 'price_changed' },
    );
  }
  if (kind === 'create') await requireUnpaid(context, task, paidBefore, signal);
  else requireRenewable(task, paidBefore);
  const others = (await journal.list()).records.filter(({ id }) => id !== record.id);
  requireWithin({ request, exceeds: exceeded(others, { request, amount, network }, clock.now()) });
}
