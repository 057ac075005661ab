import { RemoteError } from '../../core/errors.js';
import { tell } from '../../core/events.js';
import { t } from '../../core/l10n.js';
import { type Log, silentLog } from '../../core/log.js';
import type { Payments, Signer } from '../../core/payments.js';
import { readContractInfo } from '../contractInfo.js';
import { isOf, type PaymentRecord, toPayment } from '../journal/record.js';
import { adopt } from './adopt.js';
import { Chain } from './chain.js';
import { type Context, DEFAULT_PACE, type Pace, type Run, requireChain, settled, toPaymentError } from './context.js';
import { same } from './contracts.js';
import { begin, drive } from './drive.js';
import { quote, takingUp } from './plan.js';
import { lookUp, reconcile } from './reconcile.js';
import { noteRefunds } from './refunds.js';
import { cancel, replacement, speedUp } from './replace.js';
import { requireFunds } from './requirements.js';
import { Rpc } from './rpc.js';
import { addressInKeystore, checkAddress, offered, signerFromKey, signerFromKeystore } from './signers.js';
import { type OnStep, stepRunner } from './steps.js';
import { retell } from './tell.js';

export { STEPS, type Step } from './steps.js';

export interface EngineOptions
  extends Pick<Context, 'network' | 'api' | 'clock' | 'journal' | 'locks' | 'changed' | 'isOthers'> {
  pace?: Partial<Pace> | undefined;
  /** Is told of each step, by its name. */
  log?: Log | undefined;
  /** For tests, which stop the process there. */
  onStep?: OnStep | undefined;
}

export type Engine = Omit<Payments, 'onDidChange' | 'list' | 'open' | 'underWay'>;

/** Paying, on the chain and to the service. This and what it imports are loaded when somebody pays. */
export function createEngine({ pace, log = silentLog, onStep, ...parts }: EngineOptions): Engine {
  const { network, clock, journal } = parts;
  const context: Context = {
    ...parts,
    changed: payment => tell(parts.changed, payment),
    chain: new Chain(new Rpc(network.rpcUrl, clock)),
    step: stepRunner(log, onStep),
    pace: { ...DEFAULT_PACE, ...pace },
  };
  const runOf = (run: Partial<Run>): Run => ({
    signer: undefined,
    signal: undefined,
    limits: undefined,
    planned: false,
    untold: false,
    accepted: new Set(),
    ...run,
  });
  const follow = async (record: PaymentRecord, run: Partial<Run>) =>
    toPayment(await drive(context, record.id, runOf(run)));

  return inWords({
    contract: async signal => offered(await readContractInfo(parts.api, signal), network.signer),
    estimate: async (request, signal) => (await takingUp(context, () => quote(context, request, signal))).quote,
    async pay(confirmed, signer, signal) {
      requireWallet(signer, confirmed.request.wallet);
      const run = runOf({ signer, signal, limits: confirmed.request.limits, planned: true });
      return toPayment(await takingUp(context, () => begin(context, confirmed, run)));
    },
    async validate(payment, signal) {
      const adopted = requireHere(context, await adopt(context, payment, signal));
      // The journal may have given up what was mined after all, and the service lost what it was told of.
      const record = await retell(context, await lookUp(context, adopted, signal), { signal });
      return follow(record, { signal, untold: record.revision === 1 });
    },
    async resume(id, signer, limits, signal) {
      const record = requireHere(context, await journal.read(id));
      return follow(record, { signer, limits, signal });
    },
    async balanceFor(id, signal) {
      const { contract, wallet, amount } = requireHere(context, await journal.read(id));
      const balance = await context.step('chain.balance', () =>
        context.chain.balanceOf(contract.token, wallet, signal),
      );
      requireFunds({ amount, balance, gas: 0n, gasBalance: 0n });
      return balance;
    },
    async allowanceFor(id, signal) {
      const { contract, wallet } = requireHere(context, await journal.read(id));
      return context.chain.allowance(contract.token, wallet, contract.client, signal);
    },
    replacement: async (id, act, signal) =>
      replacement(context, requireHere(context, await journal.read(id)), act, signal),
    speedUp: async (id, signer, most) => {
      requireHere(context, await journal.read(id));
      return toPayment(await speedUp(context, id, signer, most));
    },
    cancel: async (id, signer, most) => {
      requireHere(context, await journal.read(id));
      return toPayment(await settled(context, await cancel(context, id, signer, most)));
    },
    reconcile: async signal => (await reconcile(context, signal)).map(toPayment),
    async noteRefund(task, signal) {
      requireChain(context, await context.step('chain.id', () => context.chain.chainId(signal)));
      await noteRefunds(context, signal, task);
    },
    async balanceOfTask(task, signal) {
      const { client } = await readContractInfo(parts.api, signal);
      const [paid, refunded] = await Promise.all([
        context.chain.amountPaid(client, task, signal),
        context.chain.refundedAmount(client, task, signal),
      ]);
      return { paid, refunded };
    },
    async transaction(hash, signal) {
      const receipt = await context.chain.receipt(hash, signal);
      return receipt === undefined ? 'unknown' : receipt.status === 1 ? 'mined' : 'reverted';
    },
    signerFromKey: async privateKey => signerFromKey(privateKey),
    signerFromKeystore,
    addressInKeystore: async keystore => addressInKeystore(keystore),
    checkAddress: async text => checkAddress(text),
  });
}

function requireWallet(signer: Signer, wallet: string): void {
  if (same(signer.address, wallet)) return;
  throw new RemoteError(
    'invalid',
    t('The key is of the wallet {0}, and the payment was to be made by {1}.', signer.address, wallet),
  );
}

/** The journal holds payments of every network and account; this engine knows one. */
function requireHere({ network, isOthers }: Context, record: PaymentRecord): PaymentRecord {
  if (isOf(network, record) && isOthers?.(record)) {
    throw new RemoteError('invalid', t('This payment is another account’s. Switch to that account first.'), {
      code: 'other_account',
    });
  }
  if (isOf(network, record)) return record;
  const text =
    record.network.chainId === network.chainId
      ? t(
          'This payment was made with the orchestrator at {0}, and another address is set. Set that one first.',
          record.orchestratorUrl,
        )
      : t('This payment was made on {0}. Switch to that network first.', record.network.name);
  throw new RemoteError('invalid', text, { code: 'wrong_chain' });
}

/** Each error of the calls becomes one for a person. */
function inWords(engine: Engine): Engine {
  const entries = Object.entries(engine).map(([name, call]) => [
    name,
    async (...args: never[]) => {
      try {
        return await Reflect.apply(call, engine, args);
      } catch (error) {
        throw toPaymentError(error);
      }
    },
  ]);
  // The same calls, entry by entry.
  return Object.fromEntries(entries) as Engine;
}
