import assert from 'node:assert/strict';
import fc from 'fast-check';
import { costOf, flooredUnits, parseUnits, unitsText } from '../../../src/core/money.js';

describe('money', () => {
  const amounts = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });

  it('is read exactly', () => {
    const cases: [string, bigint | undefined][] = [
      ['0', 0n],
      ['0.0', 0n],
      ['1', 10n ** 18n],
      ['1.5', 15n * 10n ** 17n],
      ['.5', 5n * 10n ** 17n],
      ['3.', 3n * 10n ** 18n],
      ['0.000000000000000001', 1n],
      ['0.0000000000000000010', 1n],
      ['1e-7', 10n ** 11n],
      ['1.5E+3', 1500n * 10n ** 18n],
      ['0.1000000000000000055511151231257827', undefined],
      ['0.0000000000000000001', undefined],
      ['-1', undefined],
      ['', undefined],
      ['.', undefined],
      ['1,5', undefined],
      ['0x10', undefined],
      ['NaN', undefined],
      ['Infinity', undefined],
      ['1e99', undefined],
      [' 1', undefined],
    ];
    for (const [text, wei] of cases) assert.equal(parseUnits(text), wei, text);
  });

  it('is rounded down to a wei where it is finer', () => {
    const cases: [string, bigint | undefined][] = [
      ['0.0008333333333333334', 833_333_333_333_333n],
      ['0.0033333333333333335', 3_333_333_333_333_333n],
      ['8.333333333333334e-4', 833_333_333_333_333n],
      ['0.1000000000000000055511151231257827021181583404541015625', 10n ** 17n + 5n],
      [`0.${'3'.repeat(1_000)}`, 333_333_333_333_333_333n],
      ['123456789012345678901.2345678901234567899', 123456789012345678901234567890123456789n],
      ['0.0000000000000000019', 1n],
      ['1e-19', 0n],
      ['1e-9999', 0n],
      ['0e9999', 0n],
      ['0.0', 0n],
      ['12e17', 12n * 10n ** 35n],
      ['1e9999', undefined],
      ['1e60', undefined],
      ['-0.5', undefined],
      ['-1e-30', undefined],
      ['1.2.3', undefined],
      ['9'.repeat(2_000), undefined],
      ['', undefined],
      ['Infinity', undefined],
    ];
    for (const [text, wei] of cases) assert.equal(flooredUnits(text), wei, text);
    fc.assert(fc.property(amounts, wei => assert.equal(flooredUnits(`${unitsText(wei)}`), wei)));
  });

  it('is written exactly, and read back the same', () => {
    assert.equal(unitsText(1_500_000_000_000_000_000n), '1.5');
    assert.equal(unitsText(-1n), '-0.000000000000000001');
    assert.equal(unitsText(0n), '0');
    fc.assert(fc.property(amounts, wei => assert.equal(parseUnits(unitsText(wei)), wei)));
  });

  it('is read from a number’s shortest form as the number was meant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 6 }), (digits, shift) => {
        const text = String(digits / 10 ** shift);
        assert.equal(parseUnits(text), BigInt(digits) * 10n ** BigInt(18 - shift));
      }),
    );
  });

  it('costs price times seconds by 3600, rounded down', () => {
    const prices = fc.bigInt({ min: 0n, max: 10n ** 30n });
    fc.assert(
      fc.property(prices, fc.integer({ min: 0, max: 1_209_600 }), (price, seconds) => {
        const cost = costOf(price, seconds);
        const exact = price * BigInt(seconds);
        assert.ok(cost * 3600n <= exact && exact < (cost + 1n) * 3600n);
      }),
    );
    assert.equal(costOf(1n, 3_599), 0n);
    assert.equal(costOf(1n, 3_600), 1n);
  });
});
