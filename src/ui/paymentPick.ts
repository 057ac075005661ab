import * as vscode from 'vscode';
import { cancelled } from '../core/errors.js';
import { dateText } from '../core/format.js';
import { t } from '../core/l10n.js';
import type { LedgerEntry } from '../core/ledger.js';
import { joined, type PlainText } from '../core/plainText.js';
import { isolatedChoices } from './isolated.js';
import { entryFacts, entryLabel } from './paymentRows.js';
import { pick } from './prompts.js';

/** One of the payments that something can be done with. @throws cancelled, also where there is none, as it says */
export async function pickEntry(
  title: string,
  entries: readonly LedgerEntry[],
  taskName: (id: string) => PlainText,
): Promise<LedgerEntry> {
  if (entries.length === 0) {
    void vscode.window.showInformationMessage(t('There is no payment for this.'));
    throw cancelled();
  }
  return await pick(
    { title },
    isolatedChoices(
      entries,
      entry => ({
        label: entryLabel(entry, taskName),
        description: joined([...entryFacts(entry), dateText(entry.at)], ' · '),
        value: entry,
      }),
      entry => ({ id: entry.id, value: entry }),
    ),
    { placeholder: t('Payment') },
  );
}
