import { t } from '../core/l10n.js';
import { plainText } from '../core/plainText.js';
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
        () => build(item, index),
        error => brokenRow(bare(item, index), error),
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

function brokenRow(bare: Bare, error: unknown): Row {
  const label = t('Cannot be shown');
  const id = plainText(bare.id, 100);
  return {
    ...bare,
    label,
    description: id,
    icon: { id: 'warning', color: 'list.warningForeground' },
    spoken: `${label}, ${id}`,
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
  return items.map(item =>
    isolated(
      () => build(item),
      () => {
        const { id, value } = bare(item);
        return { label: t('$(warning) Cannot be shown'), description: plainText(id, 100), value };
      },
    ),
  );
}

export function cannotShow(error: unknown): string {
  return t('What was sent of it cannot be shown ({0}).', plainText(String(error), 200));
}
