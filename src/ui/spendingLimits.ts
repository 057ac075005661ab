import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import { parseUnits, unitsText } from '../core/money.js';
import type { Quote, SpendingLimits } from '../core/payments.js';
import { setting, updateSetting, WRONG_SETTING } from './settings.js';

/** In SWAN, as package.json has them too. */
const limits = {
  payment: { name: 'payments.limitPerPayment', fallback: 20, words: 'One payment' },
  day: { name: 'payments.limitPerDay', fallback: 50, words: 'All payments of 24 hours' },
} as const;
const WEI = 10n ** 18n;

/** What the settings let payments cost. @throws RemoteError that names the setting that is no amount */
export function spendingLimits(): SpendingLimits {
  return { payment: limit('payment'), day: limit('day') };
}

function limit(which: keyof typeof limits): bigint {
  const { name, fallback } = limits[which];
  const wei = parseUnits(String(setting<unknown>(name, fallback)));
  if (wei !== undefined) return wei;
  throw new RemoteError(
    'invalid',
    `The setting remoteCompute.${name} is no amount of SWAN. Give a number such as ${fallback}. Nothing was signed.`,
    { code: WRONG_SETTING },
  );
}

/**
 * Where a payment is above the person's own limits, asks whether to raise them, for this and what comes.
 * @returns the quote under the limits as they are then @throws cancelled
 */
export async function withinLimits(quote: Quote): Promise<Quote> {
  const { exceeds, request } = quote;
  const higher = (['payment', 'day'] as const).flatMap(which => {
    const needed = exceeds[which];
    return needed === undefined ? [] : [{ ...limits[which], now: limit(which), raised: (needed + WEI - 1n) / WEI }];
  });
  if (higher.length === 0) return quote;
  const raise = higher.length > 1 ? 'Raise the Limits' : 'Raise the Limit';
  const lines = higher.map(({ words, now, raised }) => `${words}: ${unitsText(now)} SWAN now, ${raised} SWAN then`);
  const answer = await vscode.window.showWarningMessage(
    `This payment of ${unitsText(quote.amount)} SWAN is above your own limit. Raise it?`,
    { modal: true, detail: `${lines.join('\n')}\n\nThe new limit stays, and is in the settings. Nothing is paid yet.` },
    raise,
  );
  if (answer !== raise) throw cancelled();
  for (const { name, raised } of higher) await updateSetting(name, Number(raised));
  return { ...quote, exceeds: {}, request: { ...request, limits: spendingLimits() } };
}
