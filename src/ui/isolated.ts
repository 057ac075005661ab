import { t } from '../core/l10n.js';
import { lookalikes } from '../core/lookalikes.js';
import { joined, own, type PlainText, plain, plainText } from '../core/plainText.js';
import type { Unreadable } from '../core/resources.js';
import type { Choice } from './prompts.js';
import type { Row } from './tree.js';

/** What a row has that cannot be drawn: it is still what it stands for, and can be ended. */
export type Bare = Pick<Row, 'id' | 'contextValue' | 'resource'>;

/** Rows, each built by itself: one that cannot be drawn says so, and hides none of its neighbours. */
export function isolatedRows<T>(
  items: readonly T[],
  build: (item: T, index: number) => Row | undefined,
  bare: (item: T, index: number) => Bare,
): Row[] {
  return items.flatMap(
    (item, index) =>
      isolated(
        () => build(readable(item), index),
        error =>
          brokenRow(nameless(item) ? { ...bare(item, index), contextValue: 'unreadable' } : bare(item, index), error),
      ) ?? [],
  );
}

/** What `build` gives or, where it throws, what `instead` gives. */
export function isolated<T>(build: () => T, instead: (error: unknown) => T): T {
  try {
    return build();
  } catch (error) {
    return instead(error);
  }
}

/** @throws where the service's record could not be read */
function readable<T>(item: T): T {
  const { unreadable } = remainsOf(item);
  if (unreadable) throw new Error(unreadable.field);
  return item;
}

/** Without an id of its own nothing can be done with it. */
function nameless(item: unknown): boolean {
  return remainsOf(item).unreadable?.named === false;
}

function remainsOf(item: unknown): Unreadable {
  return typeof item === 'object' && item !== null ? item : {};
}

function brokenRow(bare: Bare, error: unknown): Row {
  const label = t('Cannot be shown');
  const id = plainText(bare.id, 100);
  return {
    ...bare,
    label,
    description: id,
    icon: { id: 'warning', color: 'list.warningForeground' },
    spoken: plain`${label}, ${id}`,
    tooltip: cannotShow(error),
  };
}

/**
 * The same of choices.
 * @param bare what is chosen by it, and what tells it apart
 */
export function isolatedChoices<T, V>(
  items: readonly T[],
  build: (item: T) => Choice<V>,
  bare: (item: T) => { id: string; value: V },
): Choice<V>[] {
  const choices = items.map(item =>
    isolated(
      () => build(readable(item)),
      () => {
        const { id, value } = bare(item);
        return { label: t('$(warning) Cannot be shown'), description: plainText(id, 100), value };
      },
    ),
  );
  const alike = lookalikes(choices);
  return choices.map((choice, at) => {
    const item = items[at];
    return alike.has(choice) && item !== undefined
      ? { ...choice, description: withId({ ...bare(item), description: choice.description }) }
      : choice;
  });
}

/** What is said beside a label, and the id, unless it is said already. */
export function withId({ id, description = own('') }: { id: string; description?: PlainText | undefined }): PlainText {
  const shown = plainText(id, 100);
  return description.includes(shown) ? description : joined([description, shown], ' · ');
}

export function cannotShow(error: unknown): PlainText {
  return t('What was sent of it cannot be shown ({0}).', plainText(String(error), 200));
}
