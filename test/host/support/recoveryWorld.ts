// A payment that was interrupted, and the window that takes it up: all around it is made up.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { RemoteError } from '../../../src/core/errors.js';
import { Emitter } from '../../../src/core/events.js';
import { silentLog } from '../../../src/core/log.js';
import type { Payment, PaymentProblem, Payments, Signer } from '../../../src/core/payments.js';
import type { TaskBackend } from '../../../src/core/tasks.js';
import type { AccountInfo } from '../../../src/ui/accountInfo.js';
import { PaymentRecovery, type PaymentRecoveryOptions } from '../../../src/ui/paymentRecovery.js';
import { FakeClock } from '../../support/fakeClock.js';
import { hashOf, payment } from '../../support/payments.js';
import { until } from '../../support/until.js';

const pending = { purpose: 'pay', hash: hashOf(1), nonce: 7, outcome: 'unknown' } as const;
/** Signed, and not taken by the chain yet. */
export const stuck = payment('stuck', { stage: 'paying', open: true, transactions: [pending], hash: undefined });

/** Why an attempt did not finish it. */
export function failure(code: PaymentProblem, message = 'It is so.'): RemoteError {
  return new RemoteError('timeout', message, { code });
}

/** What each test begins with. */
class Beginning {
  /** What the person was told, with the buttons of it. */
  said: { text: string; acts: string[]; detail?: string | undefined }[] = [];
  /** What was done: attempts, replacements, commands, another account. */
  calls: unknown[][] = [];
  /** What the journal has. */
  listed: Payment = stuck;
  /** The same, one look after the other. */
  reads: (() => Payment)[] = [];
  /** What the person answers, one question after the other. */
  answers: string[] = [];
  /** Whether another account is in use by the time an attempt has ended. */
  switched = false;
  /** Whether its connection is another by then, as it is once a wallet is set. */
  reconnected = false;
  /** Whether it was made with the account in use, and with which. */
  own = true;
  owner: AccountInfo | undefined = { id: 'a', name: 'Home' };
  /** Whether it was made on the network in use. */
  here = true;
  /** Of the network in use. */
  chainId = stuck.network.chainId;
  /** Whether nobody is signed in. */
  nobody = false;
  /** How many of its pauses go by, and how long those were. */
  lapses = 0;
  pauses: number[] = [];
  /** Whether somebody goes on with it, one look after the other. */
  elsewhere = (): boolean => false;
  /** What is done at the end. */
  atEnd: (recovery: PaymentRecovery) => Promise<void> = async () => {};
  clock = new FakeClock();
  /** Fires where the account changes. */
  changed = new Emitter<void>();
}

/** For each test the payment `stuck`, with what the person is told of it and answers. */
export class RecoveryWorld extends Beginning {
  /** Registers the hooks of the suite that it is made in. */
  constructor() {
    super();
    const { showWarningMessage, showInformationMessage, showErrorMessage } = vscode.window;
    const { executeCommand } = vscode.commands;
    beforeEach(() => {
      Object.assign(this, new Beginning());
      const say = async (text: string, ...rest: (string | object)[]) => {
        const { detail } = (rest.find(each => typeof each === 'object') as vscode.MessageOptions | undefined) ?? {};
        this.said.push({ text, acts: rest.filter(each => typeof each === 'string'), ...(detail ? { detail } : {}) });
        return this.answers.shift();
      };
      Object.assign(vscode.window, { showWarningMessage: say, showInformationMessage: say, showErrorMessage: say });
      Object.assign(vscode.commands, {
        executeCommand: async (...call: unknown[]) => {
          // What the views tell VS Code of themselves is not asked about.
          if (call[0] !== 'setContext') this.calls.push(call);
        },
      });
    });
    afterEach(() => {
      Object.assign(vscode.window, { showWarningMessage, showInformationMessage, showErrorMessage });
      Object.assign(vscode.commands, { executeCommand });
    });
  }

  /** Takes up `stuck`. @param outcomes of one attempt after the other, by itself or by the person */
  async recover(...outcomes: (Payment | RemoteError)[]): Promise<void> {
    let ended = false;
    const recovery = new PaymentRecovery({
      account: accountIn(this, paymentsIn(this, outcomes)),
      hasOpen: async () => true,
      taskName: () => 'mnist-web',
      findTaskName: async () => 'mnist-web',
      onProgress: () => {
        ended = true;
      },
      clock: this.clock,
      log: silentLog,
    });
    await recovery.check();
    // Told once.
    if (this.nobody || !this.here) await recovery.check();
    let rests = 0;
    await until('the payment to be left alone', () => {
      const { clock, pauses } = this;
      if (clock.next !== undefined && pauses.length < this.lapses) {
        pauses.push(clock.next);
        clock.advance(clock.next);
      }
      // What the person answers may end the pause.
      rests = clock.pending > 0 ? rests + 1 : 0;
      return ended || rests > 1 || !this.own || !this.here || this.nobody;
    });
    await this.atEnd(recovery);
    recovery.dispose();
  }
}

/** Of the account in use: `stuck`, and nothing else. */
function paymentsIn(world: Beginning, outcomes: (Payment | RemoteError)[]): Payments {
  const look = () => world.reads.shift()?.() ?? world.listed;
  return {
    async list() {
      const found = [look()];
      return { payments: world.here ? found : [], others: [], elsewhere: world.here ? [] : found, damaged: [] };
    },
    open: async () => [look()].filter(each => each.open),
    underWay: async () => world.elsewhere(),
    async resume(id: string, by?: Signer) {
      world.calls.push(['resume', id, by?.address]);
      const outcome = outcomes.shift() ?? assert.fail('Resumed once too often.');
      if (outcome instanceof RemoteError) throw outcome;
      return outcome;
    },
    balanceFor: async () => 10n * 10n ** 18n,
    allowanceFor: async () => 0n,
    replacement: async () => ({ former: 2n * 10n ** 13n, next: 3n * 10n ** 13n }),
    async speedUp(id: string, by: Signer, most?: bigint) {
      world.calls.push(['speedUp', id, by.address, most]);
      return stuck;
    },
    async cancel(id: string, by?: Signer, most?: bigint) {
      world.calls.push(['cancel', id, by?.address, most]);
      return stuck;
    },
  } as Partial<Payments> as Payments;
}

/** The account in use, which may be another after the first call. */
function accountIn(world: Beginning, payments: Payments): PaymentRecoveryOptions['account'] {
  const signer: Signer = { address: stuck.wallet, sign: async unsigned => unsigned };
  const network = { ...stuck.network, chainId: world.chainId };
  const connection = { backend: { payments } as TaskBackend, network };
  const another = { ...connection, backend: {} as TaskBackend };
  const anew = { ...connection, backend: { payments: { ...payments } } as TaskBackend };
  return {
    onDidChange: world.changed.event,
    ready: async () => {},
    get backend() {
      if (world.nobody) return undefined;
      if (world.calls.length === 0) return connection;
      return world.switched ? another : world.reconnected ? anew : connection;
    },
    get owner() {
      if (world.nobody) return undefined;
      return world.switched && world.calls.length > 0 ? 'another' : '';
    },
    current: undefined,
    wallet: undefined,
    label: '',
    isOwn: () => world.own,
    payerOf: () => world.owner,
    switchTo: async id => void world.calls.push(['switchTo', id]),
    require: async () => connection,
    requirePayer: async () => ({ type: 'key', address: stuck.wallet, privateKey: '' }),
    signer: async () => signer,
  };
}
