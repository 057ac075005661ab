import assert from 'node:assert/strict';
import { checkedText } from '../../src/ui/paymentCheck.js';

describe('what a comparison of payments with the chain found', () => {
  for (const [what, agree, refunds, reopened, vanished, text] of [
    ['nothing to compare', 0, 0, 0, 0, 'There are no payments to compare with the chain.'],
    ['a payment', 1, 0, 0, 0, '1 payment agrees with the chain.'],
    ['payments and refunds', 3, 2, 0, 0, '3 payments and 2 refunds agree with the chain.'],
    ['one that has vanished', 0, 0, 1, 1, '1 payment had vanished from the chain and is on its way again.'],
    [
      'one that was given up, beside others',
      2,
      0,
      1,
      0,
      '2 payments agree with the chain. 1 payment had been given up, and came about after all: Swan is told.',
    ],
  ] as const) {
    it(`is said of ${what}`, () => {
      const ids = Array.from({ length: reopened }, (_, index) => `${index}`);
      assert.equal(checkedText({ agree, refunds, reopened: ids }, vanished), text);
    });
  }
});
