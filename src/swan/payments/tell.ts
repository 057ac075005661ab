import { backoff } from '../../core/clock.js';
import { hasKind, RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { Order, Task } from '../../core/tasks.js';
import { type PaymentRecord, toPayment } from '../journal/record.js';
import { taskOf } from '../taskAnswers.js';
import { type Context, pause, type Run, toPaymentError, update, walletLock } from './context.js';
import { hasEnded, isBy, isConsumed, isUnconfirmed, sameHash } from './orders.js';

const RETRY_BASE_MS = 300;
const RETRY_MAX_MS = 5_000;

/**
 * Tells the service of a payment that is on the chain, until it has seen it there. Resolves with the payment done, or
 * back among those on their way where its receipt has vanished from the chain.
 */
export async function tell(context: Context, id: string, run: Run): Promise<PaymentRecord> {
  const { journal, clock, pace } = context;
  const deadline = clock.elapsed() + pace.tellPatienceMs;
  // Whether the service seems to have forgotten what it was told.
  let doubted = false;
  for (let attempt = 0; ; attempt++) {
    let failure: RemoteError | undefined;
    try {
      const record = await journal.read(id);
      if (record.stage !== 'paid') return record;
      const known = record.told && !doubted ? { record, as: record.hash } : await makeKnown(context, record, run);
      doubted = false;
      const told = known.record;
      if (told.stage === 'paid' && (await confirmed(context, told, known.as, run))) {
        return await finish(context, told, run);
      }
    } catch (error) {
      failure = toPaymentError(error);
      if (hasKind(failure, 'cancelled') || hasKind(failure, 'credentials')) throw failure;
      const record = await journal.read(id);
      const gone = record.stage === 'paid' && (await vanished(context, record, run).catch(() => false));
      if (gone) return reopen(context, record);
      if (!failure.retryable && (await isFinal(context, record, run).catch(() => false))) {
        return await notTaken(context, record, failure);
      }
      doubted = record.told && !failure.retryable;
    }
    if (clock.elapsed() > deadline) throw notValidated(failure);
    await pause(context, backoff(attempt, clock.random(), RETRY_BASE_MS, RETRY_MAX_MS), failure, run.signal);
  }
}

function notValidated(failure: RemoteError | undefined): RemoteError {
  const why = failure ? ` ${failure.message}` : '';
  return new RemoteError(
    'busy',
    t('The payment is on the chain, and Swan has not taken it yet.{0} Nothing is lost: resume it later.', why),
    { code: 'not_validated', cause: failure },
  );
}

interface Known {
  record: PaymentRecord;
  /** The hash that the service knows it by. */
  as: string | undefined;
}

/** Hands the hash over, once: whether an earlier attempt was heard is looked up first. */
async function makeKnown(context: Context, record: PaymentRecord, run: Run): Promise<Known> {
  const { api, step } = context;
  const { task, duration, kind, hash = '' } = record;
  const orders = async () => (await taskNow(context, record, run)).orders;
  let as = hash;
  const known = run.untold ? false : (await orders()).some(each => sameHash(each.txHash, hash));
  if (!known) {
    run.untold = false;
    try {
      const { data: order } = await step('service.tell', () =>
        kind === 'create'
          ? api.validatePayment(task, hash, run.signal)
          : api.extendTask(task, duration, hash, run.signal),
      );
      requireOwn(order, task, hash);
    } catch (error) {
      const earlier = await earlierHash(record, orders);
      if (earlier === undefined) throw error;
      as = earlier;
    }
  }
  const told = await update(context, record, 'service.told', 'told', current =>
    current.stage === 'paid' ? { ...current, told: true } : undefined,
  );
  return { record: told, as };
}

/**
 * The hash that the service has of this payment already: it keeps what it saw before a reorganisation took it back, and
 * takes no other one for it, though another transaction with the same nonce is on the chain now.
 */
async function earlierHash(
  { transactions, hash }: PaymentRecord,
  orders: () => Promise<readonly Order[]>,
): Promise<string | undefined> {
  const earlier = transactions.filter(each => each.purpose === 'pay' && !sameHash(each.hash, hash));
  if (earlier.length === 0) return undefined;
  return (await orders()).find(({ txHash }) => earlier.some(each => sameHash(each.hash, txHash)))?.txHash;
}

/** Whether the service has found the payment on the chain. */
async function confirmed(context: Context, record: PaymentRecord, hash: string = '', run: Run): Promise<boolean> {
  const { api, step } = context;
  const { data: order } = await step('service.order', () => api.orderStatus(record.task, hash, run.signal));
  requireOwn(order, record.task, hash);
  if (isConsumed(order) || isUnconfirmed(order)) return isConsumed(order);
  // It says nothing, or a word of later: what is told of the whole task counts.
  const { orders, status } = await taskNow(context, record, run);
  const own = orders.filter(each => isBy(record, each));
  return own.some(each => isConsumed(each) || (record.kind === 'create' && status !== 'initialized'));
}

/** Whether the service will never take the payment: the task has ended, or is paid by another one. */
async function isFinal(context: Context, record: PaymentRecord, run: Run): Promise<boolean> {
  const task = await taskNow(context, record, run);
  const consumed = task.orders.filter(isConsumed);
  if (consumed.some(each => isBy(record, each))) return false;
  return hasEnded(task) || (record.kind === 'create' && consumed.some(({ type }) => type === 'Creation'));
}

/** Paid, and of no use: that is the end of it. Always throws. */
async function notTaken(context: Context, record: PaymentRecord, cause: RemoteError): Promise<never> {
  const text = t(
    'The payment is on the chain, but Swan does not take it: {0} Ask for what is due back by a claim review of the task.',
    cause.message,
  );
  const error = new RemoteError('refused', text, { code: 'not_taken', cause });
  const problem = { code: 'not_taken', message: text, at: context.clock.now() };
  await update(context, record, 'journal.done', 'not taken by Swan', current =>
    current.stage === 'paid' ? { ...current, stage: 'done', problem } : undefined,
  );
  throw error;
}

function taskNow({ api, step }: Context, { task }: PaymentRecord, { signal }: Pick<Run, 'signal'>): Promise<Task> {
  return step('service.orders', async () => taskOf(task, (await api.task(task, signal)).data));
}

/** What the service was told of and has lost is to be told again. @returns it as it is now */
export async function retell(
  context: Context,
  record: PaymentRecord,
  run: Pick<Run, 'signal'>,
): Promise<PaymentRecord> {
  if (record.stage !== 'done') return record;
  const task = await taskNow(context, record, run);
  if (hasEnded(task) || task.orders.some(each => isBy(record, each))) return record;
  return await reopenSettled(context, { ...record, stage: 'paid', told: false, problem: undefined }, 'lost by Swan');
}

/** Takes one that had come to its end up again, as it is found to be. */
export function reopenSettled(
  { journal, locks, step, changed }: Context,
  next: PaymentRecord,
  why: string,
): Promise<PaymentRecord> {
  return locks.hold(walletLock(next), async stillHeld => {
    const saved = await step('journal.vanished', () => journal.reopen(next, why, stillHeld));
    changed(toPayment(saved));
    return saved;
  });
}

function requireOwn(order: Order, task: string, hash: string): void {
  const foreign = (order.task ?? task) !== task || (order.txHash !== undefined && !sameHash(order.txHash, hash));
  if (foreign) throw new RemoteError('protocol', t('Swan answered for another payment.'));
}

async function finish(context: Context, record: PaymentRecord, run: Run): Promise<PaymentRecord> {
  if (await vanished(context, record, run)) return reopen(context, record);
  return update(context, record, 'journal.done', 'done', current =>
    current.stage === 'paid' ? { ...current, stage: 'done', problem: lasting(current) } : undefined,
  );
}

/** What was taken is known for good. */
function lasting({ problem }: PaymentRecord): PaymentRecord['problem'] {
  return problem?.code === 'amount_changed' ? problem : undefined;
}

/** Whether the chain was reorganised, and the payment is not on it any more. */
export async function vanished(
  { chain, step }: Context,
  { hash = '', contract, transactions }: PaymentRecord,
  { signal }: Pick<Run, 'signal'>,
): Promise<boolean> {
  if ((await step('chain.final', () => chain.receipt(hash, signal)))?.status === 1) return false;
  const { block } = transactions.find(each => sameHash(each.hash, hash)) ?? {};
  if (block === undefined) return true;
  // Nodes forget receipts of long ago, and no events.
  const events = await step('chain.events', () => chain.payments(contract.client, { from: block, to: block }, signal));
  return !events.some(each => sameHash(each.transactionHash, hash));
}

/** Takes a payment back among those on their way, to be published again. */
export function reopen(context: Context, record: PaymentRecord): Promise<PaymentRecord> {
  return update(context, record, 'journal.vanished', 'vanished from the chain', current =>
    current.stage === 'paid' ? unmined(current) : undefined,
  );
}

export function unmined(record: PaymentRecord): PaymentRecord {
  const gone = record.transactions.find(each => sameHash(each.hash, record.hash));
  // Of all that share its nonce, another one may be mined now.
  const transactions = record.transactions.map(each =>
    each === gone || (each.nonce !== undefined && each.nonce === gone?.nonce)
      ? { ...each, outcome: 'unknown' as const, block: undefined }
      : each,
  );
  return { ...record, stage: 'paying', hash: undefined, transactions };
}
