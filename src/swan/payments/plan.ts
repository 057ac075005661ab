import type { Clock } from '../../core/clock.js';
import type { PaymentRequest, Quote } from '../../core/payments.js';
import type { PaymentRecord } from '../journal/record.js';
import { type Context, commit, walletLock } from './context.js';
import { readQuote } from './quote.js';
import { exceeded, requireNoOther, requireSame, requireSeen, requireWithin } from './requirements.js';

/** What stands in the way of a payment, or what it comes to. */
export async function quote(context: Context, request: PaymentRequest, signal?: AbortSignal) {
  const { journal, network, clock } = context;
  const { records } = await journal.list();
  requireNoOther(records, request, network.chainId);
  const read = await readQuote(context, request, signal);
  requireSeen(records, read.quote);
  const exceeds = exceeded(records, read.quote, clock.now());
  return { ...read, quote: { ...read.quote, exceeds } };
}

/**
 * Enters into the journal what the person confirmed, once all of it is found to be so still. The task is locked from the
 * first look on, so that of two windows that are told the same one finds the other's plan, whatever wallet it pays from.
 */
export function plan(context: Context, confirmed: Quote, signal?: AbortSignal): Promise<PaymentRecord> {
  const { network, locks } = context;
  const task = `task-${network.chainId}-${confirmed.request.task}`;
  return locks.hold(task, () => planForTask(context, confirmed, signal), signal);
}

function planForTask(context: Context, confirmed: Quote, signal?: AbortSignal): Promise<PaymentRecord> {
  const { network, clock, locks, journal } = context;
  const { request } = confirmed;
  const { wallet, task, kind, contract } = request;
  return locks.hold(
    walletLock({ wallet, network }),
    async stillHeld => {
      const { quote: now, height } = await quote(context, request, signal);
      requireSame(confirmed, now);
      const at = clock.now();
      const record: PaymentRecord = {
        version: 1,
        id: newId(clock),
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
        gas: confirmed.gas,
        paidBefore: now.paidBefore,
        fromBlock: height,
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
      // A limit is of all wallets together: no other plan comes between this look and the entry.
      const enter = async () => {
        const { records } = await journal.list();
        requireWithin({ ...now, exceeds: exceeded(records, now, at) });
        return await commit(context, record, 'journal.plan', 'planned', stillHeld);
      };
      return await locks.hold(`limits-${network.chainId}`, enter, signal);
    },
    signal,
  );
}

/** Sorts by time, and differs also where two windows plan within a millisecond. */
export function newId(clock: Clock): string {
  const chance = Math.floor(clock.random() * 2 ** 32);
  return `${clock.now().toString(36)}-${chance.toString(36)}-${process.pid.toString(36)}`;
}
