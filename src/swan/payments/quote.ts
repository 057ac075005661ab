import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { costOf } from '../../core/money.js';
import type { PaymentRequest, Quote } from '../../core/payments.js';
import { MAX_DURATION, MIN_DURATION, type Task } from '../../core/tasks.js';
import { readContractInfo } from '../contractInfo.js';
import { taskOf } from '../taskAnswers.js';
import { type Context, requireChain } from './context.js';
import { same } from './contracts.js';
import { endOf, requireRenewable, requireUnpaid } from './orders.js';
import { allows, requireFunds, requireHardware } from './requirements.js';

/** What the two transactions take at the most. */
const APPROVE_GAS = 100_000n;
const PAY_GAS = 400_000n;

/**
 * All that can be known before paying, read and checked; nothing is changed by it.
 * @param spokenFor what the contract may take now is for another payment of this wallet
 */
export async function readQuote(
  context: Context,
  request: PaymentRequest,
  spokenFor: boolean,
  signal?: AbortSignal,
): Promise<{ quote: Omit<Quote, 'exceeds'>; height: number }> {
  const { chain, step, network } = context;
  const { wallet, contract } = request;
  const [task, chainId] = await Promise.all([
    readTask(context, request, signal),
    step('chain.id', () => chain.chainId(signal)),
  ]);
  requireChain(context, chainId);
  const terms = termsOf(task, request);
  const [height, takes, paidBefore, balance, allowance, gasBalance, fees] = await Promise.all([
    step('chain.height', () => chain.height(signal)),
    step('chain.token', () => chain.paymentToken(contract.client, signal)),
    step('chain.paid', () => chain.amountPaid(contract.client, task.id, signal)),
    step('chain.balance', () => chain.balanceOf(contract.token, wallet, signal)),
    step('chain.allowance', () => chain.allowance(contract.token, wallet, contract.client, signal)),
    step('chain.gasBalance', () => chain.gasBalance(wallet, signal)),
    step('chain.fees', () => chain.fees(signal)),
    requireHardware(context, request, terms, signal),
  ]);
  if (!same(takes, contract.token)) {
    throw new RemoteError('refused', t('The payment contract takes another token ({0}). Nothing was signed.', takes), {
      code: 'contract_changed',
    });
  }
  if (request.kind === 'create') await requireUnpaid(context, task, paidBefore, signal);
  else requireRenewable(task, paidBefore);
  const amount = costOf(terms.pricePerHour, terms.duration);
  const approval = spokenFor || !allows(allowance, amount);
  const gas = fees.maxFeePerGas * (PAY_GAS + (approval ? APPROVE_GAS : 0n));
  requireFunds({ amount, balance, gas, gasBalance });
  const quote = {
    request,
    network: { name: network.name, chainId },
    ...terms,
    amount,
    paidBefore,
    balance,
    balanceAfter: balance - amount,
    allowance,
    approval,
    gas,
    gasBalance,
  };
  return { quote, height };
}

export type Terms = Pick<Quote, 'hardwareId' | 'pricing' | 'pricePerHour' | 'duration'>;

/**
 * The task as the service tells of it now.
 * @throws RemoteError where it has ended, or is to be paid by another contract than the person trusted
 */
export async function readTask(
  { step, api }: Context,
  { task: id, contract }: Pick<PaymentRequest, 'task' | 'contract'>,
  signal?: AbortSignal,
): Promise<Task> {
  const [task, info] = await Promise.all([
    step('task.read', async () => taskOf(id, (await api.task(id, signal)).data)),
    step('contract.read', () => readContractInfo(api, signal)),
  ]);
  if (!same(info.client, contract.client) || !same(info.token, contract.token)) {
    throw new RemoteError(
      'refused',
      t(
        'Swan now names another payment contract ({0}) than the one you trusted ({1}). Nothing was signed. Find out why before trusting it.',
        info.client,
        contract.client,
      ),
      { code: 'contract_changed' },
    );
  }
  const end = endOf(task);
  if (end !== undefined) {
    throw new RemoteError('invalid', t('This task has ended ({0}). Create it again instead of paying for it.', end), {
      code: 'task_ended',
    });
  }
  return task;
}

/** The task's own terms: the catalogue may have moved since it was created. */
export function termsOf(task: Task, request: PaymentRequest): Terms {
  const { id: hardwareId } = task.hardware;
  const { pricePerHour } = task;
  const duration = request.kind === 'create' ? task.duration : request.duration;
  if (hardwareId === undefined || pricePerHour === undefined || duration === undefined) {
    throw new RemoteError('protocol', t('Swan did not say what this task costs. Nothing was signed; try again later.'));
  }
  if (!Number.isInteger(duration) || duration < MIN_DURATION || duration > MAX_DURATION) {
    throw new RemoteError('invalid', t('A task is paid for 1 hour at the least and 14 days at the most.'));
  }
  return { hardwareId, pricing: request.pricing, pricePerHour, duration };
}
