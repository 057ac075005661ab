import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { Transaction } from 'ethers';
import { parseUnits } from '../../../src/core/money.js';
import type { Payment } from '../../../src/core/payments.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { STEPS, type Step } from '../../../src/swan/payments/steps.js';
import { rejection } from '../../support/assertions.js';
import { Payer, type PayerOptions, Reader, temporaryJournal } from '../../support/payer.js';
import { until } from '../../support/until.js';

const FUNDS = parseUnits('1000') ?? 0n;

describe('a refund', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  let sandbox: SwanSandbox;
  let reader: Reader;
  let payer: Payer;
  let privateKey: string;
  let journal: ReturnType<typeof temporaryJournal>;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    reader = new Reader(sandbox.services);
    await reader.mineAtOnce();
  });

  after(async () => {
    reader.close();
    await sandbox.close();
  });

  beforeEach(async () => {
    journal = temporaryJournal();
    privateKey = await reader.fund(FUNDS);
    payer = payerWith();
  });

  afterEach(() => journal.remove());

  const payerWith = (more: Partial<PayerOptions> = {}) =>
    new Payer({ services: sandbox.services, folder: journal.folder, privateKey, ...more });

  /** Ends a task that was paid. @returns what came back, as the service tells */
  async function ended(task: string): Promise<{ amount: bigint; hash: string }> {
    await payer.api.terminate(task);
    return until('the refund', async () => {
      const { refund: amount, orders } = (await payer.api.task(task)).data;
      const hash = orders[0]?.refundTxHash;
      return amount !== undefined && hash !== undefined && { amount, hash };
    });
  }

  async function refunds(): Promise<Payment['refund'][]> {
    return (await payer.journal.list()).records.map(({ refund }) => refund);
  }

  it('is noted as the chain has it, with the transaction that the service names, and once', async () => {
    const task = await payer.create();
    await payer.pay(task);
    assert.deepEqual(await payer.engine.reconcile(), []);
    assert.deepEqual(await refunds(), [undefined]);
    const before = await reader.balance(payer.wallet);
    const { amount, hash } = await ended(task);
    const noticed = payer.history.length;
    assert.deepEqual(await payer.engine.reconcile(), []);
    const [refund] = await refunds();
    assert.deepEqual([refund?.amount, refund?.hash], [amount, hash]);
    assert.equal((await reader.balance(payer.wallet)) - before, amount);
    assert.ok((refund?.block ?? 0) > 0);
    assert.ok(Math.abs((refund?.at ?? 0) - Date.now()) < 60_000, `${refund?.at}`);
    assert.equal(payer.history.at(-1)?.refund?.amount, amount);
    assert.equal(payer.history.length, noticed + 1);
    await payer.engine.reconcile();
    assert.equal(payer.history.length, noticed + 1);
    assert.deepEqual(readdirSync(`${journal.folder}/open`), []);
  });

  it('is noted of one task, where its end is followed', async () => {
    const [task, other] = [await payer.create(), await payer.create()];
    for (const each of [task, other]) {
      await payer.pay(each);
      await ended(each);
    }
    await payer.engine.noteRefund(task);
    const { records } = await payer.journal.list();
    assert.deepEqual(
      records.filter(({ refund }) => refund).map(each => each.task),
      [task],
    );
    await reader.act('rpc', { kind: 'wrongChain' });
    await rejection(payer.engine.noteRefund(other), 'invalid').finally(() => reader.act('clear'));
    assert.equal((await refunds()).filter(Boolean).length, 1);
  });

  it('is one payment’s alone where the task was renewed', async () => {
    const task = await payer.create();
    const first = await payer.pay(task);
    await payer.pay(task, 'renew', { duration: 7_200 });
    const { amount } = await ended(task);
    await payer.engine.reconcile();
    await payer.engine.reconcile();
    const { records } = await payer.journal.list();
    assert.deepEqual(
      records.flatMap(each => (each.refund ? [[each.id, each.refund.amount]] : [])),
      [[first.id, amount]],
    );
  });

  it('is noted without a transaction while the service cannot tell, and with it later', async () => {
    const task = await payer.create();
    await payer.pay(task);
    const { amount, hash } = await ended(task);
    const { task: ask } = payer.api;
    Object.assign(payer.api, { task: () => Promise.reject(new Error('A defect.')) });
    await rejection(payer.engine.reconcile(), 'service');
    Object.assign(payer.api, { task: ask });
    await reader.act('fail', { endpoint: 'GET /v2/task_deployment', kind: 'failed', message: 'Maintenance.' });
    await payer.engine.reconcile();
    const [early] = await refunds();
    assert.deepEqual([early?.amount, early?.hash], [amount, undefined]);
    await payer.engine.reconcile();
    const [late] = await refunds();
    assert.deepEqual([late?.amount, late?.hash], [amount, hash]);
  });

  it('takes no transaction that gave nothing back for the task, whatever the service says', async () => {
    const [task, other] = [await payer.create(), await payer.create()];
    const paid = await payer.pay(task);
    await payer.pay(other);
    const { amount } = await ended(task);
    const { hash: foreign } = await ended(other);
    const { task: ask } = payer.api;
    for (const hash of [paid.hash, foreign, `0x${'12'.repeat(32)}`, '0x12', 'javascript:alert(1)']) {
      Object.assign(payer.api, {
        async task(id: string) {
          const answer = await ask(id);
          const orders = answer.data.orders.map(each => ({ ...each, refundTxHash: hash }));
          return { ...answer, data: { ...answer.data, orders } };
        },
      });
      await payer.engine.reconcile();
      const noted = (await payer.journal.list()).records.find(each => each.task === task)?.refund;
      assert.deepEqual([noted?.amount, noted?.hash], [amount, undefined], hash);
    }
  });

  it('that vanishes from the chain is none', async () => {
    const task = await payer.create();
    await payer.pay(task);
    await ended(task);
    await payer.engine.reconcile();
    assert.ok((await refunds())[0]);
    await reader.send('anvil_reorg', 1, []);
    assert.deepEqual(await payer.engine.reconcile(), []);
    assert.deepEqual(await refunds(), [undefined]);
  });

  it('is noted once though noting it stops at whichever step', async () => {
    const steps: Step[] = [...STEPS.filter(name => name.startsWith('refund.')), 'journal.settle'];
    assert.equal(steps.length, 6);
    for (const name of steps) {
      for (const when of ['before', 'after']) {
        const task = await payer.create();
        await payer.pay(task);
        const { amount, hash } = await ended(task);
        let stopped = false;
        const doomed = payerWith({
          onStep(step, moment) {
            if (step !== name || moment !== when) return;
            stopped = true;
            throw new Error('The test stops here.');
          },
        });
        await rejection(doomed.engine.reconcile(), 'service');
        assert.ok(stopped, `${when} ${name}`);
        await payer.engine.reconcile();
        const noted = (await payer.journal.list()).records.find(each => each.task === task)?.refund;
        assert.deepEqual([noted?.amount, noted?.hash], [amount, hash], `${when} ${name}`);
      }
    }
  });

  it('and what was paid are not looked for on another chain, where nothing would be found', async () => {
    await payer.pay(await payer.create());
    await reader.act('rpc', { kind: 'wrongChain' });
    try {
      const error = await rejection(payer.engine.reconcile(), 'invalid');
      assert.equal(error.code, 'wrong_chain');
    } finally {
      await reader.act('clear');
    }
    assert.deepEqual(await payer.journal.open(), []);
  });

  it('and what was paid are not looked for of another network with the same chain id', async () => {
    await payer.pay(await payer.create());
    await reader.send('anvil_reorg', 1, []);
    const { services } = sandbox;
    const other = payerWith({ services: { ...services, url: services.url.replace('127.0.0.1', 'localhost') } });
    assert.deepEqual(await other.engine.reconcile(), []);
    assert.equal((await payer.engine.reconcile()).length, 1);
    assert.equal(payer.history.at(-1)?.stage, 'paying');
  });
});

describe('a replacement', function () {
  this.timeout(60_000);
  let sandbox: SwanSandbox;
  let reader: Reader;
  let payer: Payer;
  let journal: ReturnType<typeof temporaryJournal>;
  let stuck: Payment;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    reader = new Reader(sandbox.services);
  });

  after(async () => {
    reader.close();
    await sandbox.close();
  });

  beforeEach(async () => {
    await reader.mineAtOnce();
    journal = temporaryJournal();
    const privateKey = await reader.fund(FUNDS);
    const pace = { patienceMs: 300 };
    payer = new Payer({ services: sandbox.services, folder: journal.folder, privateKey, pace });
    const quote = await payer.quote(await payer.create());
    await reader.approve(privateKey, quote.amount);
    await reader.stopMining();
    await rejection(payer.engine.pay(quote, await payer.signer()), 'timeout');
    const [record] = await payer.journal.open();
    assert.ok(record);
    stuck = { ...record, open: true };
  });

  afterEach(() => journal.remove());

  /** What the newest transaction costs at the most. */
  async function mostOf(): Promise<bigint> {
    const raw = (await payer.journal.read(stuck.id)).transactions.at(-1)?.raw ?? '';
    const { gasLimit, maxFeePerGas } = Transaction.from(raw);
    return gasLimit * (maxFeePerGas ?? 0n);
  }

  for (const act of ['speed up', 'cancel'] as const) {
    it(`costs what was told before, to ${act}`, async () => {
      const former = await mostOf();
      const cost = await payer.engine.replacement(stuck.id, act);
      assert.equal(cost.former, former);
      const signer = await payer.signer();
      if (act === 'cancel') await payer.engine.cancel(stuck.id, signer, cost.next);
      else await payer.engine.speedUp(stuck.id, signer, cost.next);
      assert.equal(await mostOf(), cost.next);
      assert.equal(cost.next > former, act === 'speed up');
    });
  }

  it('costs no more than was told, though the market has risen since', async () => {
    const { next } = await payer.engine.replacement(stuck.id, 'speed up');
    // Above what is on its way, so that it is not mined either.
    await reader.send('anvil_setNextBlockBaseFeePerGas', '0x174876e800');
    await reader.send('evm_mine');
    assert.ok((await payer.engine.replacement(stuck.id, 'speed up')).next > next);
    await payer.engine.speedUp(stuck.id, await payer.signer(), next);
    assert.equal(await mostOf(), next);
  });

  it('is refused where the least that nodes take is above what was told', async () => {
    const signer = await payer.signer();
    const { next } = await payer.engine.replacement(stuck.id, 'speed up');
    await payer.engine.speedUp(stuck.id, signer, next);
    const error = await rejection(payer.engine.speedUp(stuck.id, signer, next), 'refused');
    assert.equal(error.code, 'gas_changed');
  });
});
