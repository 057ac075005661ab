import { t } from '../core/l10n.js';
import type { Phase } from '../terminal/state.js';

/** How a session is shown in this window; missing where it is not any more. */
export const phaseWords: Record<Phase, string | undefined> = {
  connecting: t('connecting…'),
  launching: t('starting…'),
  attaching: t('attaching…'),
  live: t('attached here'),
  waiting: t('reconnecting…'),
  ended: undefined,
  closed: undefined,
};
