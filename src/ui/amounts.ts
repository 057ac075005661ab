import { unitsText } from '../core/money.js';
import { type PlainText, plain } from '../core/plainText.js';

/** `1.5 SWAN`, exactly. */
export function swan(wei: bigint): PlainText {
  return plain`${unitsText(wei)} SWAN`;
}
