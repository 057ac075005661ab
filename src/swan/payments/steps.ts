import type { Log } from '../../core/log.js';

/**
 * Every durable step and every call over the network of paying, by name. A test stops the process before and after each
 * of them; what is not in this list cannot be called.
 */
export const STEPS = [
  // Read before anything is planned.
  'task.read',
  'contract.read',
  'hardware.read',
  'chain.id',
  'chain.height',
  'chain.token',
  'chain.price',
  'chain.paid',
  'chain.balance',
  'chain.allowance',
  'chain.gasBalance',
  'chain.fees',
  'journal.plan',
  'sign.nonce',
  // The approval, where the allowance is short.
  'approve.estimate',
  'approve.sign',
  'approve.journal',
  'approve.broadcast',
  'approve.receipt',
  'approve.mined',
  // The payment.
  'pay.estimate',
  'pay.sign',
  'pay.journal',
  'pay.broadcast',
  'pay.receipt',
  'pay.mined',
  // The service.
  'service.tell',
  'service.order',
  'service.told',
  'chain.final',
  'journal.done',
  'journal.settle',
  // Taking up what was left, and what seldom happens.
  'service.orders',
  'chain.nonce',
  'chain.find',
  'chain.rebroadcast',
  'chain.events',
  'chain.reason',
  'journal.end',
  'journal.problem',
  'journal.vanished',
  'refund.amount',
  'refund.order',
  'refund.receipt',
  'refund.time',
  'refund.journal',
  'fill.fees',
  'fill.sign',
  'fill.journal',
  'fill.broadcast',
  'fill.receipt',
  'replace.fees',
  'replace.sign',
  'replace.journal',
  'replace.broadcast',
  'validate.receipt',
  'validate.transaction',
  'validate.journal',
] as const;

export type Step = (typeof STEPS)[number];

/** Called around each step; a test's may end the process. */
export type OnStep = (name: Step, when: 'before' | 'after') => void | Promise<void>;

export type RunStep = <T>(name: Step, act: () => Promise<T>) => Promise<T>;

export function stepRunner(log: Log, onStep: OnStep | undefined): RunStep {
  return async (name, act) => {
    log.debug(`Payment: ${name}`);
    await onStep?.(name, 'before');
    const result = await act();
    await onStep?.(name, 'after');
    return result;
  };
}
