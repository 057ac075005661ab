import assert from 'node:assert/strict';
import { unitsText } from '../../../src/core/money.js';
import type { PaymentRecord } from '../../../src/swan/journal/record.js';
import type { Reader } from '../../support/payer.js';
import type { Buyer, Purchase } from './buyer.js';

export interface Sheet {
  purchases: number;
  /** Empty transactions in the place of lost ones. */
  fillers: number;
  /** Orders of the service for payments that the chain took back, and has in another form. */
  outlived: number;
  /** By each way of counting. */
  tokens: { out: string; journal: string; events: string };
}

/** Holds what the buyers wanted, what the journal says and what the chain has against each other, wallet by wallet. */
export async function balance(reader: Reader, buyers: readonly Buyer[], funds: bigint): Promise<Sheet> {
  const purchases = buyers.flatMap(each => each.purchases);
  const [{ records, damaged }, submitted] = await Promise.all([journalOf(buyers).list(), reader.submitted()]);
  const done = records.filter(each => each.stage === 'done');
  assert.deepEqual(damaged, []);
  assert.deepEqual(await journalOf(buyers).open(), []);
  assert.deepEqual(sorted(done.map(each => each.id)), sorted(purchases.map(each => each.id)));

  const totals = { out: 0n, journal: 0n, events: 0n };
  for (const wallet of new Set(buyers.map(each => each.payer.wallet))) {
    const own = {
      out: funds - (await reader.balance(wallet)),
      journal: sum(done.filter(each => each.wallet === wallet)),
      events: sum(submitted.filter(each => each.payer === wallet)),
    };
    assert.deepEqual(own, { out: own.journal, journal: own.journal, events: own.journal }, wallet);
    assert.equal(await reader.allowance(wallet), 0n, wallet);
    totals.out += own.out;
    totals.journal += own.journal;
    totals.events += own.events;
  }
  let outlived = 0;
  for (const buyer of buyers) outlived += await requireEach(reader, buyer, records, submitted);
  const { out, journal, events } = totals;
  return {
    purchases: purchases.length,
    fillers: records.reduce((count, each) => count + each.fillers.length, 0),
    outlived,
    tokens: { out: unitsText(out), journal: unitsText(journal), events: unitsText(events) },
  };
}

/**
 * Each task was paid as often, and with as much, as was wanted, and the service knows all of it, by one of its transactions.
 * @returns how many orders the service has beyond these: it keeps what it saw on the chain, though a reorganisation took
 * it back, and another transaction with the same nonce took its place
 */
async function requireEach(
  reader: Reader,
  { payer, purchases }: Buyer,
  records: readonly PaymentRecord[],
  submitted: readonly { task: string; amount: bigint }[],
): Promise<number> {
  const done = records.filter(each => each.stage === 'done');
  let outlived = 0;
  for (const task of new Set(purchases.map(each => each.task))) {
    const wanted = purchases.filter(each => each.task === task);
    const paid = done.filter(each => each.task === task);
    assert.deepEqual(sorted(paid.map(({ kind }) => kind)), sorted(wanted.map(({ kind }: Purchase) => kind)), task);
    const events = submitted.filter(each => each.task === task);
    assert.deepEqual(sorted(events.map(each => `${each.amount}`)), sorted(paid.map(each => `${each.amount}`)), task);
    assert.equal(await reader.amountPaid(task), sum(paid), task);
    const { data } = await payer.api.task(task);
    const orders: string[] = data.orders.map(each => each.txHash ?? '');
    assert.equal(new Set(orders).size, orders.length, task);
    const known = (each: PaymentRecord) => payHashes(each).some(hash => orders.includes(hash));
    assert.deepEqual(
      paid.filter(each => !known(each)).map(({ id }) => id),
      [],
      task,
    );
    const ours = records.filter(each => each.task === task).flatMap(payHashes);
    assert.deepEqual(
      orders.filter(each => !ours.includes(each)),
      [],
      task,
    );
    outlived += orders.length - paid.length;
    assert.ok(
      data.orders.every(each => each.status === 'payment_consumed'),
      task,
    );
  }
  return outlived;
}

/** Of one nonce, one of which is on the chain at the most. */
function payHashes({ transactions }: PaymentRecord): string[] {
  return transactions.filter(({ purpose }) => purpose === 'pay').map(({ hash }) => hash);
}

/** All buyers have the same one, as the windows of a machine do. */
function journalOf([buyer]: readonly Buyer[]) {
  assert.ok(buyer);
  return buyer.payer.journal;
}

function sum(amounts: readonly { amount: bigint }[]): bigint {
  return amounts.reduce((total, each) => total + each.amount, 0n);
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort();
}
