import * as vscode from 'vscode';
import type { Page } from '../core/backend.js';
import { toRemoteError } from '../core/errors.js';
import { countText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { type PlainText, withIcon } from '../core/plainText.js';
import { ask, type Choice, type Nav } from './prompts.js';

export interface RemotePickOptions<T> {
  placeholder: string;
  /** Rows whose names hold `text`, the first of them. */
  search(text: string, signal: AbortSignal): Promise<Page<Choice<T>>>;
  /** Always offered, before what was found. */
  first?: readonly Choice<T>[];
  /** What to say when there is nothing at all. */
  empty: PlainText;
  /** Where there would be something then: a web address, opened by accepting what is said. */
  emptyLink?: string;
}

/** A line that is no row. */
interface Said extends vscode.QuickPickItem {
  value?: undefined;
  retry?: true;
  link?: string | undefined;
}

function note(icon: string, text: PlainText): Said {
  return { label: withIcon(icon, text), alwaysShow: true };
}

/** Long enough for a word to be typed, short enough not to be felt. Milliseconds. */
const TYPING_PAUSE_MS = 200;

/** A pick that asks the service as one types, so that the ten-thousandth row is as near as the first. @throws cancelled, or WentBack */
export function pickRemote<T>(
  nav: Nav,
  { placeholder, search, first = [], empty, emptyLink }: RemotePickOptions<T>,
): Promise<T> {
  const input = vscode.window.createQuickPick<Choice<T> | Said>();
  let abort: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  input.placeholder = placeholder;
  input.matchOnDescription = true;
  input.items = first;

  const load = async () => {
    abort?.abort();
    const mine = new AbortController();
    abort = mine;
    input.busy = true;
    try {
      const { rows, total } = await search(input.value.trim(), mine.signal);
      if (mine.signal.aborted) return;
      const hidden = total - rows.length;
      // Items, since a separator that no item follows is not shown.
      const said: Said[] = [];
      if (hidden > 0) said.push(note('ellipsis', t('{0} more: type to search', countText(hidden))));
      else if (rows.length === 0 && input.value) said.push(note('info', t('Nothing matches')));
      else if (rows.length === 0) said.push({ ...note(emptyLink ? 'link-external' : 'info', empty), link: emptyLink });
      input.items = [...first, ...rows, ...said];
    } catch (error) {
      if (mine.signal.aborted) return;
      input.items = [
        ...first,
        { label: t('$(warning) Try again'), description: toRemoteError(error).message, alwaysShow: true, retry: true },
      ];
    } finally {
      if (!mine.signal.aborted) input.busy = false;
    }
  };

  input.onDidChangeValue(() => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), TYPING_PAUSE_MS);
  });
  void load();
  return ask<T>(input, nav, accept => {
    const [item] = input.selectedItems;
    if (!item) return;
    if (item.value !== undefined) accept(item.value);
    else if ('retry' in item) void load();
    else if ('link' in item && item.link) void vscode.env.openExternal(vscode.Uri.parse(item.link, true));
  }).finally(() => {
    clearTimeout(timer);
    abort?.abort();
  });
}
