import assert from 'node:assert/strict';
import type { PaymentProblem } from '../../src/core/payments.js';
import { payment } from '../support/payments.js';
import { until } from '../support/until.js';
import { failure, RecoveryWorld, stuck } from './support/recoveryWorld.js';

describe('payments that were interrupted', () => {
  const world = new RecoveryWorld();

  it('are finished by themselves, and the person is told', async () => {
    await world.recover(payment('stuck'));
    assert.deepEqual(world.said, [
      { text: 'Finished the payment of 1.5 SWAN for “mnist-web”, which was interrupted.', acts: [] },
    ]);
    assert.deepEqual(world.calls, [['resume', 'stuck', undefined]]);
  });

  it('can be sped up or cancelled where the chain does not take them', async () => {
    await world.recover(failure('transaction_pending'));
    assert.deepEqual(world.said, [
      {
        text: 'Not finished: the payment of 1.5 SWAN for “mnist-web”. It is so.',
        acts: ['Resume', 'Speed Up', 'Cancel Payment', 'Show Payments'],
      },
    ]);
  });

  for (const code of ['already_paid', 'task_ended', 'transaction_refused'] satisfies PaymentProblem[]) {
    it(`can be cancelled, and not sped up, where the chain is not to take them (${code})`, async () => {
      await world.recover(failure(code));
      assert.deepEqual(world.said[0]?.acts, ['Resume', 'Cancel Payment', 'Show Payments']);
    });
  }

  for (const [answer, button, call] of [
    ['Speed Up', 'Speed Up', 'speedUp'],
    ['Cancel Payment', 'Cancel the Payment', 'cancel'],
  ] as const) {
    it(`are followed after “${answer}”, which asks once more`, async () => {
      world.answers = [answer, button];
      await world.recover(failure('transaction_pending'), payment('stuck'));
      assert.deepEqual(world.said[1]?.acts, [button]);
      assert.deepEqual(world.calls, [
        ['resume', 'stuck', undefined],
        [call, 'stuck', stuck.wallet, 3n * 10n ** 13n],
        ['resume', 'stuck', undefined],
      ]);
      assert.equal(world.said[2]?.text, 'Paid 1.5 SWAN for “mnist-web”.');
    });

    it(`are left as they are after “${answer}” and a second thought`, async () => {
      world.answers = [answer];
      await world.recover(failure('transaction_pending'));
      assert.deepEqual(world.calls, [['resume', 'stuck', undefined]]);
      assert.equal(world.said.length, 2);
    });
  }

  it('are said to be at their end where the service will never take them', async () => {
    await world.recover(failure('not_taken'));
    assert.deepEqual(world.said, [
      { text: 'At its end: the payment of 1.5 SWAN for “mnist-web”. It is so.', acts: ['Show Payments'] },
    ]);
  });

  it('ask before anything is signed for them', async () => {
    world.answers = ['Resume', 'Pay 1.5 SWAN'];
    await world.recover(failure('needs_signature'), failure('needs_signature'), payment('stuck'));
    assert.deepEqual(
      world.said.map(({ text }) => text),
      [
        'Not finished: the payment of 1.5 SWAN for “mnist-web”. It goes on when you sign it.',
        'Finish paying 1.5 SWAN for “mnist-web”?',
        'Paid 1.5 SWAN for “mnist-web”.',
      ],
    );
    assert.match(
      world.said[1]?.detail ?? '',
      /^SWAN balance: 10 SWAN now, 8\.5 SWAN afterwards\nGas: at most 0\.000021 ETH$/m,
    );
    assert.deepEqual(
      world.calls.map(([, , by]) => by),
      [undefined, undefined, stuck.wallet],
    );
  });

  it('go on as they would have where the account is connected anew meanwhile', async () => {
    world.reconnected = true;
    world.answers = ['Resume', 'Pay 1.5 SWAN'];
    await world.recover(failure('needs_signature'), failure('needs_signature'), payment('stuck'));
    assert.deepEqual(world.said[0]?.acts, ['Resume', 'Show Payments']);
    assert.equal(world.said.at(-1)?.text, 'Paid 1.5 SWAN for “mnist-web”.');
  });

  for (const [known, attempts] of [
    [false, [undefined, undefined, stuck.wallet]],
    [true, [undefined, stuck.wallet]],
  ] as const) {
    it(`ask before a lost transaction is replaced, which is ${known ? '' : 'not yet '}known`, async () => {
      world.answers = ['Resume', 'Pay 1.5 SWAN'];
      const gap = failure('nonce_gap');
      if (known) world.listed = { ...stuck, problem: { code: 'nonce_gap', message: gap.message, at: 0 } };
      await world.recover(gap, ...(known ? [] : [gap]), payment('stuck'));
      assert.deepEqual(world.said[0]?.acts, ['Resume', 'Show Payments']);
      assert.equal(world.said[1]?.text, 'Finish paying 1.5 SWAN for “mnist-web”?');
      assert.match(
        world.said[1]?.detail ?? '',
        /^The chain has lost an earlier transaction .* takes its place first, for at most 0\.000021 ETH of gas\.$/m,
      );
      assert.deepEqual(
        world.calls.map(([, , by]) => by),
        attempts,
      );
    });
  }

  it('are left to their own account where another is in use meanwhile', async () => {
    world.switched = true;
    world.answers = ['Switch to “Home”'];
    await world.recover(failure('transaction_pending'));
    assert.deepEqual(world.said, [
      {
        text: 'Not finished: the payment of 1.5 SWAN for “mnist-web”. It is of the account “Home”, and goes on in it.',
        acts: ['Switch to “Home”'],
      },
    ]);
    await until('the account', () => world.calls.at(-1)?.[0] === 'switchTo');
    assert.deepEqual(world.calls, [
      ['resume', 'stuck', undefined],
      ['switchTo', 'a'],
    ]);
  });

  it('are not carried on with a key that they were not made with, and not forgotten either', async () => {
    world.own = false;
    world.owner = undefined;
    world.answers = ['Show Payments'];
    await world.recover();
    assert.deepEqual(
      world.said.map(({ text, acts }) => [text, ...acts]),
      [
        [
          'Not finished: the payment of 1.5 SWAN for “mnist-web”. The account that it was made with is signed out.',
          'Show Payments',
        ],
      ],
    );
    await until('them to be shown', () => world.calls.at(-1)?.[0] === 'remoteCompute.payments.show');
    assert.equal(world.calls.length, 1);
  });

  for (const [where, arrange, text, act, command] of [
    [
      'on another network are told of, with the way there',
      () => {
        [world.here, world.chainId] = [false, 1];
      },
      'Not finished: the payment of 1.5 SWAN for “mnist-web”. It was made on Test: choose that network in the settings, and it goes on.',
      'Open Settings',
      'remoteCompute.openSettings',
    ],
    [
      'at another address are told of, with the one to set',
      () => {
        world.here = false;
      },
      'Not finished: the payment of 1.5 SWAN for “mnist-web”. It was made with the orchestrator at https://orchestrator.example: set that address in the settings, and it goes on.',
      'Open Settings',
      'remoteCompute.openSettings',
    ],
    [
      'are told of to somebody who is signed out',
      () => {
        world.nobody = true;
      },
      'A payment is not finished. It goes on when you sign in to Swan Chain.',
      'Sign In',
      'remoteCompute.swan.signIn',
    ],
  ] as const) {
    it(where, async () => {
      arrange();
      world.answers = [act];
      await world.recover();
      assert.deepEqual(world.said, [{ text, acts: [act] }]);
      await until('what was chosen', () => world.calls.length > 0);
      assert.deepEqual(world.calls, [[command]]);
    });
  }

  it('are shown with all others', async () => {
    world.answers = ['Show Payments'];
    await world.recover(failure('not_validated'));
    assert.deepEqual(world.said[0]?.acts, ['Resume', 'Show Payments']);
    assert.deepEqual(world.calls.at(-1), ['remoteCompute.payments.show']);
  });

  it('let no stranger’s text act', async () => {
    world.answers = ['Resume'];
    await world.recover(failure('not_validated', '[Click](command:x)'), failure('not_validated', '[Click](command:y)'));
    for (const { text } of world.said) assert.doesNotMatch(text, /\]\(/);
    assert.equal(world.said.length, 2);
  });
});
