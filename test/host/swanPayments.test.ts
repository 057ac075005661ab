import assert from 'node:assert/strict';
import { encryptKeystoreJsonSync } from 'ethers';
import * as vscode from 'vscode';
import type { Task } from '../../src/core/tasks.js';
import { errorOf, run, setSetting } from './support/extension.js';
import { answering, type Modal, yes } from './support/modals.js';
import { type Created, hello, openSwanAccount, type SwanAccount, taskBecomes, taskNode } from './support/swan.js';
import { typing } from './support/typing.js';

describe('paying for Swan tasks', () => {
  let account: SwanAccount;

  before(async () => {
    account = await openSwanAccount(['--step-ms', '50']);
    await account.swan.mineAtOnce();
  });

  after(() => account.close());

  afterEach(() => account.swan.act('clear'));

  async function create(more: object = {}): Promise<Task> {
    const { taskUuid } = await run<Created>('task.create', { ...hello, ...more });
    return await known(taskUuid);
  }

  async function known(id: string): Promise<Task> {
    return (await account.services.swan.require()).backend.tasks.get(id);
  }

  /** Pays with any other program. */
  function elsewhere(
    { id, hardware, pricePerHour = 0n }: Task,
    kind: 'submitPayment' | 'renewPayment',
    duration = 3600,
  ) {
    return account.swan.payElsewhere({ task: id, hardwareId: hardware.id ?? -1, pricePerHour, duration, kind });
  }

  function pay({ id }: Task): Promise<Modal[]> {
    return answering(yes, async () => void (await run('task.pay', { taskUuid: id })));
  }

  /** The payment is refused in these words, and nothing moves on the chain. */
  async function refused(task: Task, text: RegExp): Promise<void> {
    const before = await account.swan.moves();
    await assert.rejects(pay(task), error => {
      assert.match(String(error), text);
      return true;
    });
    const { taken } = await account.swan.moves();
    assert.deepEqual(taken, before.taken);
    assert.equal(await account.swan.paid(task.id), 0n);
  }

  it('is possible later, from the row of an unpaid one', async () => {
    const task = await create();
    const { row } = await taskNode(account, task.id);
    assert.match(row.description ?? '', /^unpaid · C1ae\.medium · global · 1\.\d+ SWAN\/h$/);
    assert.equal(row.contextValue, 'task+again+pay');
    await pay(task);
    await taskBecomes(account, task.id, 'running');
  });

  it('asks again for nothing that was not confirmed', async () => {
    const task = await create();
    const before = await account.swan.moves();
    const modals = await answering(
      () => undefined,
      async () => void (await run('task.pay', { taskUuid: task.id })),
    );
    assert.equal(modals.length, 1);
    assert.deepEqual(await account.swan.moves(), before);
  });

  it('elsewhere is told to the service by the transaction’s hash', async () => {
    const task = await create();
    const hash = await elsewhere(task, 'submitPayment');
    assert.deepEqual(await run('task.validatePayment', { taskUuid: task.id, hash }), { hash });
    await taskBecomes(account, task.id, 'running');
  });

  it('elsewhere renews as well', async () => {
    const task = await create();
    await pay(task);
    await taskBecomes(account, task.id, 'running');
    const { endAt = 0 } = await known(task.id);
    const hash = await elsewhere(task, 'renewPayment', 5400);
    await run('task.renew', { taskUuid: task.id, duration: 5400, hash });
    assert.equal((await known(task.id)).endAt, endAt + 5400_000);
  });

  it('elsewhere for another task does not count', async () => {
    const [task, other] = [await create(), await create()];
    const hash = await elsewhere(other, 'submitPayment');
    const request = { taskUuid: task.id, hash };
    await assert.rejects(
      run('task.validatePayment', request),
      errorOf('invalid', /^This transaction does not pay for this task\.$/),
    );
    await assert.rejects(
      run('task.validatePayment', { ...request, hash: '0x1234' }),
      errorOf('invalid', /0x and 64 hexadecimal digits/),
    );
  });

  it('stops on a chain that is not the network’s', async () => {
    const task = await create();
    await account.swan.act('rpc', { kind: 'wrongChain' });
    await refused(
      task,
      /The RPC node is on chain 1, and Custom network is chain \d+\. Correct the RPC address in the settings/,
    );
  });

  it('stops where the hardware is gone, and says what to do', async () => {
    const task = await create();
    await account.swan.act('hardware', { name: 'C1ae.medium', available: false });
    await refused(
      task,
      /The hardware of this task cannot be had any more\. Create a task with another instance type\./,
    );
    await assert.rejects(
      run('task.create', hello),
      errorOf('service', /^Swan: Task creation failed\. C1ae\.medium is not available\.$/),
    );
    await account.swan.act('hardware', { name: 'C1ae.medium', available: true });
  });

  it('asks again where the price has changed since it was confirmed', async () => {
    const task = await create();
    const before = await account.swan.moves();
    const modals = await answering(
      async ({ acts, message }) => {
        if (!message.includes(': 2.5 SWAN?')) await account.swan.act('task', { task_uuid: task.id, price: '2.5' });
        return acts[0];
      },
      async () => void (await run('task.pay', { taskUuid: task.id })),
    );
    assert.equal(modals.length, 2);
    assert.match(modals[1]?.message ?? '', /: 2\.5 SWAN\?$/);
    assert.match(modals[1]?.detail ?? '', /^The price has changed since you confirmed\. Nothing was paid\.\n/);
    assert.deepEqual((await account.swan.moves()).taken, [...before.taken, 25n * 10n ** 17n]);
  });

  it('above a limit asks once to raise it, and pays nothing where that is declined', async () => {
    const task = await create();
    const before = await account.swan.moves();
    await setSetting('payments.limitPerPayment', 0.5);
    try {
      const declined = await answering(
        () => undefined,
        async () => void (await run('task.pay', { taskUuid: task.id })),
      );
      assert.match(declined[0]?.message ?? '', /^This payment of 1\.\d+ SWAN is above your own limit\. Raise it\?$/);
      assert.equal(declined.length, 1);
      assert.deepEqual(await account.swan.moves(), before);

      const [raise, ...more] = await pay(task);
      assert.match(raise?.detail ?? '', /^One payment: 0\.5 SWAN now, 2 SWAN then\n/);
      assert.equal(vscode.workspace.getConfiguration('remoteCompute').get('payments.limitPerPayment'), 2);
      assert.equal(more.length, 1);
      assert.equal((await pay(await create())).length, 1);
    } finally {
      await setSetting('payments.limitPerPayment', undefined);
    }
  });

  it('under a limit that is no amount pays nothing, and names the setting', async () => {
    await setSetting('payments.limitPerDay', 'much');
    try {
      await refused(await create(), /The setting remoteCompute\.payments\.limitPerDay is no amount of SWAN/);
    } finally {
      await setSetting('payments.limitPerDay', 100_000);
    }
  });

  it('stops where something was paid since it was confirmed', async () => {
    const task = await create();
    await assert.rejects(
      answering(
        async modal => {
          await elsewhere(task, 'submitPayment');
          return modal.acts[0];
        },
        async () => void (await run('task.pay', { taskUuid: task.id })),
      ),
      errorOf('refused', /1\.\d+ SWAN were paid for this task already\. Validate it by the payment’s transaction hash/),
    );
  });

  it('goes on with a token that has expired, after one new log-in', async () => {
    const logins = async () => (await account.swan.stats()).calls['POST /login_by_api_key'] ?? 0;
    const before = await logins();
    await account.swan.act('expire');
    const task = await create();
    await pay(task);
    assert.equal(await logins(), before + 1);
  });

  it('and all else tells what the service says when it refuses, though its answer is OK', async () => {
    const message = 'No provider is free. Try another region.';
    for (const endpoint of ['POST /v2/task_deployment-dp', 'POST /terminate_task', 'POST /claim_review'])
      await account.swan.act('fail', { endpoint, kind: 'failed', message });
    const words = errorOf('service', /^Swan: No provider is free\. Try another region\.$/);
    await assert.rejects(run('task.create', hello), words);
    const task = await create();
    for (const id of ['task.terminate', 'task.claimReview'] as const) {
      await assert.rejects(
        answering(yes, async () => void (await run(id, { taskUuid: task.id }))),
        words,
      );
    }
  });

  it('keeps the rows, and tells in one more what is wrong, when the list cannot be had', async () => {
    const { tree } = account.services.tasks.view;
    await account.services.tasks.store.refresh();
    const before = tree.nodes.length;
    await account.swan.act('fail', {
      endpoint: 'GET /v2/task_list',
      kind: 'failed',
      message: 'Maintenance.',
      times: 9,
    });
    await run('refresh', {});
    assert.equal(tree.nodes.length, before + 1);
    assert.equal(tree.nodes[0]?.row.label, 'Could not refresh');
    assert.equal(tree.nodes[0].row.description, 'Swan: Maintenance.');
    await account.swan.act('clear');
    await run('refresh', {});
    assert.equal(tree.nodes.length, before);
  });

  it('needs a wallet that can sign', async () => {
    const { address, privateKey } = account.sandbox.services.swan.wallet;
    const task = await create();
    const modals = await answering(yes, async () => {
      await run('swan.setWallet', { address: address.toLowerCase() });
    });
    assert.deepEqual(
      modals.map(({ message, acts }) => [message, acts]),
      [['Replace the wallet of “Swan Chain”?', ['Replace Wallet']]],
    );
    assert.deepEqual(account.services.swan.wallet, { type: 'address', address });
    await refused(
      task,
      /an address alone, which cannot sign\. Pay elsewhere and use “Validate Payment…”, or set a wallet with its key\./,
    );
    await run('swan.setWallet', { privateKey });
  });

  it('asks for a keystore’s password once in a window, again where it is wrong, and keeps it nowhere', async () => {
    const { address, privateKey } = account.sandbox.services.swan.wallet;
    const password = 'correct horse battery';
    const keystore = encryptKeystoreJsonSync({ address, privateKey }, password, { scrypt: { N: 1024, r: 8, p: 1 } });
    await run('swan.setWallet', { keystore });
    const [first, second] = [await create(), await create()];
    const asked = await typing(['wrong', password], () => pay(first));
    assert.deepEqual(asked, [
      'Password of the keystore. It is used in this window, and not kept',
      '⚠ This password does not open the keystore. Try again',
    ]);
    assert.deepEqual(await typing([], () => pay(second)), []);
    for (const { id } of [first, second]) await taskBecomes(account, id, 'running');
    assert.doesNotMatch(JSON.stringify(account.services.swan.wallet), new RegExp(`${password}|${privateKey.slice(2)}`));
    await run('swan.setWallet', { privateKey });
  });

  for (const [wallet, text] of [
    [{ privateKey: '0xsecret' }, /neither a private key nor an address/],
    [{ address: '0x1234' }, /neither a private key nor an address/],
    [{ keystore: '{"version":3}' }, /not an encrypted JSON wallet/],
  ] as const) {
    it(`keeps the wallet where another is none: ${Object.keys(wallet)}`, async () => {
      const before = account.services.swan.wallet;
      await assert.rejects(run('swan.setWallet', wallet), error => {
        assert.doesNotMatch(String(error), /secret/);
        return errorOf('invalid', text)(error);
      });
      assert.deepEqual(account.services.swan.wallet, before);
    });
  }

  // Last: it leaves next to nothing in the wallet.
  it('stops where there is too little in the wallet, and tells how much is missing', async () => {
    const task = await create();
    await account.swan.leave(10n ** 17n);
    await refused(
      task,
      /There is not enough SWAN in the wallet: it has 0\.1, the payment needs 1\.\d+, short by 1\.\d+\./,
    );
  });

  it('stops where the contract refuses, and tells why', async () => {
    const task = await create();
    await account.swan.act('rpc', { kind: 'lyingBalance' });
    await refused(task, /The payment contract refused: .*(balance|transfer).*\. Nothing was paid\./i);
  });
});
