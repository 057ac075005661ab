import { type PlainText, plainText } from './plainText.js';

/**
 * Amounts of SWAN, and of ETH for gas: whole numbers of wei, of which 10^18 are one. No floating point comes near them.
 */

const DECIMALS = 18;
const WEI = 10n ** BigInt(DECIMALS);
const SECONDS_PER_HOUR = 3600n;

/** Beyond, nothing is an amount that a contract holds. */
const MOST_SHIFT = 100;

/**
 * A decimal number such as `1.5` or `1e-7`, exactly in wei.
 * @returns undefined for what is no amount: not a number, below zero, finer than a wei, or too large for a contract
 */
export function parseUnits(text: string): bigint | undefined {
  const { wei, rest } = inWei(text) ?? {};
  return rest ? undefined : wei;
}

/** The same, rounded down to a wei, which is as fine as a contract's price is. */
export function flooredUnits(text: string): bigint | undefined {
  return inWei(text)?.wei;
}

/** @returns with whether something finer than a wei is left */
function inWei(text: string): { wei: bigint; rest: boolean } | undefined {
  const match = /^(\d{0,1100})(?:\.(\d{0,1100}))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  const [, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const shift = DECIMALS - fraction.length + Number(exponent);
  if (digits === 0n) return { wei: 0n, rest: false };
  if (shift > MOST_SHIFT) return undefined;
  const scale = 10n ** BigInt(Math.abs(shift));
  const [wei, rest] = shift < 0 ? [digits / scale, digits % scale !== 0n] : [digits * scale, false];
  return wei < 2n ** 256n ? { wei, rest } : undefined;
}

/** Exactly: `1.5`, `0.000000000000000001`, `-2`. */
export function unitsText(wei: bigint): PlainText {
  const absolute = wei < 0n ? -wei : wei;
  const fraction = (absolute % WEI).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return plainText(`${wei < 0n ? '-' : ''}${absolute / WEI}${fraction === '' ? '' : `.${fraction}`}`);
}

/** To a millionth, for what is only looked at: `1.234567`. */
export function roundedText(wei: bigint): PlainText {
  const millionth = WEI / 1_000_000n;
  return unitsText(((wei + millionth / 2n) / millionth) * millionth);
}

/** What a time costs, rounded down as the payment contract does. @param seconds a whole number */
export function costOf(pricePerHour: bigint, seconds: number): bigint {
  return (pricePerHour * BigInt(seconds)) / SECONDS_PER_HOUR;
}
