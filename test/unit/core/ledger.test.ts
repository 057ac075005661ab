import assert from 'node:assert/strict';
import {
  explorerLink,
  ledgerEntries,
  monthOf,
  paymentEntry,
  pendingTransaction,
  totalsBy,
  transactionOf,
} from '../../../src/core/ledger.js';
import type { Payment } from '../../../src/core/payments.js';
import { hashOf, payment } from '../../support/payments.js';

const november = Date.UTC(2026, 10, 15, 12);
const december = Date.UTC(2026, 11, 15, 12);

describe('the ledger', () => {
  it('lists payments and refunds, newest first, each by an id of its own', () => {
    const refund = { amount: 3n, hash: hashOf(9), block: 50, at: december };
    const entries = ledgerEntries([
      payment('a', { refund, createdAt: november }),
      payment('b', { kind: 'renew', createdAt: november + 1 }),
    ]);
    assert.deepEqual(
      entries.map(({ id, kind, amount, at }) => [id, kind, amount, at]),
      [
        ['a/refund', 'refund', 3n, december],
        ['b', 'renewal', 15n * 10n ** 17n, november + 1],
        ['a', 'pay', 15n * 10n ** 17n, november],
      ],
    );
    assert.deepEqual(entries[0]?.transaction, { hash: hashOf(9), block: 50 });
  });

  it('counts what was really paid, and what came back apart from it', () => {
    const stages: Payment['stage'][] = ['ready', 'approving', 'paying', 'failed', 'cancelled', 'superseded'];
    const unpaid = stages.map(stage => payment(stage, { stage, amount: 1_000n }));
    const huge = 2n ** 200n + 1n;
    const entries = ledgerEntries([
      ...unpaid,
      payment('done', { amount: huge, refund: { amount: 5n, at: november } }),
      payment('paid', { stage: 'paid', open: true, amount: 2n }),
      payment('later', { task: 'other', amount: 7n, createdAt: december }),
    ]);
    const figures = (groups: ReturnType<typeof totalsBy>) =>
      [...groups].map(([key, { paid, back, entries: all }]) => [key, paid, back, all.length]);
    assert.deepEqual(figures(totalsBy(entries, monthOf)), [
      ['December 2026', 7n, 0n, 1],
      ['November 2026', huge + 2n, 5n, 9],
    ]);
    const { task } = payment('x');
    assert.deepEqual(figures(totalsBy(entries, entry => entry.payment.task)), [
      ['other', 7n, 0n, 1],
      [task, huge + 2n, 5n, 9],
    ]);
  });

  it('knows the transaction that counts: what paid, else what was mined, else the last', () => {
    const approve = { purpose: 'approve', hash: hashOf(1), nonce: 1, outcome: 'mined' } as const;
    const first = { purpose: 'pay', hash: hashOf(2), nonce: 2, outcome: 'replaced' } as const;
    const second = { purpose: 'pay', hash: hashOf(3), nonce: 2, outcome: 'mined' } as const;
    const of = (...transactions: Payment['transactions']) =>
      transactionOf(payment('a', { hash: undefined, transactions }))?.hash;
    assert.equal(of(), undefined);
    assert.equal(of(approve), hashOf(1));
    assert.equal(of(approve, first), hashOf(2));
    assert.equal(of(approve, second, first), hashOf(3));
    assert.equal(paymentEntry(payment('a', { transactions: [approve, second] })).transaction?.hash, hashOf(3));
  });

  it('knows the transaction that another can take the place of', () => {
    const unknown = { purpose: 'pay', hash: hashOf(2), nonce: 2, outcome: 'unknown' } as const;
    const { nonce: _nonce, ...elsewhere } = unknown;
    const of = (more: Partial<Payment>) => pendingTransaction(payment('a', more))?.hash;
    assert.equal(of({ open: true, transactions: [unknown] }), hashOf(2));
    assert.equal(of({ open: true, transactions: [elsewhere] }), undefined);
    assert.equal(of({ open: false, transactions: [unknown] }), undefined);
    assert.equal(of({ open: true }), undefined);
  });

  it('links to an explorer what is a hash, and nothing else', () => {
    const hash = hashOf(0xab);
    assert.equal(explorerLink('https://x.example', hash), `https://x.example/tx/${hash}`);
    assert.equal(explorerLink(undefined, hash), undefined);
    for (const wrong of [undefined, '', '0x12', `${hash}/..`, `${hash}\n`, 'javascript:alert(1)']) {
      assert.equal(explorerLink('https://x.example', wrong), undefined);
    }
  });
});
