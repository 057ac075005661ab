import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { PaymentRecord, SignedTransaction } from '../journal/record.js';
import { type Context, commit, type Run, walletLock } from './context.js';
import { requireGas } from './gasBounds.js';
import { CERTAIN_MS, placesOf, republishBetween, vacancyOf } from './nonces.js';
import { outbidding, TRANSFER_GAS } from './replace.js';
import { hashOf, requireSigner, sign } from './sign.js';

/** Since when a nonce before a payment's is found to be nowhere. */
export interface GapWatch {
  nonce: number;
  since: number;
}

/**
 * Sees to it that a transaction of a payment is reached: all that its wallet has signed at nonces before has to be on the
 * chain first, and a reorganisation takes it back, or a node loses it. What belongs there is published again. Where
 * nothing does, an empty transaction fills the place, if it may be signed: what was given up is never sent again, since it
 * could pay now.
 */
export async function closeGaps(
  context: Context,
  record: PaymentRecord,
  before: number,
  run: Run,
  watch: GapWatch | undefined,
): Promise<GapWatch | undefined> {
  const { chain, clock, step } = context;
  const { wallet } = record;
  const used = await step('chain.nonce', () => chain.nonce(wallet, 'latest', run.signal));
  if (used >= before) return undefined;
  const places = await placesOf(context, record);
  const between = { from: used, to: before };
  await republishBetween(context, places, between, run);
  const { nonce } = (await vacancyOf(context, record, places, between, run)) ?? {};
  if (nonce === undefined) return undefined;
  if (watch?.nonce !== nonce) return { nonce, since: clock.elapsed() };
  if (clock.elapsed() - watch.since < CERTAIN_MS) return watch;
  if (!run.signer) throw gap(nonce);
  await fill(context, record, nonce, run);
  return undefined;
}

function gap(nonce: number): RemoteError {
  return new RemoteError(
    'invalid',
    t(
      'The chain has lost an earlier transaction of this wallet (nonce {0}), and this one waits for it. Resume to put an empty one in its place, which costs only gas.',
      nonce,
    ),
    { code: 'nonce_gap' },
  );
}

async function fill(context: Context, { id, wallet, network }: PaymentRecord, nonce: number, run: Run): Promise<void> {
  const { chain, clock, journal, locks, step } = context;
  const raw = await locks.hold(
    walletLock({ wallet, network }),
    async stillHeld => {
      const record = await journal.read(id);
      const places = await placesOf(context, record);
      const vacancy = await vacancyOf(context, record, places, { from: nonce, to: nonce + 1 }, run);
      // Another payment that waits for the same has filled it.
      if (!vacancy) return undefined;
      const { former } = vacancy;
      const signer = requireSigner(record, run);
      const fees = await step('fill.fees', () => chain.fees(run.signal));
      const unsigned = {
        from: wallet,
        to: wallet,
        data: '0x',
        nonce,
        chainId: network.chainId,
        gasLimit: TRANSFER_GAS,
        ...(former ? outbidding(former, fees) : fees),
      };
      requireGas(record, unsigned.gasLimit * unsigned.maxFeePerGas);
      await stillHeld();
      const signed = await step('fill.sign', () => sign(signer, unsigned));
      const filler: SignedTransaction = {
        purpose: 'fill',
        hash: hashOf(signed),
        nonce,
        raw: signed,
        signedAt: clock.now(),
        outcome: 'unknown',
      };
      const next = { ...record, fillers: [...record.fillers, filler], problem: undefined };
      await commit(context, next, 'fill.journal', `empty transaction signed at nonce ${nonce}`, stillHeld);
      return signed;
    },
    run.signal,
  );
  // Where this does not arrive, the next look publishes it again.
  if (raw !== undefined) await step('fill.broadcast', () => chain.broadcast(raw, run.signal)).catch(() => {});
}

/** What became of the empty ones, now that the transaction after them is decided. */
export async function decidedFillers(
  { chain, step }: Context,
  { fillers }: PaymentRecord,
  { signal }: Run,
): Promise<SignedTransaction[]> {
  return Promise.all(
    fillers.map(async (each): Promise<SignedTransaction> => {
      if (each.outcome !== 'unknown') return each;
      const receipt = await step('fill.receipt', () => chain.receipt(each.hash, signal));
      return receipt ? { ...each, outcome: 'mined', block: receipt.blockNumber } : { ...each, outcome: 'replaced' };
    }),
  );
}
