import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/core/events.js';
import { silentLog } from '../../src/core/log.js';
import type { PaymentRecoveryOptions } from '../../src/ui/paymentRecovery.js';
import { RecoveryStart } from '../../src/ui/recoveryStart.js';
import { FakeClock } from '../support/fakeClock.js';
import { until } from '../support/until.js';

const SIGNED_OUT = 'A payment is not finished. It goes on when you sign in to Swan Chain.';

describe('what takes up payments', () => {
  const { showWarningMessage } = vscode.window;
  let said: string[];
  let start: RecoveryStart;
  let changed: Emitter<void>;
  /** Whether a payment is open, and how often that was asked. */
  let open: boolean;
  let asked: number;
  let owner: string | undefined;

  beforeEach(() => {
    [said, changed, open, asked, owner] = [[], new Emitter(), false, 0, undefined];
    Object.assign(vscode.window, { showWarningMessage: async (message: string) => void said.push(message) });
    const account = {
      onDidChange: changed.event,
      ready: async () => {},
      backend: undefined,
      get owner() {
        return owner;
      },
    } as Partial<PaymentRecoveryOptions['account']>;
    start = new RecoveryStart({
      account: account as PaymentRecoveryOptions['account'],
      async hasOpen() {
        asked++;
        return open;
      },
      taskName: id => id,
      findTaskName: async id => id,
      onProgress: () => {},
      clock: new FakeClock(),
      log: silentLog,
    });
  });

  afterEach(() => {
    start.dispose();
    Object.assign(vscode.window, { showWarningMessage });
  });

  const loaded = () => Reflect.get(start, 'recovery') !== undefined;

  it('is not loaded while none is open', async () => {
    await start.check();
    assert.deepEqual([asked, loaded()], [1, false]);
    changed.fire();
    await until('another look', () => asked === 2);
    assert.equal(loaded(), false);
  });

  it('tells somebody who finds nobody signed in', async () => {
    open = true;
    await start.check();
    assert.deepEqual([loaded(), said], [true, [SIGNED_OUT]]);
    await start.check();
    assert.equal(said.length, 1, 'once');
  });

  it('tells nothing to who was signed in here, and was asked before signing out', async () => {
    owner = 'a';
    changed.fire();
    await until('a look', () => asked === 1);
    [owner, open] = [undefined, true];
    changed.fire();
    await until('it to be loaded', loaded);
    await start.check();
    assert.deepEqual(said, []);
  });
});
