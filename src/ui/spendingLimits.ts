import * as vscode from 'vscode';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { parseUnits, unitsText } from '../core/money.js';
import type { Quote, SpendingLimits } from '../core/payments.js';
import { setting, updateSetting, WRONG_SETTING } from './settings.js';

/** In SWAN, as package.json has them too. */
const limits = {
  payment: { name: 'payments.limitPerPayment', fallback: 20, words: t('One payment') },
  day: { name: 'payments.limitPerDay', fallback: 50, words: t('All payments of 24 hours') },
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
    t(
      'The setting remoteCompute.{0} is no amount of SWAN. Give a number such as {1}. Nothing was signed.',
      name,
      fallback,
    ),
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
  const raise = higher.length > 1 ? t('Raise the Limits') : t('Raise the Limit');
  const lines = higher.map(({ words, now, raised }) =>
    t('{0}: {1} SWAN now, {2} SWAN then', words, unitsText(now), raised),
  );
  const answer = await vscode.window.showWarningMessage(
    t('This payment of {0} SWAN is above your own limit. Raise it?', unitsText(quote.amount)),
    {
      modal: true,
      detail: t('{0}\n\nThe new limit stays, and is in the settings. Nothing is paid yet.', lines),
    },
    raise,
  );
  if (answer !== raise) throw cancelled();
  for (const { name, raised } of higher) await updateSetting(name, Number(raised));
  return { ...quote, exceeds: {}, request: { ...request, limits: spendingLimits() } };
}
