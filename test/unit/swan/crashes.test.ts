import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseUnits } from '../../../src/core/money.js';
import type { PaymentKind } from '../../../src/core/payments.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { STEPS } from '../../../src/swan/payments/steps.js';
import type { Doom } from './doomedPayer.js';
import { Payer, Reader, temporaryJournal } from './payer.js';

const FUNDS = parseUnits('20') ?? 0n;
const AT_ONCE = 16;
/** Steps of recovery and of rare events, which have tests of their own. */
const SELDOM =
  /^(service\.orders|chain\.(nonce|find|rebroadcast|events|reason|price)|journal\.(end|problem|vanished)|replace\.|refund\.|validate\.)/;

describe('a payment whose process is killed', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(600_000);
  let sandbox: SwanSandbox;
  let reader: Reader;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    reader = new Reader(sandbox.services);
    await reader.mineAtOnce();
  });

  after(async () => {
    reader.close();
    await sandbox.close();
  });

  for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
    it(`comes about exactly once, at whichever step of “${kind}” that was`, async () => {
      const steps = await stepsOf(kind);
      const missed = STEPS.filter(name => !SELDOM.test(name) && !steps.includes(name));
      assert.deepEqual(missed, kind === 'create' ? [] : ['hardware.read']);
      const stops = steps.flatMap(name => ['before', 'after'].map(when => ({ name, when })));
      await atOnce(AT_ONCE, stops, stop => crash(kind, stop));
    });
  }

  async function stepsOf(kind: PaymentKind): Promise<string[]> {
    const { doom, journal } = await prepare(kind);
    const { output } = await run(doom);
    journal.remove();
    return [...new Set(output.split('\n').filter(name => name !== ''))];
  }

  async function prepare(kind: PaymentKind) {
    const journal = temporaryJournal();
    const privateKey = await reader.fund(FUNDS);
    const payer = new Payer({ services: sandbox.services, folder: journal.folder, privateKey });
    const task = await payer.create();
    if (kind === 'renew') await payer.pay(task);
    const { services } = sandbox;
    const doom: Doom = { services, folder: journal.folder, privateKey, task, kind, duration: 7_200 };
    return { journal, payer, doom };
  }

  async function crash(kind: PaymentKind, stop: { name: string; when: string }): Promise<void> {
    const where = `${kind}: ${stop.when} ${stop.name}`;
    const { journal, payer, doom } = await prepare(kind);
    const before = await reader.moves(payer.wallet);
    const { signal } = await run({ ...doom, stop });
    assert.equal(signal, 'SIGKILL', where);

    const restarted = new Payer({ services: sandbox.services, folder: journal.folder, privateKey: doom.privateKey });
    const { records, damaged } = await restarted.journal.list();
    assert.deepEqual(damaged, [], where);
    const left = records.find(each => each.kind === kind);
    // Without a plan nothing was begun, and the person pays as they would have.
    const payment = left
      ? await restarted.engine.resume(left.id, await restarted.signer())
      : await restarted.pay(doom.task, kind, { duration: doom.duration });
    assert.equal(payment.stage, 'done', where);

    const { amount, hash } = payment;
    assert.deepEqual(
      await reader.moves(payer.wallet),
      {
        approved: [...before.approved, amount],
        paid: [...before.paid, amount],
      },
      where,
    );
    assert.equal(await reader.allowance(payer.wallet), 0n, where);
    const { data } = await payer.api.task(doom.task);
    const type = kind === 'create' ? 'Creation' : 'Renewal';
    assert.deepEqual(
      data.orders.filter(each => each.type === type).map(each => each.txHash),
      [hash],
      where,
    );
    assert.deepEqual(await restarted.journal.open(), [], where);
    journal.remove();
  }
});

function run(doom: Doom): Promise<{ output: string; signal: string | undefined }> {
  return new Promise(resolve => {
    const script = join(__dirname, 'doomedPayer.js');
    execFile(process.execPath, [script, JSON.stringify(doom)], (error, stdout, stderr) => {
      const signal = error?.signal ?? undefined;
      if (error && signal !== 'SIGKILL') console.error(stderr);
      resolve({ output: stdout, signal });
    });
  });
}

/** All of them, a few at a time. */
async function atOnce<T>(limit: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
