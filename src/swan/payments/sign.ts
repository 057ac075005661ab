import { Transaction } from 'ethers';
import { sleep } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { Signer } from '../../core/payments.js';
import type { StillHeld } from '../journal/locks.js';
import type { PaymentRecord, SignedTransaction } from '../journal/record.js';
import type { Call } from './chain.js';
import { requireConfirmed } from './confirmed.js';
import { type Context, commit, paymentLock, type Run, walletLock } from './context.js';
import { approveData, paymentData, same } from './contracts.js';
import { gasLeft, within } from './gasBounds.js';
import { nextNonce } from './nonces.js';
import { outbidding } from './replace.js';
import { allows, requireApproval } from './requirements.js';
import { isRevert } from './reverts.js';

/** Blocks of one node can be behind what another has told: how often an answer that should have changed is asked for again. */
const LAG_TRIES = 5;
/** What writing where nothing was costs, beyond writing where something was. */
const NEW_SLOT_GAS = 20_000n;

export interface Unsigned extends Call {
  nonce: number;
  gasLimit: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  chainId: number;
}

/**
 * Signs the next transaction of a payment that is `ready`: the approval where the allowance is short, else the payment.
 * It is in the journal, on the disk, when this resolves, and nowhere else yet. Where another payment of the wallet is
 * on its way, it waits for that one.
 */
export async function signNext(context: Context, id: string, run: Run): Promise<PaymentRecord> {
  const { journal, locks, clock, pace } = context;
  const deadline = clock.elapsed() + pace.patienceMs;
  const planned = await journal.read(id);
  for (;;) {
    const signed = await locks.hold(
      walletLock(planned),
      async stillHeld => {
        const record = await journal.read(id);
        if (record.stage !== 'ready') return record;
        // Who cannot sign has nothing to wait for.
        requireSigner(record, run);
        if (await othersUnderWay(context, record)) return undefined;
        return signUnderLock(context, record, run, stillHeld);
      },
      run.signal,
    );
    if (signed) return signed;
    if (clock.elapsed() > deadline) {
      throw new RemoteError(
        'busy',
        t('Another payment of this wallet is stuck. Resume, speed up or cancel that one first.'),
        {
          code: 'payment_open',
        },
      );
    }
    // What was read before may not hold any more.
    run.planned = false;
    await sleep(clock, pace.pollMs, run.signal);
  }
}

/** Their nonces come first, and their approvals and ours would overwrite each other. */
async function othersUnderWay({ journal, locks }: Context, record: PaymentRecord): Promise<boolean> {
  const others = (await journal.open()).filter(
    each =>
      each.id !== record.id &&
      (each.origin === 'here' || each.transactions.some(({ raw }) => raw !== undefined)) &&
      each.network.chainId === record.network.chainId &&
      same(each.wallet, record.wallet),
  );
  if (others.some(each => each.stage === 'approving' || each.stage === 'paying')) return true;
  // One that has its approval and is about to pay goes first, unless nobody goes on with it.
  const approved = others.filter(
    each => each.stage === 'ready' && each.transactions.length > 0 && isBefore(each, record),
  );
  const held = await Promise.all(approved.map(each => locks.isHeld(paymentLock(each.id))));
  return held.includes(true);
}

/** Of two payments that have their approvals, the older goes first. */
function isBefore(other: PaymentRecord, { id, createdAt, transactions }: PaymentRecord): boolean {
  if (transactions.length === 0) return true;
  return other.createdAt < createdAt || (other.createdAt === createdAt && other.id < id);
}

async function signUnderLock(
  context: Context,
  record: PaymentRecord,
  run: Run,
  stillHeld: StillHeld,
): Promise<PaymentRecord> {
  const { chain, step } = context;
  const { signal } = run;
  const signer = requireSigner(record, run);
  // What was taken back is on the chain again before anything is read that it changes.
  const { nonce, former } = await step('sign.nonce', () => nextNonce(context, record, run));
  if (!run.planned) await requireConfirmed(context, record, run);
  // Even one that was just made can have waited, for whoever held its locks.
  const paid = await step('chain.paid', () => chain.amountPaid(record.contract.client, record.task, signal));
  if (paid !== record.paidBefore) {
    throw new RemoteError('refused', t('Something else was paid for this task meanwhile. Cancel this payment.'), {
      code: 'already_paid',
    });
  }
  const approval = await needsApproval(context, record, run);
  // Of one that an earlier version planned it is not known.
  requireApproval(approval, record.approval ?? true);
  const purpose = approval ? 'approve' : 'pay';
  const call = approval
    ? { to: record.contract.token, data: approveData(record.contract.client, record.amount), from: record.wallet }
    : { to: record.contract.client, data: paymentData(record), from: record.wallet };
  const [gas, market] = await Promise.all([
    step(`${purpose}.estimate`, () => estimate(context, call, approval ? 1 : triesAfterApproval(record), run)),
    step('chain.fees', () => chain.fees(signal)),
  ]);
  const gasLimit = withMargin(gas);
  const limit = gasLeft(record, approval) / gasLimit;
  const fees = former ? outbidding(former, market, limit) : within(record, market, limit);
  const unsigned = { ...call, ...fees, nonce, gasLimit, chainId: record.network.chainId };
  await stillHeld();
  const raw = await step(`${purpose}.sign`, () => sign(signer, unsigned));
  const transaction: SignedTransaction = {
    purpose,
    hash: hashOf(raw),
    nonce,
    raw,
    signedAt: context.clock.now(),
    outcome: 'unknown',
  };
  const next: PaymentRecord = {
    ...record,
    stage: approval ? 'approving' : 'paying',
    transactions: [...record.transactions, transaction],
    problem: undefined,
  };
  return commit(context, next, `${purpose}.journal`, `${purpose} signed`, stillHeld);
}

export function requireSigner(record: PaymentRecord, { signer }: Run): Signer {
  if (!signer) {
    throw new RemoteError('invalid', t('The next transaction of this payment is to be signed: resume it to go on.'), {
      code: 'needs_signature',
    });
  }
  if (same(signer.address, record.wallet)) return signer;
  throw new RemoteError('invalid', t('This payment is the wallet {0}’s, and the key another’s.', record.wallet), {
    code: 'needs_signature',
  });
}

async function needsApproval(context: Context, record: PaymentRecord, { signal }: Run): Promise<boolean> {
  const { chain, clock, pace, step } = context;
  const { token, client } = record.contract;
  for (let tries = triesAfterApproval(record); ; tries--) {
    const allowance = await step('chain.allowance', () => chain.allowance(token, record.wallet, client, signal));
    if (allows(allowance, record.amount)) return false;
    if (tries <= 1) return true;
    await sleep(clock, pace.pollMs, signal);
  }
}

function triesAfterApproval(record: PaymentRecord): number {
  return record.transactions.some(each => each.purpose === 'approve' && each.outcome === 'mined') ? LAG_TRIES : 1;
}

async function estimate({ chain, clock, pace }: Context, call: Call, tries: number, { signal }: Run): Promise<bigint> {
  for (let left = tries; ; left--) {
    try {
      return await chain.estimateGas(call, signal);
    } catch (error) {
      if (!isRevert(error) || left <= 1) throw error;
    }
    await sleep(clock, pace.pollMs, signal);
  }
}

/** What is estimated is for the chain as it was: where a slot is written that a reorganisation has emptied, it takes more. */
function withMargin(gas: bigint): bigint {
  return gas + gas / 4n + NEW_SLOT_GAS;
}

/** @returns the signed transaction, after a look at whether it is what was to be signed */
export async function sign(signer: Signer, { from, ...fields }: Unsigned): Promise<string> {
  const unsigned = Transaction.from({ ...fields, type: 2, value: 0n }).unsignedSerialized;
  const raw = await signer.sign(unsigned);
  const signed = Transaction.from(raw);
  if (signed.unsignedSerialized === unsigned && signed.from !== null && same(signed.from, from)) return raw;
  throw new RemoteError('invalid', t('The wallet signed something else than it was given. Nothing was sent.'));
}

export function hashOf(raw: string): string {
  const { hash } = Transaction.from(raw);
  if (hash === null) throw new RemoteError('invalid', t('The wallet did not sign the transaction. Nothing was sent.'));
  return hash;
}

/** The call that a signed transaction makes. */
export function callOf(from: string, raw: string): Call {
  const { to, data } = Transaction.from(raw);
  return { from, to: to ?? from, data };
}
