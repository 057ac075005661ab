import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { unitsText } from '../../core/money.js';
import type { PaymentRequest, Quote, SpendingLimits } from '../../core/payments.js';
import { isOpen, type PaymentRecord } from '../journal/record.js';
import type { Context } from './context.js';
import { same } from './contracts.js';
import type { Terms } from './quote.js';

/** What has to hold before anything is signed, in words a person can act on. */

const DAY_MS = 24 * 3_600_000;

export function requireFunds({
  amount,
  balance,
  gas,
  gasBalance,
}: Pick<Quote, 'amount' | 'balance' | 'gas' | 'gasBalance'>) {
  if (balance < amount) {
    throw new RemoteError(
      'refused',
      t(
        'There is not enough SWAN in the wallet: it has {0}, the payment needs {1}, short by {2}.',
        unitsText(balance),
        unitsText(amount),
        unitsText(amount - balance),
      ),
      { code: 'insufficient_swan' },
    );
  }
  if (gasBalance < gas) {
    throw new RemoteError(
      'refused',
      t(
        'There is not enough ETH in the wallet for the gas: it has {0}, and up to {1} may be needed, short by {2}.',
        unitsText(gasBalance),
        unitsText(gas),
        unitsText(gas - gasBalance),
      ),
      { code: 'insufficient_gas' },
    );
  }
}

/**
 * Whether the contract may take what it is to take, and no more: of two payments that know nothing of each other, the
 * chain itself refuses the second, and a contract that changes its price gets nothing by it.
 */
export function allows(allowance: bigint, amount: bigint): boolean {
  return allowance === amount;
}

/** An approval is signed where the person was told of one. @throws RemoteError */
export function requireApproval(approval: boolean, confirmed: boolean): void {
  if (!approval || confirmed) return;
  throw new RemoteError(
    'refused',
    t(
      'The approval that you confirmed to pay with is not there any more. Nothing was paid. Pay anew, with an approval.',
    ),
    { code: 'approval_gone' },
  );
}

/** The hardware can still be had, and a fixed price is still the contract's. A renewal keeps what it has. */
export async function requireHardware(
  { chain, step, api }: Context,
  { kind, contract }: PaymentRequest,
  { pricing, hardwareId, pricePerHour }: Terms,
  signal?: AbortSignal,
): Promise<void> {
  const gone = new RemoteError(
    'refused',
    t('The hardware of this task cannot be had any more. Create a task with another instance type.'),
    { code: 'hardware_gone' },
  );
  if (pricing === 'fixed') {
    const listed = await step('chain.price', () => chain.hardware(contract.client, hardwareId, signal));
    if (!listed.active) throw gone;
    if (listed.pricePerHour !== pricePerHour) {
      throw new RemoteError(
        'refused',
        t(
          'The contract’s price is {0} SWAN per hour, and the task’s {1}. Create the task again.',
          unitsText(listed.pricePerHour),
          unitsText(pricePerHour),
        ),
        { code: 'price_changed' },
      );
    }
  } else if (kind === 'create') {
    const { data } = await step('hardware.read', () => api.machines('dynamic', signal));
    if (data.find(each => each.id === hardwareId)?.status !== 'available') throw gone;
  }
}

/** One payment for one thing: what is under way or done is said, not repeated. */
export function requireNoOther(records: readonly PaymentRecord[], request: PaymentRequest, chainId: number): void {
  const others = records.filter(
    each => each.task === request.task && each.kind === request.kind && each.network.chainId === chainId,
  );
  if (others.some(isOpen)) {
    throw new RemoteError(
      'refused',
      t('A payment for this task is under way already. Resume it instead of paying again.'),
      {
        code: 'payment_open',
      },
    );
  }
  if (request.kind === 'create' && others.some(each => each.stage === 'done')) {
    throw new RemoteError('refused', t('This task is paid already. Refresh the list to see it.'), {
      code: 'already_paid',
    });
  }
}

/** What the journal has as paid is in what the node tells, unless that is behind, or the chain has lost it. */
export function requireSeen(
  records: readonly PaymentRecord[],
  { request, paidBefore, network }: Pick<Quote, 'request' | 'paidBefore' | 'network'>,
): void {
  const missing = records.some(
    each =>
      each.task === request.task &&
      each.network.chainId === network.chainId &&
      // Another contract counts for itself.
      same(each.contract.client, request.contract.client) &&
      each.origin === 'here' &&
      (each.stage === 'paid' || each.stage === 'done') &&
      // What cost nothing shows in no sum.
      each.amount > 0n &&
      each.paidBefore >= paidBefore,
  );
  if (!missing) return;
  throw new RemoteError(
    'busy',
    t(
      'The node does not show an earlier payment for this task. Nothing was signed. Try again in a minute; if that does not help, compare the payments with the chain first.',
    ),
    { code: 'payment_missing' },
  );
}

/** What a payment would take the person's own limits to, where they are lower. */
export function exceeded(
  records: readonly PaymentRecord[],
  { request, amount, network }: Pick<Quote, 'request' | 'amount' | 'network'>,
  now: number,
): Partial<SpendingLimits> {
  const { limits } = request;
  if (!limits) return {};
  const day = records
    .filter(each => each.network.chainId === network.chainId && each.origin === 'here' && spentAt(each) > now - DAY_MS)
    .filter(each => isOpen(each) || each.stage === 'done')
    .reduce((sum, each) => sum + each.amount, amount);
  return { ...(amount > limits.payment && { payment: amount }), ...(day > limits.day && { day }) };
}

/** A plan may be signed long after it was made. */
function spentAt({ transactions, createdAt }: PaymentRecord): number {
  return transactions.find(each => each.signedAt !== undefined)?.signedAt ?? createdAt;
}

export function requireWithin({ exceeds, request: { limits } }: Pick<Quote, 'exceeds' | 'request'>): void {
  const [name, needed] = Object.entries(exceeds)[0] ?? [];
  if (name === undefined || needed === undefined || !limits) return;
  const which = name === 'day' ? t('the payments of 24 hours') : t('one payment');
  const limit = name === 'day' ? limits.day : limits.payment;
  throw new RemoteError(
    'refused',
    t(
      'Your limit for {0} is {1} SWAN, and this comes to {2} SWAN. Nothing was signed. Raise the limit in the settings to pay it.',
      which,
      unitsText(limit),
      unitsText(needed),
    ),
    { code: 'above_limit' },
  );
}

/** What is paid is what the person confirmed. */
export function requireSame(confirmed: Quote, quote: Quote): void {
  if (quote.paidBefore !== confirmed.paidBefore) {
    throw new RemoteError(
      'refused',
      t('Something was paid for this task since you confirmed. Look at it before paying again.'),
      {
        code: 'already_paid',
      },
    );
  }
  const { amount, duration, hardwareId, pricePerHour, pricing, request } = confirmed;
  const agrees =
    quote.amount === amount &&
    quote.duration === duration &&
    quote.hardwareId === hardwareId &&
    quote.pricePerHour === pricePerHour &&
    quote.pricing === pricing &&
    same(quote.request.wallet, request.wallet);
  if (agrees) {
    requireApproval(quote.approval, confirmed.approval);
    return;
  }
  throw new RemoteError(
    'refused',
    t(
      'The price has changed since you confirmed: it is now {0} SWAN for {1} s. Nothing was signed.',
      unitsText(quote.amount),
      quote.duration,
    ),
    { code: 'price_changed' },
  );
}
