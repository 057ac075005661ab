import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { RemoteError } from '../../src/core/errors.js';
import { Emitter } from '../../src/core/events.js';
import { silentLog } from '../../src/core/log.js';
import type { Payment, PaymentProblem, Payments, Signer } from '../../src/core/payments.js';
import type { TaskBackend } from '../../src/core/tasks.js';
import type { AccountInfo } from '../../src/ui/accountInfo.js';
import { PaymentRecovery } from '../../src/ui/paymentRecovery.js';
import { FakeClock } from '../support/fakeClock.js';
import { hashOf, payment } from '../support/payments.js';
import { until } from '../support/until.js';

const pending = { purpose: 'pay', hash: hashOf(1), nonce: 7, outcome: 'unknown' } as const;
const stuck = payment('stuck', { stage: 'paying', open: true, transactions: [pending], hash: undefined });

describe('payments that were interrupted', () => {
  const { showWarningMessage, showInformationMessage, showErrorMessage } = vscode.window;
  const { executeCommand } = vscode.commands;
  let said: { text: string; acts: string[]; detail?: string | undefined }[];
  let calls: unknown[][];
  let listed: Payment;
  /** What the person answers, one question after the other. */
  let answers: string[];

  beforeEach(() => {
    [said, calls, answers, listed, switched, reconnected] = [[], [], [], stuck, false, false];
    [own, owner, here, nobody] = [true, { id: 'a', name: 'Home' }, true, false];
    chainId = stuck.network.chainId;
    [lapses, pauses, reads, elsewhere, then] = [0, [], [], undefined, async () => {}];
    [clock, changed] = [new FakeClock(), new Emitter()];
    const say = async (text: string, ...rest: (string | object)[]) => {
      const { detail } = (rest.find(each => typeof each === 'object') as vscode.MessageOptions | undefined) ?? {};
      said.push({ text, acts: rest.filter(each => typeof each === 'string'), ...(detail ? { detail } : {}) });
      return answers.shift();
    };
    Object.assign(vscode.window, { showWarningMessage: say, showInformationMessage: say, showErrorMessage: say });
    Object.assign(vscode.commands, {
      executeCommand: async (...call: unknown[]) => {
        // What the views tell VS Code of themselves is not asked about.
        if (call[0] !== 'setContext') calls.push(call);
      },
    });
  });

  afterEach(() => {
    Object.assign(vscode.window, { showWarningMessage, showInformationMessage, showErrorMessage });
    Object.assign(vscode.commands, { executeCommand });
  });

  /** Whether another account is in use by the time an attempt has ended. */
  let switched: boolean;
  /** Whether its connection is another by then, as it is once a wallet is set. */
  let reconnected: boolean;
  /** Whether it was made with the account in use, and with which. */
  let own: boolean;
  let owner: AccountInfo | undefined;
  /** Whether it was made on the network in use. */
  let here: boolean;
  /** Of the network in use. */
  let chainId: number;
  /** Whether nobody is signed in. */
  let nobody: boolean;

  /** Takes up `stuck`. @param outcomes of one attempt after the other, by itself or by the person */
  async function recover(...outcomes: (Payment | RemoteError)[]): Promise<void> {
    const signer: Signer = { address: stuck.wallet, sign: async unsigned => unsigned };
    const payments = {
      async list() {
        const found = [reads.shift()?.() ?? listed];
        return { payments: here ? found : [], others: [], elsewhere: here ? [] : found, damaged: [] };
      },
      open: async () => [reads.shift()?.() ?? listed].filter(each => each.open),
      underWay: async () => elsewhere?.() ?? false,
      async resume(id: string, by?: Signer) {
        calls.push(['resume', id, by?.address]);
        const outcome = outcomes.shift() ?? assert.fail('Resumed once too often.');
        if (outcome instanceof RemoteError) throw outcome;
        return outcome;
      },
      balanceFor: async () => 10n * 10n ** 18n,
      replacement: async () => ({ former: 2n * 10n ** 13n, next: 3n * 10n ** 13n }),
      async speedUp(id: string, by: Signer, most?: bigint) {
        calls.push(['speedUp', id, by.address, most]);
        return stuck;
      },
      async cancel(id: string, by?: Signer, most?: bigint) {
        calls.push(['cancel', id, by?.address, most]);
        return stuck;
      },
    } as Partial<Payments> as Payments;
    const connection = { backend: { payments } as TaskBackend, network: { ...stuck.network, chainId } };
    const another = { ...connection, backend: {} as TaskBackend };
    const anew = { ...connection, backend: { payments: { ...payments } } as TaskBackend };
    let ended = false;
    const recovery = new PaymentRecovery({
      account: {
        onDidChange: changed.event,
        ready: async () => {},
        get backend() {
          if (nobody) return undefined;
          if (calls.length === 0) return connection;
          return switched ? another : reconnected ? anew : connection;
        },
        get owner() {
          if (nobody) return undefined;
          return switched && calls.length > 0 ? 'another' : '';
        },
        current: undefined,
        wallet: undefined,
        label: '',
        isOwn: () => own,
        payerOf: () => owner,
        switchTo: async id => void calls.push(['switchTo', id]),
        require: async () => connection,
        requirePayer: async () => ({ type: 'key', address: stuck.wallet, privateKey: '' }),
        signer: async () => signer,
      },
      hasOpen: async () => true,
      taskName: () => 'mnist-web',
      findTaskName: async () => 'mnist-web',
      onProgress: () => {
        ended = true;
      },
      clock,
      log: silentLog,
    });
    await recovery.check();
    // Told once.
    if (nobody || !here) await recovery.check();
    let rests = 0;
    await until('the payment to be left alone', () => {
      if (clock.next !== undefined && pauses.length < lapses) {
        pauses.push(clock.next);
        clock.advance(clock.next);
      }
      // What the person answers may end the pause.
      rests = clock.pending > 0 ? rests + 1 : 0;
      return ended || rests > 1 || !own || !here || nobody;
    });
    await then(recovery);
    recovery.dispose();
  }

  /** How many of its pauses go by, and how long those were. */
  let lapses: number;
  let pauses: number[];
  /** Whether somebody goes on with it, one look after the other. */
  let elsewhere: (() => boolean) | undefined;
  /** What the journal has, one look after the other. */
  let reads: (() => Payment)[];
  /** What is done at the end. */
  let then: (recovery: PaymentRecovery) => Promise<void>;
  let clock: FakeClock;
  let changed: Emitter<void>;

  const failure = (code: PaymentProblem, message = 'It is so.') => new RemoteError('timeout', message, { code });

  it('are finished by themselves, and the person is told', async () => {
    await recover(payment('stuck'));
    assert.deepEqual(said, [
      { text: 'Finished the payment of 1.5 SWAN for “mnist-web”, which was interrupted.', acts: [] },
    ]);
    assert.deepEqual(calls, [['resume', 'stuck', undefined]]);
  });

  it('can be sped up or cancelled where the chain does not take them', async () => {
    await recover(failure('transaction_pending'));
    assert.deepEqual(said, [
      {
        text: 'Not finished: the payment of 1.5 SWAN for “mnist-web”. It is so.',
        acts: ['Resume', 'Speed Up', 'Cancel Payment', 'Show Payments'],
      },
    ]);
  });

  for (const code of ['already_paid', 'task_ended', 'transaction_refused'] satisfies PaymentProblem[]) {
    it(`can be cancelled, and not sped up, where the chain is not to take them (${code})`, async () => {
      await recover(failure(code));
      assert.deepEqual(said[0]?.acts, ['Resume', 'Cancel Payment', 'Show Payments']);
    });
  }

  for (const [answer, button, call] of [
    ['Speed Up', 'Speed Up', 'speedUp'],
    ['Cancel Payment', 'Cancel the Payment', 'cancel'],
  ] as const) {
    it(`are followed after “${answer}”, which asks once more`, async () => {
      answers = [answer, button];
      await recover(failure('transaction_pending'), payment('stuck'));
      assert.deepEqual(said[1]?.acts, [button]);
      assert.deepEqual(calls, [
        ['resume', 'stuck', undefined],
        [call, 'stuck', stuck.wallet, 3n * 10n ** 13n],
        ['resume', 'stuck', undefined],
      ]);
      assert.equal(said[2]?.text, 'Paid 1.5 SWAN for “mnist-web”.');
    });

    it(`are left as they are after “${answer}” and a second thought`, async () => {
      answers = [answer];
      await recover(failure('transaction_pending'));
      assert.deepEqual(calls, [['resume', 'stuck', undefined]]);
      assert.equal(said.length, 2);
    });
  }

  it('ask before anything is signed for them', async () => {
    answers = ['Resume', 'Pay 1.5 SWAN'];
    await recover(failure('needs_signature'), failure('needs_signature'), payment('stuck'));
    assert.deepEqual(
      said.map(({ text }) => text),
      [
        'Not finished: the payment of 1.5 SWAN for “mnist-web”. It goes on when you sign it.',
        'Finish paying 1.5 SWAN for “mnist-web”?',
        'Paid 1.5 SWAN for “mnist-web”.',
      ],
    );
    assert.match(
      said[1]?.detail ?? '',
      /^SWAN balance: 10 SWAN now, 8\.5 SWAN afterwards\nGas: at most 0\.000021 ETH$/m,
    );
    assert.deepEqual(
      calls.map(([, , by]) => by),
      [undefined, undefined, stuck.wallet],
    );
  });

  it('go on as they would have where the account is connected anew meanwhile', async () => {
    reconnected = true;
    answers = ['Resume', 'Pay 1.5 SWAN'];
    await recover(failure('needs_signature'), failure('needs_signature'), payment('stuck'));
    assert.deepEqual(said[0]?.acts, ['Resume', 'Show Payments']);
    assert.equal(said.at(-1)?.text, 'Paid 1.5 SWAN for “mnist-web”.');
  });

  for (const [known, attempts] of [
    [false, [undefined, undefined, stuck.wallet]],
    [true, [undefined, stuck.wallet]],
  ] as const) {
    it(`ask before a lost transaction is replaced, which is ${known ? '' : 'not yet '}known`, async () => {
      answers = ['Resume', 'Pay 1.5 SWAN'];
      const gap = failure('nonce_gap');
      if (known) listed = { ...stuck, problem: { code: 'nonce_gap', message: gap.message, at: 0 } };
      await recover(gap, ...(known ? [] : [gap]), payment('stuck'));
      assert.deepEqual(said[0]?.acts, ['Resume', 'Show Payments']);
      assert.equal(said[1]?.text, 'Finish paying 1.5 SWAN for “mnist-web”?');
      assert.match(
        said[1]?.detail ?? '',
        /^The chain has lost an earlier transaction .* takes its place first, for at most 0\.000021 ETH of gas\.$/m,
      );
      assert.deepEqual(
        calls.map(([, , by]) => by),
        attempts,
      );
    });
  }
  it('are left to their own account where another is in use meanwhile', async () => {
    switched = true;
    answers = ['Switch to “Home”'];
    await recover(failure('transaction_pending'));
    assert.deepEqual(said, [
      {
        text: 'Not finished: the payment of 1.5 SWAN for “mnist-web”. It is of the account “Home”, and goes on in it.',
        acts: ['Switch to “Home”'],
      },
    ]);
    await until('the account', () => calls.at(-1)?.[0] === 'switchTo');
    assert.deepEqual(calls, [
      ['resume', 'stuck', undefined],
      ['switchTo', 'a'],
    ]);
  });

  it('are not carried on with a key that they were not made with, and not forgotten either', async () => {
    own = false;
    owner = undefined;
    answers = ['Show Payments'];
    await recover();
    assert.deepEqual(
      said.map(({ text, acts }) => [text, ...acts]),
      [
        [
          'Not finished: the payment of 1.5 SWAN for “mnist-web”. The account that it was made with is signed out.',
          'Show Payments',
        ],
      ],
    );
    await until('them to be shown', () => calls.at(-1)?.[0] === 'remoteCompute.payments.show');
    assert.equal(calls.length, 1);
  });

  for (const [where, arrange, text, act, command] of [
    [
      'on another network are told of, with the way there',
      () => {
        [here, chainId] = [false, 1];
      },
      'Not finished: the payment of 1.5 SWAN for “mnist-web”. It was made on Test: choose that network in the settings, and it goes on.',
      'Open Settings',
      'remoteCompute.openSettings',
    ],
    [
      'at another address are told of, with the one to set',
      () => {
        here = false;
      },
      'Not finished: the payment of 1.5 SWAN for “mnist-web”. It was made with the orchestrator at https://orchestrator.example: set that address in the settings, and it goes on.',
      'Open Settings',
      'remoteCompute.openSettings',
    ],
    [
      'are told of to somebody who is signed out',
      () => {
        nobody = true;
      },
      'A payment is not finished. It goes on when you sign in to Swan Chain.',
      'Sign In',
      'remoteCompute.swan.signIn',
    ],
  ] as const) {
    it(where, async () => {
      arrange();
      answers = [act];
      await recover();
      assert.deepEqual(said, [{ text, acts: [act] }]);
      await until('what was chosen', () => calls.length > 0);
      assert.deepEqual(calls, [[command]]);
    });
  }

  it('are left to who goes on with them, who tells what becomes of it', async () => {
    lapses = 3;
    let looks = 0;
    elsewhere = () => {
      if (++looks === 3) listed = { ...stuck, stage: 'done', open: false };
      return looks < 3;
    };
    await recover();
    assert.deepEqual([said, calls, looks], [[], [], 3]);
  });

  it('are left to who has told why it stopped', async () => {
    lapses = 1;
    elsewhere = () => {
      const underWay = pauses.length === 0;
      if (!underWay) listed = { ...stuck, problem: { code: 'timeout', message: 'It is so.', at: 1 } };
      return underWay;
    };
    await recover();
    assert.deepEqual([said, calls], [[], []]);
  });

  it('are taken up where who went on with them is gone', async () => {
    lapses = 2;
    elsewhere = () => pauses.length < 2;
    await recover(payment('stuck'));
    assert.deepEqual(calls, [['resume', 'stuck', undefined]]);
    assert.match(said[0]?.text ?? '', /^Finished/);
  });

  it('are not told of as interrupted where they were finished meanwhile', async () => {
    const open = listed;
    elsewhere = () => false;
    // Between the look at all and the look at it.
    reads = [() => open, () => ({ ...open, stage: 'done', open: false })];
    await recover();
    assert.deepEqual([said, calls], [[], []]);
  });

  it('are said to be cancelled where that is their end', async () => {
    await recover(payment('stuck', { stage: 'cancelled' }));
    assert.deepEqual(said, [
      { text: 'The payment of 1.5 SWAN was cancelled: nothing was paid for “mnist-web”.', acts: [] },
    ]);
  });

  it('are tried again, later each time, where that may help, and told of once', async () => {
    lapses = 3;
    const offline = new RemoteError('network', 'There is no network.');
    await recover(offline, offline, failure('transaction_pending'), payment('stuck'));
    assert.deepEqual(pauses, [7_500, 15_000, 30_000]);
    assert.deepEqual(
      said.map(({ text }) => text),
      [
        'Not finished: the payment of 1.5 SWAN for “mnist-web”. There is no network.',
        'Finished the payment of 1.5 SWAN for “mnist-web”, which was interrupted.',
      ],
    );
  });

  it('are not tried again where the person has to act, which is told after all', async () => {
    lapses = 1;
    await recover(new RemoteError('network', 'There is no network.'), new RemoteError('invalid', 'It is wrong.'));
    assert.deepEqual(
      said.map(({ text }) => text.split('. ')[1]),
      ['There is no network.', 'It is wrong.'],
    );
    assert.equal(clock.pending, 0);
  });

  it('are not tried again once the window closes', async () => {
    then = async recovery => {
      recovery.dispose();
      await until('the end', () => clock.pending === 0);
    };
    await recover(failure('transaction_pending'));
    assert.equal(calls.length, 1);
  });

  it('are told of as another’s as soon as the account changes, and not tried again', async () => {
    then = async () => {
      switched = true;
      own = false;
      changed.fire();
      await until('it to be told', () => said.length === 2);
    };
    await recover(failure('transaction_pending'));
    assert.match(said[1]?.text ?? '', /It is of the account “Home”/);
    assert.deepEqual([calls.length, clock.pending], [1, 0]);
  });

  it('are shown with all others', async () => {
    answers = ['Show Payments'];
    await recover(failure('not_validated'));
    assert.deepEqual(said[0]?.acts, ['Resume', 'Show Payments']);
    assert.deepEqual(calls.at(-1), ['remoteCompute.payments.show']);
  });

  it('let no stranger’s text act', async () => {
    answers = ['Resume'];
    await recover(failure('not_validated', '[Click](command:x)'), failure('not_validated', '[Click](command:y)'));
    for (const { text } of said) assert.doesNotMatch(text, /\]\(/);
    assert.equal(said.length, 2);
  });
});
