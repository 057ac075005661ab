import type { Clock } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { PaymentRequest, Quote } from '../../core/payments.js';
import type { Journal } from '../journal/journal.js';
import type { StillHeld } from '../journal/locks.js';
import { isOpen, type PaymentRecord, taskMark } from '../journal/record.js';
import { type Context, commit, toPaymentError, walletLock } from './context.js';
import { same } from './contracts.js';
import { readQuote } from './quote.js';
import { madeAfterAll, takeUp } from './reconcile.js';
import { exceeded, requireNoOther, requireSame, requireSeen, requireWithin } from './requirements.js';

/** Payments for the task that were given up are on the chain. */
class MadeAfterAll extends Error {
  constructor(readonly made: readonly PaymentRecord[]) {
    super();
  }
}

/** Opens what was made after all again, once no lock is held that this takes, and says so. */
export async function takingUp<T>(context: Context, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof MadeAfterAll)) throw error;
    await takeUp(context, error.made);
    throw new RemoteError(
      'refused',
      t(
        'An earlier payment for this task that was given up is on the chain after all. It is open again: resume it instead of paying again.',
      ),
      { code: 'payment_open' },
    );
  }
}

/** What stands in the way of a payment, or what it comes to. */
export async function quote(context: Context, request: PaymentRequest, signal?: AbortSignal) {
  const { journal, network, clock } = context;
  const { records, damaged } = await journal.list();
  requireNoOther(records, request, network.chainId);
  await requireReadable(journal, damaged, request);
  const read = await readQuote(context, request, isSpokenFor(records, request, network.chainId), signal);
  requireSeen(records, read.quote);
  // After what was paid was read: what is mined later shows in that.
  const made = await madeAfterAll(context, records, request.task, signal);
  if (made.length > 0) throw new MadeAfterAll(made);
  const exceeds = exceeded(records, read.quote, clock.now());
  return { ...read, quote: { ...read.quote, exceeds } };
}

/** An open payment goes first, and takes what it had approved with it. */
function isSpokenFor(records: readonly PaymentRecord[], request: PaymentRequest, chainId: number): boolean {
  return records.some(
    each =>
      isOpen(each) &&
      each.origin === 'here' &&
      each.network.chainId === chainId &&
      same(each.wallet, request.wallet) &&
      same(each.contract.client, request.contract.client) &&
      each.transactions.some(({ purpose }) => purpose === 'approve'),
  );
}

/** A payment whose record cannot be read may be on its way. */
async function requireReadable(journal: Journal, damaged: readonly string[], { task }: PaymentRequest): Promise<void> {
  const [file] = await journal.damagedOf(task, damaged);
  if (file === undefined) return;
  throw new RemoteError(
    'refused',
    t(
      'A record of a payment for this task cannot be read: {0}. Look on the chain whether the task was paid. If it was, validate it by its transaction’s hash; if it was not, move this file elsewhere and pay again.',
      file,
    ),
    { code: 'record_unreadable' },
  );
}

/**
 * Enters into the journal what the person confirmed, once all of it is found to be so still. The task is locked from the
 * first look on, so that of two windows that are told the same one finds the other's plan, whatever wallet it pays from.
 */
export function plan(
  context: Context,
  id: string,
  confirmed: Quote,
  signal: AbortSignal | undefined,
): Promise<PaymentRecord> {
  const { network, locks } = context;
  const { request } = confirmed;
  const { wallet, task } = request;
  return locks.hold(
    `task-${network.chainId}-${task}`,
    taskHeld =>
      locks.hold(
        walletLock({ wallet, network }),
        async walletHeld => {
          const { quote: now, height } = await quote(context, request, signal);
          requireSame(confirmed, now);
          const record = { id, ...planned(context, now, confirmed, height) };
          // A limit is of all wallets together: no other plan comes between this look and the entry.
          const bothHeld = async () => void (await Promise.all([taskHeld(), walletHeld()]));
          return locks.hold(`limits-${network.chainId}`, () => enter(context, record, now, bothHeld), signal);
        },
        signal,
      ),
    signal,
  );
}

async function enter(context: Context, record: PaymentRecord, now: Quote, held: StillHeld): Promise<PaymentRecord> {
  const { journal, network } = context;
  const { records, damaged } = await journal.list();
  requireNoOther(records, now.request, network.chainId);
  await requireReadable(journal, damaged, now.request);
  requireWithin({ ...now, exceeds: exceeded(records, now, record.createdAt) });
  const entered = await commit(context, record, 'journal.plan', 'planned', held);
  try {
    // A window that was stopped can lose its locks between any two lines. Of two that have entered, the later sees both.
    const others = (await journal.open()).filter(each => each.id !== record.id);
    requireNoOther(others, now.request, network.chainId);
  } catch (error) {
    const { message, kind, code = kind } = toPaymentError(error);
    const problem = { code, message, at: context.clock.now() };
    await commit(context, { ...entered, stage: 'failed', problem }, 'journal.end', 'failed', async () => {});
    await journal.settle(record.id);
    throw error;
  }
  return entered;
}

/** @param now what is read, which is what the person confirmed, or less: whose gas and approval may be needed still */
function planned(
  { clock, network }: Context,
  now: Quote,
  { gas, approval }: Quote,
  fromBlock: number,
): Omit<PaymentRecord, 'id'> {
  const { wallet, task, kind, contract } = now.request;
  const at = clock.now();
  return {
    version: 1,
    revision: 0,
    kind,
    origin: 'here',
    task,
    wallet,
    network: now.network,
    orchestratorUrl: network.orchestratorUrl,
    contract,
    hardwareId: now.hardwareId,
    pricing: now.pricing,
    pricePerHour: now.pricePerHour,
    duration: now.duration,
    amount: now.amount,
    gas,
    approval,
    paidBefore: now.paidBefore,
    fromBlock,
    createdAt: at,
    updatedAt: at,
    stage: 'ready',
    transactions: [],
    fillers: [],
    hash: undefined,
    told: false,
    problem: undefined,
    history: [],
  };
}

/** Sorts by time, differs also where two windows plan within a millisecond, and tells the task's payments from others. */
export function newId(clock: Clock, task: string): string {
  const chance = Math.floor(clock.random() * 2 ** 32);
  return [clock.now().toString(36), chance.toString(36), process.pid.toString(36), taskMark(task)].join('-');
}
