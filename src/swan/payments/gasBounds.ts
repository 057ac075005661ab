import { Transaction } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { unitsText } from '../../core/money.js';
import type { PaymentRecord } from '../journal/record.js';
import type { Fees } from './chain.js';

/** What gas may cost: nodes tell it, and could tell anything. */

/** An approval's part of what is confirmed for both. */
const APPROVAL_PART = 5n;

/** What a signed transaction costs at the most. */
export function mostOf({ gasLimit, maxFeePerGas, gasPrice }: Transaction): bigint {
  return gasLimit * (maxFeePerGas ?? gasPrice ?? 0n);
}

/**
 * What a payment's next transaction may cost: all that it signs comes to no more than the person was told. An approval
 * leaves the payment after it enough.
 */
export function gasLeft({ gas, transactions }: PaymentRecord, approval: boolean): bigint {
  const paid = transactions.filter(({ outcome }) => outcome === 'mined' || outcome === 'reverted');
  const left = paid.reduce((sum, { raw }) => sum - (raw === undefined ? 0n : mostOf(Transaction.from(raw))), gas);
  return left <= 0n ? 0n : approval ? left / APPROVAL_PART : left;
}

/**
 * The market's fees, within what a transaction may cost.
 * @param limit per gas
 * @throws RemoteError where it could not get into the next block for that
 */
export function within({ gas }: PaymentRecord, market: Fees, limit: bigint): Fees {
  const { maxFeePerGas, maxPriorityFeePerGas } = market;
  if (maxFeePerGas <= limit) return market;
  // The market's is for a base fee that has doubled by then.
  if ((maxFeePerGas + maxPriorityFeePerGas) / 2n <= limit) return { maxFeePerGas: limit, maxPriorityFeePerGas };
  throw new RemoteError(
    'refused',
    t(
      'Gas has become dearer since you confirmed at most {0} ETH for it. Nothing was paid. Wait, or pay anew at what it costs now.',
      unitsText(gas),
    ),
    { code: 'gas_changed' },
  );
}

/** @param most that an empty transaction costs, which is confirmed by itself */
export function requireGas({ gas }: PaymentRecord, most: bigint): void {
  if (most <= gas) return;
  throw new RemoteError(
    'refused',
    t(
      'The gas would now cost up to {0} ETH; you confirmed {1} ETH. Wait, or cancel this payment and pay anew.',
      unitsText(most),
      unitsText(gas),
    ),
    { code: 'gas_changed' },
  );
}
