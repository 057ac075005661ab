import { Transaction } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import type { Signer } from '../../core/payments.js';
import type { StillHeld } from '../journal/locks.js';
import { isOpen, type PaymentRecord, type SignedTransaction } from '../journal/record.js';
import type { Fees } from './chain.js';
import { type Context, commit, requireChain, walletLock } from './context.js';
import { same } from './contracts.js';
import { hashOf, sign, type Unsigned } from './sign.js';

/** A transfer of nothing takes exactly this. */
const TRANSFER_GAS = 21_000n;
/** How many times the least replacement's fee one may have. */
const MAX_RISE = 4n;

/** Signs what is on its way once more, at the same nonce, with a fee that nodes take a replacement for. */
export function speedUp(context: Context, id: string, signer: Signer): Promise<PaymentRecord> {
  return replace(context, id, signer, 'speed up');
}

/** Puts an empty transaction at the nonce of what is on its way; where nothing is signed, that is the end of it. */
export async function cancel(context: Context, id: string, signer: Signer | undefined): Promise<PaymentRecord> {
  const record = await context.journal.read(id);
  if (record.stage !== 'ready') {
    if (signer) return replace(context, id, signer, 'cancel');
    throw new RemoteError('invalid', 'A transaction of this payment is on its way: cancelling it needs the wallet.', {
      code: 'needs_signature',
    });
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
  act: 'speed up' | 'cancel',
): Promise<PaymentRecord> {
  const { journal, locks, chain, step } = context;
  const record = await journal.read(id);
  const replaced = await locks.hold(walletLock(record), stillHeld =>
    signReplacement(context, id, signer, act, stillHeld),
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
  act: 'speed up' | 'cancel',
  stillHeld: StillHeld,
): Promise<PaymentRecord> {
  const { journal, chain, step, clock } = context;
  const record = await journal.read(id);
  const last = record.transactions.findLast(each => each.outcome === 'unknown' && each.raw !== undefined);
  if (!isOpen(record) || last?.raw === undefined) throw tooLate(record);
  if (!same(signer.address, record.wallet)) {
    throw new RemoteError('invalid', `This payment is the wallet ${record.wallet}’s, and the key another’s.`, {
      code: 'needs_signature',
    });
  }
  requireChain(context, await step('chain.id', () => chain.chainId()));
  const former = Transaction.from(last.raw);
  const unsigned: Unsigned = {
    from: record.wallet,
    to: act === 'cancel' ? record.wallet : (former.to ?? record.wallet),
    data: act === 'cancel' ? '0x' : former.data,
    gasLimit: act === 'cancel' ? TRANSFER_GAS : former.gasLimit,
    nonce: former.nonce,
    chainId: record.network.chainId,
    ...raised(former, await step('replace.fees', () => chain.fees())),
  };
  stillHeld();
  const raw = await step('replace.sign', () => sign(signer, unsigned));
  const transaction: SignedTransaction = {
    purpose: act === 'cancel' ? 'cancel' : last.purpose,
    hash: hashOf(raw),
    nonce: former.nonce,
    raw,
    signedAt: clock.now(),
    outcome: 'unknown',
  };
  const next = { ...record, transactions: [...record.transactions, transaction], problem: undefined };
  return commit(context, next, 'replace.journal', `${act} signed`, stillHeld);
}

/** Nodes take a replacement from 10 % more on; the market may ask for more, within bounds. */
function raised(former: Transaction, market: Fees): Fees {
  const within = (fee: bigint | null, wanted: bigint) => {
    const least = ((fee ?? 0n) * 5n) / 4n + 1n;
    const most = least * MAX_RISE;
    return wanted < least ? least : wanted > most ? most : wanted;
  };
  return {
    maxFeePerGas: within(former.maxFeePerGas, market.maxFeePerGas),
    maxPriorityFeePerGas: within(former.maxPriorityFeePerGas, market.maxPriorityFeePerGas),
  };
}

function tooLate({ stage }: PaymentRecord): RemoteError {
  const why =
    stage === 'paid' || stage === 'done' ? 'it is on the chain' : 'it is at its end, or was not sent from here';
  return new RemoteError('invalid', `This payment cannot be changed any more: ${why}.`);
}
