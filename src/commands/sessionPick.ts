import { durationText, locationText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { joined, type PlainText, plainText } from '../core/plainText.js';
import type { DebugSession, TerminalSession } from '../core/resources.js';
import { isolatedChoices } from '../ui/isolated.js';
import type { Nav } from '../ui/prompts.js';
import { pickRemote } from '../ui/remotePick.js';
import type { Services } from './services.js';

type Session = TerminalSession | DebugSession;

/** One of the sessions that `list` gives, by its model's name. */
export function pickSession<T extends Session>(
  nav: Nav,
  { views }: Services,
  list: (signal: AbortSignal) => Promise<T[]>,
  empty: PlainText,
): Promise<T> {
  return pickRemote(nav, {
    placeholder: t('Session'),
    empty,
    async search(_text, signal) {
      const sessions = await list(signal);
      const names = await Promise.all(sessions.map(({ modelId }) => views.modelName(modelId).catch(() => modelId)));
      const rows = isolatedChoices(
        sessions.map((session, at) => ({
          session,
          name: plainText(names[at] ?? session.modelId),
          unreadable: session.unreadable,
        })),
        ({ session, name }) => {
          const place = locationText(session.executionLocation, id => id);
          const facts = [place, durationText(Date.now() - session.startedAt), session.id];
          return { label: name, description: joined(facts, ' · '), value: session };
        },
        ({ session }) => ({ id: session.id, value: session }),
      );
      return { rows, total: rows.length };
    },
  });
}
