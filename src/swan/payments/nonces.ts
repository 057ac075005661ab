import { Transaction } from 'ethers';
import { sleep } from '../../core/clock.js';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { isOpen, type PaymentRecord } from '../journal/record.js';
import type { Context, Run } from './context.js';
import { same } from './contracts.js';
import { unwanted } from './wanted.js';

/** How long in a row the chain must contradict what was seen on it; one node can be behind another. */
export const CERTAIN_MS = 15_000;
/** Within this, a nonce that the journal has seen used is not used again before the chain is certain to have lost it. */
const RECENT_MS = 600_000;

type Wallet = Pick<PaymentRecord, 'wallet' | 'network'>;

/** What was signed here for one nonce of a wallet. */
interface Place {
  /**
   * What belongs there and may be published at any time, since it was mined before or is to be. All else is given up:
   * what was reverted, or replaced, could pay if it were mined now.
   */
  wanted: string | undefined;
  /** Whose payment it would be, where it was never mined: whether it is still to be made is looked up first. */
  pays: PaymentRecord | undefined;
  signed: string[];
}

/** Of nonces; `to` is not in it. */
interface Range {
  from: number;
  to: number;
}

/** Where a transaction goes, and what it has to outbid there: a copy that nodes have of what was given up. */
export interface Vacancy {
  nonce: number;
  former: Transaction | undefined;
}

/** What was signed here for a wallet, by nonce. */
export async function placesOf(context: Context, wallet: Wallet): Promise<Map<number, Place>> {
  const places = new Map<number, Place>();
  const mined = new Set<number>();
  for (const record of await recordsOf(context, wallet)) {
    for (const { purpose, nonce, raw, outcome } of [...record.transactions, ...record.fillers]) {
      if (nonce === undefined || raw === undefined) continue;
      const place = places.get(nonce) ?? { wanted: undefined, pays: undefined, signed: [] };
      places.set(nonce, place);
      place.signed.push(raw);
      if (outcome === 'mined') mined.add(nonce);
      // The newest of a payment's own comes last.
      if (outcome === 'mined' || (outcome === 'unknown' && isOpen(record) && !mined.has(nonce))) {
        place.wanted = raw;
        place.pays = outcome === 'unknown' && purpose === 'pay' ? record : undefined;
      }
    }
  }
  return places;
}

/**
 * Publishes again what belongs at the wallet's nonces `from` to `to`: a reorganisation may have taken it back, such as an
 * approval, and nothing after it would ever be mined.
 */
export async function republishBetween(
  context: Context,
  places: ReadonlyMap<number, Place>,
  { from, to }: Range,
  { signal }: Run,
): Promise<void> {
  const { chain, step } = context;
  for (let nonce = from; nonce < to; nonce++) {
    const { wanted, pays } = places.get(nonce) ?? {};
    // What cannot be known now is left to who goes on with that payment.
    const leave = pays && (await unwanted(context, pays, signal).catch(error => error));
    // The node may have it already, or be behind.
    if (wanted && !leave) await step('chain.rebroadcast', () => chain.broadcast(wanted, signal)).catch(() => {});
  }
}

/**
 * Where the wallet's next transaction goes. What the journal has seen on the chain is looked for there: a node may be
 * behind, or a reorganisation may have taken it back. Then what belongs there is published again, and the next one takes
 * the first place that was given up, so that of what was given up nothing can be mined beside it.
 */
export async function nextNonce(context: Context, record: PaymentRecord, run: Run): Promise<Vacancy> {
  const { chain, clock, pace } = context;
  const { wallet } = record;
  const deadline = clock.elapsed() + pace.patienceMs;
  let seen: { used: number; since: number } | undefined;
  for (;;) {
    const places = await placesOf(context, record);
    const { top, givenUp } = await recentOf(context, record);
    const used = await chain.nonce(wallet, givenUp ? 'latest' : 'pending', run.signal);
    if (used >= top) {
      const nonce = givenUp ? await chain.nonce(wallet, 'pending', run.signal) : used;
      return { nonce, former: await copyAt(context, places, nonce, run) };
    }
    const now = clock.elapsed();
    if (seen?.used !== used) seen = { used, since: now };
    const between = { from: used, to: top };
    await republishBetween(context, places, between, run);
    const vacancy = now - seen.since < CERTAIN_MS ? undefined : await vacancyOf(context, record, places, between, run);
    if (vacancy) return vacancy;
    if (now > deadline) {
      throw new RemoteError(
        'busy',
        t(
          'The chain has taken earlier transactions of this wallet back. They are sent again; resume when they are on it.',
        ),
        { code: 'payment_open' },
      );
    }
    run.planned = false;
    await sleep(clock, pace.pollMs, run.signal);
  }
}

/** The nonce after the last that is known to be used, and whether any of them holds what was given up. */
async function recentOf(context: Context, wallet: Wallet): Promise<{ top: number; givenUp: boolean }> {
  const recent = (await recordsOf(context, wallet))
    .filter(each => each.updatedAt > context.clock.now() - RECENT_MS)
    .flatMap(each => [...each.transactions, ...each.fillers])
    .filter(({ outcome }) => outcome !== 'unknown');
  return {
    top: Math.max(0, ...recent.map(({ nonce = -1 }) => nonce + 1)),
    givenUp: recent.some(({ outcome }) => outcome !== 'mined'),
  };
}

/** The first nonce at which nothing belongs, and nothing is that another program has sent. */
export async function vacancyOf(
  context: Context,
  { wallet }: Wallet,
  places: ReadonlyMap<number, Place>,
  { from, to }: Range,
  run: Run,
): Promise<Vacancy | undefined> {
  const pending = await context.chain.nonce(wallet, 'pending', run.signal);
  for (let nonce = from; nonce < to; nonce++) {
    if (places.get(nonce)?.wanted) continue;
    const former = await copyAt(context, places, nonce, run);
    if (former || nonce >= pending) return { nonce, former };
  }
  return undefined;
}

/** What was given up at a nonce, where the node has it still, or again. */
async function copyAt(
  { chain }: Context,
  places: ReadonlyMap<number, Place>,
  nonce: number,
  { signal }: Run,
): Promise<Transaction | undefined> {
  for (const raw of places.get(nonce)?.signed.toReversed() ?? []) {
    const transaction = Transaction.from(raw);
    if (await chain.knows(transaction.hash ?? '', signal)) return transaction;
  }
  return undefined;
}

async function recordsOf({ journal }: Context, { wallet, network }: Wallet): Promise<PaymentRecord[]> {
  const { records } = await journal.list();
  return records.filter(each => each.network.chainId === network.chainId && same(each.wallet, wallet));
}
