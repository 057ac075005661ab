import { join } from 'node:path';
import type { Clock } from '../core/clock.js';
import { Emitter } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { Payment, Payments } from '../core/payments.js';
import type { Api } from './api.js';
import { Journal } from './journal/journal.js';
import { Locks, paymentLock } from './journal/locks.js';
import { isOf, isOpen, type PaymentRecord, toPayment } from './journal/record.js';
import type { Network } from './networks.js';
import type { Engine } from './payments/engine.js';

export interface PaymentsOptions {
  network: Network;
  api: Api;
  clock: Clock;
  log: Log;
  /** Marks what is paid here. */
  account: string;
  /** Whether a payment is another account's, of which the journal is too. */
  isOthers(payment: Payment): boolean;
  /** Where the journal is kept: one for all accounts, since two of them can have the same wallet. */
  folder: string;
  confirmations: number;
}

/** The journal can be read at once; what pays is loaded when somebody pays. */
export function createPayments({ folder, confirmations, account, isOthers, ...parts }: PaymentsOptions): Payments {
  const { clock } = parts;
  const journal = new Journal(folder, clock, account);
  const locks = new Locks(join(folder, 'locks'), clock);
  const emitter = new Emitter<Payment>();
  let loading: Promise<Engine> | undefined;
  const engine = () => {
    loading ??= import('./payments/engine.js').then(({ createEngine }) =>
      createEngine({
        ...parts,
        journal,
        locks,
        isOthers: record => isOthers(toPayment(record)),
        changed: payment => emitter.fire(payment),
        pace: { confirmations },
      }),
    );
    return loading;
  };

  const here = (records: PaymentRecord[]) => records.filter(each => isOf(parts.network, each)).map(toPayment);

  return {
    onDidChange: emitter.event,
    async list() {
      const { records, damaged } = await journal.list();
      const all = here(records);
      const elsewhere = records.filter(each => isOpen(each) && !isOf(parts.network, each)).map(toPayment);
      return { payments: all.filter(each => !isOthers(each)), others: all.filter(isOthers), elsewhere, damaged };
    },
    open: async () => here(await journal.open()).filter(each => !isOthers(each)),
    underWay: id => locks.isHeld(paymentLock(id)),
    contract: async signal => (await engine()).contract(signal),
    estimate: async (request, signal) => (await engine()).estimate(request, signal),
    pay: async (confirmed, signer, signal) => (await engine()).pay(confirmed, signer, signal),
    validate: async (payment, signal) => (await engine()).validate(payment, signal),
    resume: async (id, signer, limits, signal) => (await engine()).resume(id, signer, limits, signal),
    balanceFor: async (id, signal) => (await engine()).balanceFor(id, signal),
    allowanceFor: async (id, signal) => (await engine()).allowanceFor(id, signal),
    replacement: async (id, act, signal) => (await engine()).replacement(id, act, signal),
    speedUp: async (id, signer, most) => (await engine()).speedUp(id, signer, most),
    cancel: async (id, signer, most) => (await engine()).cancel(id, signer, most),
    reconcile: async signal => (await engine()).reconcile(signal),
    noteRefund: async (task, signal) => (await engine()).noteRefund(task, signal),
    balanceOfTask: async (task, signal) => (await engine()).balanceOfTask(task, signal),
    transaction: async (hash, signal) => (await engine()).transaction(hash, signal),
    signerFromKey: async privateKey => (await engine()).signerFromKey(privateKey),
    signerFromKeystore: async (keystore, password, progress, signal) =>
      (await engine()).signerFromKeystore(keystore, password, progress, signal),
    addressInKeystore: async keystore => (await engine()).addressInKeystore(keystore),
    checkAddress: async text => (await engine()).checkAddress(text),
  };
}
