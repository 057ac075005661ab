import type { RemoteError } from '../../core/errors.js';
import { isOpen, type PaymentRecord } from '../journal/record.js';
import { type Context, update } from './context.js';

/** What was confirmed cannot be had any more, so that it is to be paid anew. */
const OVER = new Set(['price_changed', 'gas_changed', 'hardware_gone', 'approval_gone']);

/**
 * Ends a payment of which nothing was signed, unless it may go on later, or says what is the matter with it.
 * @param signing who cannot sign only looks after what the person has confirmed, and does not end it
 */
export async function noteProblem(
  context: Context,
  id: string,
  error: RemoteError,
  signing: boolean,
): Promise<PaymentRecord> {
  const record = await context.journal.read(id);
  const { message, kind, retryable, code = kind } = error;
  const problem = { code, message, at: context.clock.now() };
  // It may go on later, or waits for the person, who may have been asked for nothing yet.
  const waits = !signing || retryable || code === 'needs_signature';
  const unsigned = record.transactions.length === 0;
  if (!waits && record.stage === 'ready' && record.origin === 'here' && (unsigned || OVER.has(code))) {
    const stage = kind === 'cancelled' ? 'cancelled' : 'failed';
    return update(context, record, 'journal.end', stage, current =>
      current.stage === 'ready' && current.transactions.length === record.transactions.length
        ? { ...current, stage, problem }
        : undefined,
    );
  }
  if (kind === 'cancelled') return record;
  return update(context, record, 'journal.problem', code, current =>
    isOpen(current) ? { ...current, problem } : undefined,
  );
}
