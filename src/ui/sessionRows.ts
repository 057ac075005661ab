import { briefJson } from '../core/briefJson.js';
import { durationText, locationText, sinceText, specDetails } from '../core/format.js';
import { t } from '../core/l10n.js';
import { capitalized, joined, type PlainText, plain, plainText } from '../core/plainText.js';
import type { DebugSession, Location, TerminalSession, TrainingSession } from '../core/resources.js';
import { known } from '../core/words.js';
import { Hover } from './hover.js';
import { cannotShow, isolated, isolatedRows } from './isolated.js';
import type { Row } from './tree.js';

/** Names by id, as far as they are known. */
export interface Names {
  model(id: string): PlainText;
  launcher(id: string): PlainText;
}

export function terminalRow(session: TerminalSession, names: Names, attached: PlainText | undefined): Row {
  const model = names.model(session.modelId);
  const place = locationText(session.executionLocation, names.launcher);
  const age = durationText(Date.now() - session.startedAt);
  return {
    id: session.id,
    label: model,
    description: joined([attached, place, age], ' · '),
    icon: attached ? { id: 'terminal', color: 'charts.green' } : { id: 'terminal' },
    contextValue: `terminal+terminate+filesystem${attached ? '+show' : '+attach'}`,
    spoken: t('Terminal of {0} on {1}, started {2} ago, {3}', model, place, age, attached ?? t('not attached here')),
    command: { id: 'remoteCompute.terminal.attach', title: attached ? t('Show Terminal') : t('Attach Terminal') },
    resource: session,
    hover: async () => {
      const hover = new Hover(model)
        .field(t('Terminal'), attached ?? t('not attached in this window'))
        .field(t('Model'), session.modelId);
      return addPlace(hover, session.executionLocation, place)
        .field(t('Started'), sinceText(session.startedAt, Date.now()))
        .field('ID', session.id).markdown;
    },
  };
}

export function debugRow(session: DebugSession, names: Names): Row {
  const model = names.model(session.modelId);
  const place = locationText(session.executionLocation, names.launcher);
  const age = durationText(Date.now() - session.startedAt);
  const parameters = Object.entries(session.parameterDefinitions);
  return {
    id: session.id,
    label: model,
    description: plain`${place} · ${age}`,
    icon: { id: 'debug-alt', color: 'charts.blue' },
    contextValue: 'debugSession+output+terminate',
    spoken: t('Debug session of {0} on {1}, started {2} ago', model, place, age),
    children: [
      ...isolatedRows(
        session.trainingSessions,
        (training, index) => trainingRow(session, training, index + 1),
        training => ({ id: `${session.id}/training/${training.id}`, contextValue: 'training' }),
      ),
      ...isolatedRows(
        parameters.filter(([, definition]) => count(definition) > 0),
        ([use, definition]) => parametersRow(session, use, definition),
        ([use]) => ({ id: `${session.id}/parameters/${use}`, contextValue: 'parameters' }),
      ),
    ],
    resource: session,
    hover: async () => {
      const hover = new Hover(model).field(t('Model'), session.modelId);
      addPlace(hover, session.executionLocation, place).field(t('Started'), sinceText(session.startedAt, Date.now()));
      for (const [use, definition] of parameters) {
        const text = isolated(() => definitionText(definition), cannotShow);
        hover.field(t('Parameters of {0}', useWords(use)), text);
      }
      for (const training of session.trainingSessions)
        hover.field(t('Training'), `${training.id}, ${trainingLook(training).words}`);
      return hover.field('ID', session.id).markdown;
    },
  };
}

const trainingLooks: Record<string, { words: PlainText; icon: Row['icon'] }> = {
  starting: { words: t('starting'), icon: { id: 'loading~spin', color: 'charts.blue' } },
  running: { words: t('running'), icon: { id: 'sync~spin', color: 'charts.blue' } },
  completed: { words: t('completed'), icon: { id: 'pass', color: 'charts.green' } },
  failed: { words: t('failed'), icon: { id: 'error', color: 'charts.red' } },
};

function trainingLook({ state }: TrainingSession): { words: PlainText; icon: Row['icon'] } {
  return known(trainingLooks, state) ?? { words: plainText(state), icon: { id: 'question' } };
}

function trainingRow(session: DebugSession, training: TrainingSession, number: number): Row {
  const { id, createdAt } = training;
  const { words, icon } = trainingLook(training);
  const age = durationText(Date.now() - createdAt);
  return {
    id: `${session.id}/training/${id}`,
    label: t('Training {0}', number),
    description: plain`${words} · ${age}`,
    icon,
    contextValue: 'training',
    spoken: t('Training {0}, {1}, started {2} ago', number, words, age),
    tooltip: id,
  };
}

function parametersRow(session: DebugSession, use: string, definition: unknown): Row {
  const text = definitionText(definition);
  // What tells them apart comes first: the sidebar may be narrow.
  const label = t('{0} parameters', capitalized(useWords(use)));
  return {
    id: `${session.id}/parameters/${use}`,
    label,
    description: text,
    icon: { id: 'symbol-parameter' },
    contextValue: 'parameters',
    spoken: plain`${label}: ${text}`,
    tooltip: text,
  };
}

const uses: Record<string, PlainText> = {
  createState: t('create state'),
  train: t('train'),
  evaluateInput: t('evaluate input'),
  evaluateOutput: t('evaluate output'),
};

/** Of one that is not known: `createState` → `create state`. */
function useWords(use: string): PlainText {
  return known(uses, use) ?? plainText(use.slice(0, 100).replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`));
}

function count(definition: unknown): number {
  if (Array.isArray(definition)) return definition.length;
  return typeof definition === 'object' && definition !== null ? Object.keys(definition).length : 0;
}

/** Of each use; more would not fit. */
const MAX_SHOWN = 100;

/** The parameters' names, and their types where they are told: the definitions' form is the service's own. */
function definitionText(definition: unknown): PlainText {
  const entries: unknown[] = Array.isArray(definition) ? definition.slice(0, MAX_SHOWN) : [definition];
  return plainText(entries.map(parameterText).join(', '), 300);
}

function parameterText(parameter: unknown): string {
  if (
    typeof parameter === 'object' &&
    parameter !== null &&
    'name' in parameter &&
    typeof parameter.name === 'string'
  ) {
    return 'type' in parameter && typeof parameter.type === 'string'
      ? `${parameter.name}: ${parameter.type}`
      : parameter.name;
  }
  return typeof parameter === 'string' ? parameter : briefJson(parameter);
}

function addPlace(hover: Hover, location: Location, place: string): Hover {
  hover.field(t('Runs on'), place);
  for (const [label, value] of location.spec ? specDetails(location.spec) : []) hover.field(label, value);
  return hover;
}
