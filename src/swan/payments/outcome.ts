import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { PaymentRecord, SignedTransaction } from '../journal/record.js';
import type { Receipt } from './chain.js';
import { type Context, isPassing, pause, type Run, toPaymentError, update } from './context.js';
import { closeGaps, decidedFillers, type GapWatch } from './gaps.js';
import { NodeError } from './nodeErrors.js';
import { CERTAIN_MS } from './nonces.js';
import { fromNode, revertReason } from './reverts.js';
import { callOf } from './sign.js';
import { afterApproval, supersede } from './superseded.js';
import { surprise, takenBy, untaken } from './taken.js';
import { unwanted } from './wanted.js';

/** Looks at receipts between two looks at what else may have become of a transaction. */
const LOOK_EVERY = 10;
/** How often in a row a node may refuse a transaction before the person is asked. */
const MAX_REFUSALS = 3;

/**
 * Waits for what becomes of the transactions that are signed and unresolved: all of one nonce, so that one of them at
 * the most is ever mined. Meanwhile they are published again, byte for byte. Resolves with the payment's next state.
 */
export async function awaitOutcome(context: Context, id: string, run: Run): Promise<PaymentRecord> {
  const { journal, clock, pace } = context;
  let deadline = clock.elapsed() + pace.patienceMs;
  let least = Number.POSITIVE_INFINITY;
  const watch: Watch = {
    missing: undefined,
    usedSince: undefined,
    gap: undefined,
    unwanted: undefined,
    refusals: 0,
    refusal: undefined,
    failure: undefined,
  };
  const { stage } = await journal.read(id);
  for (let round = 0; ; round++) {
    // Another window may have signed a replacement.
    const record = await journal.read(id);
    if (record.stage !== stage) return record;
    try {
      const next = await look(context, record, run, watch, round);
      if (next) return next;
      watch.failure = undefined;
      // As long as blocks come, what is in one of them gets on.
      if (watch.missing !== undefined && watch.missing < least) {
        least = watch.missing;
        deadline = clock.elapsed() + pace.patienceMs;
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      watch.failure = toPaymentError(error);
    }
    if (clock.elapsed() > deadline) throw stuck(watch);
    await pause(context, pace.pollMs, watch.failure, run.signal);
  }
}

interface Watch {
  /** How many blocks are to follow the one that it is in. */
  missing: number | undefined;
  /** Since when the nonce is found used, and none of ours mined. */
  usedSince: number | undefined;
  gap: GapWatch | undefined;
  /** Why it is not to be published, and since when that is found. */
  unwanted: { reason: RemoteError; since: number } | undefined;
  refusals: number;
  refusal: NodeError | undefined;
  /** Why the last look saw nothing. */
  failure: RemoteError | undefined;
}

function stuck({ missing, refusal, unwanted, failure }: Watch): RemoteError {
  if (failure) {
    return new RemoteError(
      'timeout',
      t(
        'What became of the transaction cannot be found out: {0} Nothing is lost: resume to look again.',
        failure.message,
      ),
      { code: 'transaction_pending', cause: failure },
    );
  }
  if (missing !== undefined) {
    return new RemoteError(
      'timeout',
      t(
        'The transaction is on the chain. Blocks that are to follow before it counts: {0}. Resume to wait for them.',
        missing,
      ),
      { code: 'unconfirmed' },
    );
  }
  if (unwanted) return unwanted.reason;
  if (refusal) return fromNode(refusal);
  return new RemoteError(
    'timeout',
    t(
      'The transaction is sent, and not on the chain yet. Resume to wait on, speed it up with a higher fee, or cancel it.',
    ),
    { code: 'transaction_pending' },
  );
}

async function look(
  context: Context,
  record: PaymentRecord,
  run: Run,
  watch: Watch,
  round: number,
): Promise<PaymentRecord | undefined> {
  const unresolved = record.transactions.filter(each => each.outcome === 'unknown');
  for (const transaction of unresolved.toReversed()) {
    const receipt = await receiptOf(context, record, transaction, run);
    watch.missing = receipt && (await missingAfter(context, receipt, run));
    if (watch.missing !== undefined) return undefined;
    if (receipt) return resolve(context, record, transaction, receipt, run);
  }
  const latest = unresolved.at(-1);
  if (latest?.nonce === undefined || latest.raw === undefined) return undefined;
  const unsent = !run.accepted.has(latest.hash);
  if (!unsent && watch.usedSince === undefined && round % LOOK_EVERY !== LOOK_EVERY - 1) return undefined;
  const used = await noncesUsed(context, record.wallet, run);
  if (used > latest.nonce) {
    const now = context.clock.now();
    watch.usedSince ??= now;
    return now - watch.usedSince < CERTAIN_MS ? undefined : supersede(context, record, run);
  }
  watch.usedSince = undefined;
  watch.gap = used < latest.nonce ? await closeGaps(context, record, latest.nonce, run, watch.gap) : undefined;
  // Nodes need not take what they cannot reach.
  if (!watch.gap && (await isWanted(context, record, latest, run, watch))) {
    await republish(context, latest, latest.raw, run, watch);
  }
  return undefined;
}

/**
 * Whether what was signed, perhaps long ago, is still to be published.
 * @throws RemoteError once it is certain that it is not, which a node that is behind can seem to say
 */
async function isWanted(
  context: Context,
  record: PaymentRecord,
  { purpose }: SignedTransaction,
  { signal }: Run,
  watch: Watch,
): Promise<boolean> {
  const reason = purpose === 'pay' ? await unwanted(context, record, signal) : undefined;
  const now = context.clock.now();
  watch.unwanted = reason && { reason, since: watch.unwanted?.since ?? now };
  if (!watch.unwanted) return true;
  if (now - watch.unwanted.since >= CERTAIN_MS) throw watch.unwanted.reason;
  return false;
}

function receiptOf(
  { chain, step }: Context,
  { stage }: PaymentRecord,
  { hash }: SignedTransaction,
  { signal }: Run,
): Promise<Receipt | undefined> {
  const name = stage === 'approving' ? 'approve.receipt' : 'pay.receipt';
  return step(name, () => chain.receipt(hash, signal));
}

/** How many blocks are to come before a receipt is believed, if any are. */
async function missingAfter(
  { chain, step, pace }: Context,
  { blockNumber }: Receipt,
  { signal }: Run,
): Promise<number | undefined> {
  if (pace.confirmations <= 1) return undefined;
  const height = await step('chain.height', () => chain.height(signal));
  const missing = blockNumber + pace.confirmations - 1 - height;
  return missing > 0 ? missing : undefined;
}

async function noncesUsed({ chain, step, pace }: Context, wallet: string, { signal }: Run): Promise<number> {
  const at =
    pace.confirmations <= 1
      ? 'latest'
      : Math.max(0, (await step('chain.height', () => chain.height(signal))) - pace.confirmations + 1);
  return await step('chain.nonce', () => chain.nonce(wallet, at, signal));
}

async function republish(context: Context, transaction: SignedTransaction, raw: string, run: Run, watch: Watch) {
  const { chain, step } = context;
  try {
    await step('chain.rebroadcast', () => chain.broadcast(raw, run.signal));
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    // Most often because it has it already, which nodes word differently.
    if (!(await step('chain.find', () => chain.knows(transaction.hash, run.signal)))) {
      watch.refusal = error;
      const refusal = fromNode(error);
      if (++watch.refusals >= MAX_REFUSALS || refusal.code === 'insufficient_gas') throw refusal;
      return;
    }
  }
  run.accepted.add(transaction.hash);
  Object.assign(watch, { refusals: 0, refusal: undefined });
}

/** One of them is mined: what that means for the payment. */
async function resolve(
  context: Context,
  record: PaymentRecord,
  mined: SignedTransaction,
  receipt: Receipt,
  run: Run,
): Promise<PaymentRecord> {
  const { purpose } = mined;
  const success = receipt.status === 1;
  const name = record.stage === 'approving' ? 'approve.mined' : 'pay.mined';
  const reason = success || purpose === 'cancel' ? undefined : await reasonOf(context, record, mined, receipt, run);
  const ends: Partial<PaymentRecord> =
    purpose === 'cancel'
      ? { stage: 'cancelled', problem: undefined }
      : reason !== undefined
        ? { stage: 'failed', problem: reverted(reason, context.clock.now()) }
        : purpose === 'approve'
          ? { stage: 'ready', problem: undefined }
          : await paidBy(context, record, mined, receipt, run);
  if (ends.stage === 'paid') run.untold = !record.told;
  const fillers = await decidedFillers(context, record, run);
  const noted = success && ends.problem ? `: ${ends.problem.code}` : '';
  return update(context, record, name, `${purpose} ${success ? 'mined' : 'reverted'}${noted}`, current => {
    if (current.stage !== record.stage) return undefined;
    const next = ends.stage === 'ready' ? afterApproval(current) : ends;
    const transactions = current.transactions.map((each): SignedTransaction => {
      if (each.outcome !== 'unknown') return each;
      if (each.hash !== mined.hash) return { ...each, outcome: 'replaced' };
      return { ...each, outcome: success ? 'mined' : 'reverted', block: receipt.blockNumber };
    });
    return { ...current, ...next, transactions, fillers };
  });
}

/** What it is that was paid is what was taken, and nothing is paid where nothing was. */
async function paidBy(
  context: Context,
  record: PaymentRecord,
  { hash }: SignedTransaction,
  receipt: Receipt,
  { signal }: Run,
): Promise<Partial<PaymentRecord>> {
  const at = context.clock.now();
  const taken = await takenBy(context, record, hash, receipt, signal);
  if (!taken) return { stage: 'failed', problem: untaken(at) };
  const { amount, pricePerHour } = taken;
  return { stage: 'paid', hash, amount, pricePerHour, problem: surprise(record, taken, at) };
}

function reverted(reason: string, at: number) {
  const message = t('The transaction was reverted: {0}. Nothing was paid but gas.', reason);
  return { code: 'reverted', message, at };
}

async function reasonOf(
  { chain, step }: Context,
  record: PaymentRecord,
  { raw }: SignedTransaction,
  receipt: Receipt,
  { signal }: Run,
): Promise<string> {
  const call = raw === undefined ? undefined : callOf(record.wallet, raw);
  const error =
    call && (await step('chain.reason', () => chain.replay(call, receipt.blockNumber, signal)).catch(() => undefined));
  return error ? revertReason(error) : t('the contract gave no reason');
}
