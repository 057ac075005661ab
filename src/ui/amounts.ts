import { unitsText } from '../core/money.js';

/** `1.5 SWAN`, exactly. */
export function swan(wei: bigint): string {
  return `${unitsText(wei)} SWAN`;
}
