import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Payment } from '../../src/core/payments.js';
import { plainText } from '../../src/core/plainText.js';
import { damagedRow, openPaymentRow, paymentRows } from '../../src/ui/paymentRows.js';
import type { Row } from '../../src/ui/tree.js';
import { hashOf, payment } from '../support/payments.js';

const options = { taskName: (id: string) => plainText(`task ${id}`), explorerUrl: 'https://explorer.example' };
const tx = (purpose: 'approve' | 'pay' | 'cancel', outcome: 'unknown' | 'mined' | 'replaced' = 'unknown') =>
  ({ purpose, hash: hashOf(1), nonce: 7, outcome }) as const;
const problem = { code: 'reverted', message: 'It was reverted.', at: 0 };

describe('rows of payments', () => {
  const cases: [what: string, more: Partial<Payment>, words: string, icon: string, can: string][] = [
    ['planned', { stage: 'ready', transactions: [] }, 'about to be signed', 'loading~spin', '+resume+cancel'],
    [
      'interrupted',
      { stage: 'ready', transactions: [tx('approve', 'mined')], problem },
      'waiting for your signature · It was reverted.',
      'warning',
      '+resume+cancel+hash+explorer',
    ],
    [
      'on its way',
      { stage: 'paying', transactions: [tx('pay')] },
      'waiting for the chain',
      'loading~spin',
      '+resume+speedUp+cancel+hash+explorer',
    ],
    [
      'being cancelled',
      { stage: 'paying', transactions: [tx('cancel')] },
      'being cancelled',
      'loading~spin',
      '+resume+speedUp+hash+explorer',
    ],
    [
      'on the chain',
      { stage: 'paid', transactions: [tx('pay', 'mined')] },
      'on the chain, waiting for Swan',
      'sync~spin',
      '+resume+hash+explorer',
    ],
  ];
  for (const [what, more, words, icon, can] of cases) {
    it(`tell in words, icon and acts of one that is ${what}`, () => {
      const open = payment('a', { open: true, hash: undefined, ...more });
      const row = openPaymentRow(open, options);
      assert.deepEqual(
        [row.label, row.description, row.icon.id, row.contextValue, row.spoken],
        ['Payment of 1.5 SWAN', words, icon, `payment${can}`, `Payment of 1.5 SWAN: ${words}`],
      );
      const [first] = paymentRows([payment('b'), open], 'month', options);
      assert.deepEqual([first?.id, first?.contextValue, first?.icon.id], ['a', `payment${can}`, icon]);
    });
  }

  for (const [stage, words, icon] of [
    ['failed', 'failed, nothing paid', 'error'],
    ['cancelled', 'cancelled', 'circle-slash'],
    ['superseded', 'another transaction took its place', 'circle-slash'],
  ] as const) {
    it(`tell why one is ${stage}, and count nothing for it`, () => {
      const [group] = paymentRows([payment('a', { stage, problem })], 'month', options);
      assert.deepEqual([group?.label, group?.description], ['November 2026', '0 SWAN paid']);
      const row = group?.children?.[0];
      const description = row?.description ?? '';
      assert.ok(description.startsWith(`1.5 SWAN · ${words} · `), description);
      assert.ok(description.endsWith(' · It was reverted.'), description);
      assert.equal(row?.icon.id, icon);
    });
  }

  it('are in groups, of which the newest is open', () => {
    const payments = [
      payment('new', { createdAt: Date.UTC(2026, 11, 15), task: 'x' }),
      payment('old', { task: 'y', refund: { amount: 5n * 10n ** 17n, hash: hashOf(2), at: Date.UTC(2026, 10, 20) } }),
    ];
    const shown = (rows: Row[]) => rows.map(row => [row.label, row.description, row.expanded, row.children?.length]);
    assert.deepEqual(shown(paymentRows(payments, 'month', options)), [
      ['December 2026', '1.5 SWAN paid', true, 1],
      ['November 2026', '1.5 SWAN paid, 0.5 back', false, 2],
    ]);
    assert.deepEqual(shown(paymentRows(payments, 'task', options)), [
      ['task x', '1.5 SWAN paid', true, 1],
      ['task y', '1.5 SWAN paid, 0.5 back', false, 2],
    ]);
  });

  it('link in their hover to transactions alone, whatever a service or a node has said', async () => {
    const evil = '[pay](command:evil) ![x](https://evil.example/x.png) <b>';
    const [group] = paymentRows(
      [payment('a', { stage: 'failed', problem: { ...problem, message: evil }, history: [{ at: 0, what: evil }] })],
      'month',
      { ...options, taskName: () => plainText(evil) },
    );
    const hover = await group?.children?.[0]?.hover?.(new vscode.CancellationTokenSource().token);
    assert.ok(hover);
    assert.equal(hover.isTrusted, false);
    const links = [...hover.value.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target);
    assert.deepEqual(links, [`<https://explorer.example/tx/${hashOf(1)}>`]);
  });

  it('say what to do about damaged records', () => {
    const row = damagedRow(['a-1.json', 'b-2.json']);
    assert.equal(row.label, '2 records cannot be read');
    assert.match(row.description ?? '', /Before you pay for a task again, check on the chain whether it was paid\.$/);
    assert.match(row.tooltip ?? '', /a-1\.json\nb-2\.json$/);
  });
});
