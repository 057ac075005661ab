import { type Clock, sleep } from '../../core/clock.js';
import { RemoteError, toRemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { Payment, Signer, SpendingLimits } from '../../core/payments.js';
import type { Api } from '../api.js';
import type { Journal } from '../journal/journal.js';
import type { Locks, StillHeld } from '../journal/locks.js';
import { isOf, isOpen, type PaymentRecord, toPayment } from '../journal/record.js';
import type { Network } from '../networks.js';
import type { Chain } from './chain.js';
import { NodeError } from './nodeErrors.js';
import { fromNode, isRevert, reverted, revertReason } from './reverts.js';
import type { RunStep, Step } from './steps.js';

/** What every part of paying works with. */
export interface Context {
  network: Network;
  api: Api;
  chain: Chain;
  clock: Clock;
  journal: Journal;
  locks: Locks;
  step: RunStep;
  changed(payment: Payment): void;
  /** Whether a payment is another account's: what is done for it takes that account's key. */
  isOthers?(record: PaymentRecord): boolean;
  pace: Pace;
}

export interface Pace {
  /** Blocks that make a receipt believable: 1 is the block it is in. */
  confirmations: number;
  /** Milliseconds between two looks at the chain. */
  pollMs: number;
  /** Milliseconds after which a transaction counts as stuck. */
  patienceMs: number;
  /** Milliseconds that the service is asked whether it has seen the payment. */
  tellPatienceMs: number;
}

export const DEFAULT_PACE: Pace = { confirmations: 1, pollMs: 500, patienceMs: 120_000, tellPatienceMs: 180_000 };

/** Whether a payment is of this network and account; the journal holds those of all. */
export function isHere({ network, isOthers }: Context, record: PaymentRecord): boolean {
  return isOf(network, record) && !isOthers?.(record);
}

/** One turn of going on with a payment. */
export interface Run {
  signer: Signer | undefined;
  signal: AbortSignal | undefined;
  /** The person's own, as they are now. */
  limits: SpendingLimits | undefined;
  /** Planned in this very turn: what the plan has read is still true. */
  planned: boolean;
  /** Hashes that a node has taken in this turn. */
  accepted: Set<string>;
  /** The payment was mined in this turn, so that the service cannot know of it. */
  untold: boolean;
}

/** Who signs, and who writes the journal, holds this. */
export function walletLock({ wallet, network }: Pick<PaymentRecord, 'wallet' | 'network'>): string {
  return `wallet-${network.chainId}-${wallet.toLowerCase()}`;
}

export { paymentLock } from '../journal/locks.js';

/** Writes a payment's next state; on the disk before it resolves. The caller holds the wallet's lock. */
export async function commit(
  { journal, step, changed }: Context,
  record: PaymentRecord,
  name: Step,
  what: string,
  stillHeld: StillHeld,
): Promise<PaymentRecord> {
  const saved = await step(name, () => journal.save(record, what, stillHeld));
  changed(toPayment(saved));
  return saved;
}

/** Reads a payment, changes it and writes it, alone. No change is no write. */
export function update(
  context: Context,
  record: PaymentRecord,
  name: Step,
  what: string,
  change: (current: PaymentRecord) => PaymentRecord | undefined,
): Promise<PaymentRecord> {
  return context.locks.hold(walletLock(record), async stillHeld => {
    const current = await context.journal.read(record.id);
    const next = change(current);
    return next ? commit(context, next, name, what, stillHeld) : current;
  });
}

/** Moves a payment at its end out of the way. The caller does not hold the wallet’s lock. */
export async function settled({ locks, journal, step }: Context, record: PaymentRecord): Promise<PaymentRecord> {
  if (isOpen(record)) return record;
  await locks.hold(walletLock(record), () => step('journal.settle', () => journal.settle(record.id)));
  return record;
}

/** A node or a service that cannot be asked now says nothing of what becomes of a transaction: it is waited on. */
export function isPassing(error: unknown): error is NodeError | RemoteError {
  return error instanceof NodeError || (error instanceof RemoteError && error.retryable);
}

/** Until the next look, or for as long as somebody asks to wait. */
export function pause({ clock }: Context, ms: number, failure: unknown, signal?: AbortSignal): Promise<void> {
  const asked = failure instanceof RemoteError ? (failure.retryAfterMs ?? 0) : 0;
  return sleep(clock, Math.max(ms, asked), signal);
}

/** Any error of paying, as one for a person. */
export function toPaymentError(error: unknown): RemoteError {
  if (isRevert(error)) return reverted(revertReason(error));
  return error instanceof NodeError ? fromNode(error) : toRemoteError(error);
}

export function requireChain({ network }: Context, chainId: number): void {
  if (chainId === network.chainId) return;
  throw new RemoteError(
    'invalid',
    t(
      'The RPC node is on chain {0}, and {1} is chain {2}. Correct the RPC address in the settings; nothing was signed.',
      chainId,
      network.name,
      network.chainId,
    ),
    { code: 'wrong_chain' },
  );
}
