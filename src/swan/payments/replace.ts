import { Transaction } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { Replacement, Signer } from '../../core/payments.js';
import type { StillHeld } from '../journal/locks.js';
import { isOpen, type PaymentRecord, type SignedTransaction } from '../journal/record.js';
import type { Fees } from './chain.js';
import { type Context, commit, requireChain, walletLock } from './context.js';
import { same } from './contracts.js';
import { mostOf } from './gasBounds.js';
import { hashOf, sign, type Unsigned } from './sign.js';
import { unwanted } from './wanted.js';

/** A transfer of nothing takes exactly this. */
export const TRANSFER_GAS = 21_000n;
/** How many times the least replacement's fee one may have. */
const MAX_RISE = 4n;

type Act = 'speed up' | 'cancel';

/** Signs what is on its way once more, at the same nonce, with a fee that nodes take a replacement for. */
export function speedUp(context: Context, id: string, signer: Signer, most?: bigint): Promise<PaymentRecord> {
  return replace(context, id, signer, 'speed up', most);
}

/** What a replacement would cost now. */
export async function replacement(
  { chain, step }: Context,
  record: PaymentRecord,
  act: Act,
  signal?: AbortSignal,
): Promise<Replacement> {
  const { former } = formerOf(record);
  const next = replacing(record, former, act, await step('replace.fees', () => chain.fees(signal)));
  return { former: mostOf(former), next: costAtMost(next) };
}

/** Puts an empty transaction at the nonce of what is on its way; where nothing is signed, that is the end of it. */
export async function cancel(
  context: Context,
  id: string,
  signer: Signer | undefined,
  most?: bigint,
): Promise<PaymentRecord> {
  const record = await context.journal.read(id);
  if (record.stage !== 'ready') {
    if (signer) return replace(context, id, signer, 'cancel', most);
    throw new RemoteError(
      'invalid',
      t('A transaction of this payment is on its way: cancelling it needs the wallet.'),
      {
        code: 'needs_signature',
      },
    );
  }
  return context.locks.hold(walletLock(record), async stillHeld => {
    const current = await context.journal.read(id);
    if (current.stage !== 'ready') throw tooLate(current);
    const next: PaymentRecord = { ...current, stage: 'cancelled' };
    return commit(context, next, 'journal.end', 'cancelled', stillHeld);
  });
}

async function replace(
  context: Context,
  id: string,
  signer: Signer,
  act: Act,
  most: bigint | undefined,
): Promise<PaymentRecord> {
  const { journal, locks, chain, step } = context;
  const record = await journal.read(id);
  const replaced = await locks.hold(walletLock(record), stillHeld =>
    signReplacement(context, id, signer, act, most, stillHeld),
  );
  const { raw } = replaced.transactions.at(-1) ?? {};
  // Where this does not arrive, who follows the payment publishes it again.
  if (raw !== undefined) await step('replace.broadcast', () => chain.broadcast(raw)).catch(() => {});
  return replaced;
}

async function signReplacement(
  context: Context,
  id: string,
  signer: Signer,
  act: Act,
  most: bigint | undefined,
  stillHeld: StillHeld,
): Promise<PaymentRecord> {
  const { journal, chain, step, clock } = context;
  const record = await journal.read(id);
  const { former, purpose } = formerOf(record);
  if (!same(signer.address, record.wallet)) {
    throw new RemoteError('invalid', t('This payment is the wallet {0}’s, and the key another’s.', record.wallet), {
      code: 'needs_signature',
    });
  }
  requireChain(context, await step('chain.id', () => chain.chainId()));
  const reason = act === 'speed up' && purpose === 'pay' ? await unwanted(context, record) : undefined;
  if (reason) throw reason;
  const unsigned = replacing(record, former, act, await step('replace.fees', () => chain.fees()), most);
  await stillHeld();
  const raw = await step('replace.sign', () => sign(signer, unsigned));
  const transaction: SignedTransaction = {
    purpose: act === 'cancel' ? 'cancel' : purpose,
    hash: hashOf(raw),
    nonce: former.nonce,
    raw,
    signedAt: clock.now(),
    outcome: 'unknown',
  };
  // The person has confirmed this as well.
  const more = costAtMost(unsigned) - mostOf(former);
  const gas = more > 0n ? record.gas + more : record.gas;
  const next = { ...record, gas, transactions: [...record.transactions, transaction], problem: undefined };
  return commit(context, next, 'replace.journal', `${act} signed`, stillHeld);
}

/** The newest of those that are on their way. */
function formerOf(record: PaymentRecord) {
  const last = record.transactions.findLast(each => each.outcome === 'unknown' && each.raw !== undefined);
  if (!isOpen(record) || last?.raw === undefined) throw tooLate(record);
  return { former: Transaction.from(last.raw), purpose: last.purpose };
}

function replacing(record: PaymentRecord, former: Transaction, act: Act, market: Fees, most?: bigint): Unsigned {
  const gasLimit = act === 'cancel' ? TRANSFER_GAS : former.gasLimit;
  return {
    from: record.wallet,
    to: act === 'cancel' ? record.wallet : (former.to ?? record.wallet),
    data: act === 'cancel' ? '0x' : former.data,
    gasLimit,
    nonce: former.nonce,
    chainId: record.network.chainId,
    ...outbidding(former, market, most === undefined ? undefined : most / gasLimit),
  };
}

/**
 * Nodes take a replacement from 10 % more on; the market may ask for more, within bounds.
 * @param limit per gas, of what the person confirmed
 */
export function outbidding(former: Transaction, market: Fees, limit?: bigint): Fees {
  const least = (fee: bigint | null) => ((fee ?? 0n) * 5n) / 4n + 1n;
  const within = (fee: bigint | null, wanted: bigint) => clamped(wanted, least(fee), least(fee) * MAX_RISE);
  // One that was sent elsewhere may have one price for both.
  const formerFee = former.maxFeePerGas ?? former.gasPrice;
  const maxFeePerGas = within(formerFee, market.maxFeePerGas);
  const maxPriorityFeePerGas = within(former.maxPriorityFeePerGas ?? former.gasPrice, market.maxPriorityFeePerGas);
  if (limit === undefined || maxFeePerGas <= limit) return { maxFeePerGas, maxPriorityFeePerGas };
  if (least(formerFee) > limit) {
    throw new RemoteError('refused', t('The fee has risen above what you confirmed. Look at it again.'), {
      code: 'gas_changed',
    });
  }
  return { maxFeePerGas: limit, maxPriorityFeePerGas: clamped(maxPriorityFeePerGas, 0n, limit) };
}

function clamped(value: bigint, least: bigint, most: bigint): bigint {
  return value < least ? least : value > most ? most : value;
}

function costAtMost({ gasLimit, maxFeePerGas }: Unsigned): bigint {
  return gasLimit * maxFeePerGas;
}

function tooLate({ stage }: PaymentRecord): RemoteError {
  const why =
    stage === 'paid' || stage === 'done' ? t('it is on the chain') : t('it is at its end, or was not sent from here');
  return new RemoteError('invalid', t('This payment cannot be changed any more: {0}.', why));
}
