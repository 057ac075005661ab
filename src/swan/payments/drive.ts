import type { Quote } from '../../core/payments.js';
import { isOpen, type PaymentRecord } from '../journal/record.js';
import { type Context, paymentLock, type Run, requireChain, settled, toPaymentError } from './context.js';
import { awaitOutcome } from './outcome.js';
import { newId, plan } from './plan.js';
import { noteProblem } from './problem.js';
import { signNext } from './sign.js';
import { tell } from './tell.js';

/**
 * Goes on with a payment from whatever the journal says, until it is done, has ended, or cannot go on. It is the only
 * one to do so on this machine; each turn begins with what is on the disk, so that it can end at any point.
 */
export function drive(context: Context, id: string, run: Run): Promise<PaymentRecord> {
  return context.locks.hold(paymentLock(id), () => alone(context, id, run), run.signal);
}

/** Enters into the journal what the person confirmed, and goes on with it: whoever finds it there finds it under way. */
export function begin(context: Context, confirmed: Quote, run: Run): Promise<PaymentRecord> {
  const id = newId(context.clock, confirmed.request.task);
  return context.locks.hold(
    paymentLock(id),
    async () => {
      await plan(context, id, confirmed, run.signal);
      return alone(context, id, run);
    },
    run.signal,
  );
}

async function alone(context: Context, id: string, run: Run): Promise<PaymentRecord> {
  try {
    return await goOn(context, id, run);
  } catch (error) {
    const problem = toPaymentError(error);
    await settled(context, await noteProblem(context, id, problem, run.signer !== undefined));
    throw problem;
  }
}

async function goOn(context: Context, id: string, run: Run): Promise<PaymentRecord> {
  const { chain, step } = context;
  for (let checked = run.planned; ; checked = true) {
    const record = await context.journal.read(id);
    if (!isOpen(record)) return settled(context, record);
    // On another chain nothing of it would be found, and all of it would be believed lost.
    if (!checked) requireChain(context, await step('chain.id', () => chain.chainId(run.signal)));
    if (record.stage === 'ready') await publish(context, await signNext(context, id, run), run);
    else if (record.stage === 'paid') await tell(context, id, run);
    else await awaitOutcome(context, id, run);
    run.planned = false;
  }
}

/** Sends what was just signed. What becomes of it is looked up on the chain, whatever the node says. */
async function publish({ chain, step }: Context, record: PaymentRecord, run: Run): Promise<void> {
  const transaction = record.transactions.at(-1);
  const { raw } = transaction ?? {};
  if (raw === undefined || transaction?.outcome !== 'unknown') return;
  const name = transaction.purpose === 'approve' ? 'approve.broadcast' : 'pay.broadcast';
  try {
    await step(name, () => chain.broadcast(raw, run.signal));
    run.accepted.add(transaction.hash);
  } catch {
    // Whatever went wrong, it may have arrived.
  }
}
