import assert from 'node:assert/strict';
import { paymentsCsv } from '../../../src/core/paymentsCsv.js';
import { hashOf, payment } from '../../support/payments.js';

const HEAD = 'date,kind,task,amount SWAN,status,network,chain id,wallet,contract,nonce,transaction,block,explorer\r\n';

describe('payments as CSV', () => {
  it('have a line each, and one for what came back, exact and in UTC', () => {
    const { task, wallet } = payment('a');
    const refund = { amount: 1n, hash: hashOf(9), block: 50, at: Date.UTC(2026, 11, 1) };
    const csv = paymentsCsv([payment('a', { refund, amount: 2n ** 70n })], 'https://x.example');
    assert.equal(
      csv,
      `${HEAD}2026-12-01T00:00:00.000Z,refund,${task},0.000000000000000001,refunded,Test,1337,${wallet},${wallet},,${hashOf(9)},50,https://x.example/tx/${hashOf(9)}\r\n` +
        `2026-11-15T12:00:00.000Z,pay,${task},1180.591620717411303424,done,Test,1337,${wallet},${wallet},7,${hashOf(1)},42,https://x.example/tx/${hashOf(1)}\r\n`,
    );
  });

  it('are empty but for the head where there are none', () => {
    assert.equal(paymentsCsv([], undefined), HEAD);
  });

  it('leave out what is not known', () => {
    const row = paymentsCsv([payment('a', { stage: 'ready', open: true, transactions: [], hash: undefined })], 'x');
    assert.match(row, /,ready,Test,1337,0x\w+,0x\w+,,,,\r\n$/);
  });

  for (const [name, cell] of [
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['plain', 'plain'],
  ] as const) {
    it(`quote ${JSON.stringify(name)}, and let a spreadsheet take it for text`, () => {
      const csv = paymentsCsv([payment('a', { network: { name, chainId: 1 } })], undefined);
      assert.ok(csv.includes(`,done,${cell},1,0x`), csv);
    });
  }
});
