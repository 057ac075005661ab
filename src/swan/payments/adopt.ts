import type { Transaction } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { costOf } from '../../core/money.js';
import type { PaymentKind } from '../../core/payments.js';
import { readContractInfo } from '../contractInfo.js';
import type { PaymentRecord } from '../journal/record.js';
import type { Receipt } from './chain.js';
import { type Context, commit, isPassing, pause, requireChain, walletLock } from './context.js';
import { kindOf, same, submittedOf, transferredOf } from './contracts.js';
import { newId } from './plan.js';

const SECONDS_PER_HOUR = 3600n;

/** Takes a payment that was made elsewhere into the journal, as the chain tells of it. */
export async function adopt(
  context: Context,
  { task, kind, hash: given }: { task: string; kind: PaymentKind; hash: string },
  signal?: AbortSignal,
): Promise<PaymentRecord> {
  const { network, locks, clock, chain, step, api } = context;
  const hash = given.toLowerCase();
  if (!/^0x[0-9a-f]{64}$/.test(hash)) {
    throw new RemoteError('invalid', t('This is no transaction hash: it should be 0x and 64 hexadecimal digits.'));
  }
  const known = await recordOf(context, hash);
  if (known) return requireTask(known, task);
  const [info, chainId] = await Promise.all([
    step('contract.read', () => readContractInfo(api, signal)),
    step('chain.id', () => chain.chainId(signal)),
  ]);
  requireChain(context, chainId);
  const receipt = await awaitReceipt(context, hash, signal);
  if (receipt.status === 0) {
    throw new RemoteError('invalid', t('This transaction was reverted: it paid nothing.'), { code: 'reverted' });
  }
  const paid = submittedOf(receipt.logs, info.client).find(each => each.task === task);
  if (!paid) throw new RemoteError('invalid', t('This transaction does not pay for this task.'));
  const { payer: wallet, price, duration, hardwareId } = paid;
  const amount = transferredOf(receipt.logs, info.token, wallet);
  const sent = await signedBy(context, wallet, hash, signal);
  const at = clock.now();
  const record: PaymentRecord = {
    version: 1,
    id: newId(clock, task),
    revision: 0,
    // A person can take the one for the other.
    kind: (sent && kindOf(sent.data)) ?? kind,
    origin: 'elsewhere',
    task,
    wallet,
    network: { name: network.name, chainId },
    orchestratorUrl: network.orchestratorUrl,
    contract: { client: info.client, token: info.token },
    hardwareId,
    pricing: 'dynamic',
    pricePerHour: costOf(price, duration) === amount ? price : perHour(amount, duration),
    duration,
    amount,
    gas: sent ? sent.gasLimit * (sent.maxFeePerGas ?? sent.gasPrice ?? 0n) : 0n,
    paidBefore: 0n,
    fromBlock: receipt.blockNumber,
    createdAt: at,
    updatedAt: at,
    stage: 'paid',
    transactions: [
      { purpose: 'pay', hash, nonce: sent?.nonce, raw: sent?.serialized, outcome: 'mined', block: receipt.blockNumber },
    ],
    fillers: [],
    hash,
    told: false,
    problem: undefined,
    history: [],
  };
  return locks.hold(
    walletLock(record),
    async stillHeld => {
      const meanwhile = await recordOf(context, hash);
      if (meanwhile) return requireTask(meanwhile, task);
      return commit(context, record, 'validate.journal', 'paid elsewhere', stillHeld);
    },
    signal,
  );
}

/** Its bytes, so that it can be published again should the chain lose it. A contract that pays has none of its own. */
export async function signedBy(
  { chain, step }: Context,
  wallet: string,
  hash: string,
  signal?: AbortSignal,
): Promise<Transaction | undefined> {
  const sent = await step('validate.transaction', () => chain.transaction(hash, signal));
  return sent?.from && same(sent.from, wallet) ? sent : undefined;
}

async function recordOf({ journal }: Context, hash: string): Promise<PaymentRecord | undefined> {
  const { records } = await journal.list();
  return records.find(each => each.transactions.some(transaction => same(transaction.hash, hash)));
}

function requireTask(record: PaymentRecord, task: string): PaymentRecord {
  if (record.task === task) return record;
  throw new RemoteError('invalid', t('This transaction was used for another task already.'), { code: 'already_paid' });
}

async function awaitReceipt(context: Context, hash: string, signal?: AbortSignal): Promise<Receipt> {
  const { clock, pace, chain, step } = context;
  const deadline = clock.elapsed() + pace.patienceMs;
  for (;;) {
    let failure: unknown;
    try {
      const receipt = await step('validate.receipt', () => chain.receipt(hash, signal));
      if (receipt) return receipt;
    } catch (error) {
      if (!isPassing(error)) throw error;
      failure = error;
    }
    if (clock.elapsed() > deadline) {
      if (failure) throw failure;
      throw new RemoteError(
        'timeout',
        t('This transaction is not on the chain yet. Check the hash, or try again later.'),
        {
          code: 'transaction_pending',
        },
      );
    }
    await pause(context, pace.pollMs, failure, signal);
  }
}

function perHour(amount: bigint, duration: number): bigint {
  return duration > 0 ? (amount * SECONDS_PER_HOUR) / BigInt(duration) : amount;
}
