import { hasKind } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { costOf } from '../core/money.js';
import { joined, own, type PlainText } from '../core/plainText.js';
import {
  DEFAULT_START_IN,
  durationProblem,
  type Hardware,
  MIN_DURATION,
  type TaskBackend,
  type TaskRequest,
} from '../core/tasks.js';
import { swan } from './amounts.js';
import { type Choice, inputText, inSteps, type Nav, pick } from './prompts.js';
import { pickRemote } from './remotePick.js';
import { askSource } from './sourceForm.js';
import { askTaskOptions, type TaskOptions } from './taskOptions.js';
import { hoursText } from './taskRows.js';

export interface TaskForm {
  request: TaskRequest;
  payNow: boolean;
}

/** Asks step by step for all that a task needs, starting from `last`. The price so far is in the title. @throws cancelled */
export async function askTask(backend: TaskBackend, last: TaskRequest | undefined): Promise<TaskForm> {
  let source = last?.source;
  let hardware: Hardware | undefined;
  let region = last?.region ?? 'global';
  let duration = last?.duration ?? MIN_DURATION;
  let options: TaskOptions = {
    startIn: last?.startIn ?? DEFAULT_START_IN,
    preferredProviders: last?.preferredProviders ?? [],
    ipWhitelist: last?.ipWhitelist ?? [],
  };
  let payNow = true;
  let steps = 0;

  const title = () => {
    const price = hardware?.pricePerHour;
    if (price === undefined) return t('Create a Task');
    return steps > 3
      ? t('Create a Task · {0}', swan(costOf(price, duration)))
      : t('Create a Task · {0} per hour', swan(price));
  };
  const step = (ask: (nav: Nav) => Promise<void>, index: number) => (nav: Nav) => {
    steps = index;
    return ask({ ...nav, title: title() });
  };
  await inSteps(
    t('Create a Task'),
    [
      async (nav: Nav) => {
        source = await askSource(nav, backend, source);
      },
      async (nav: Nav) => {
        hardware = await askHardware(nav, backend, last?.hardware.name);
        if (!regionsOf(hardware).some(each => each === region)) region = 'global';
      },
      async (nav: Nav) => {
        if (hardware) region = await askRegion(nav, hardware, region);
      },
      async (nav: Nav) => {
        duration = await askDuration(nav, duration, hardware?.pricePerHour);
      },
      async (nav: Nav) => {
        options = await askTaskOptions(nav, options);
      },
      async (nav: Nav) => {
        payNow = await pick<boolean>(
          nav,
          [
            {
              label: t('$(credit-card) Create and pay'),
              detail: t('You see the exact amount, and confirm it, before anything is paid.'),
              value: true,
            },
            {
              label: t('$(circle-large-outline) Create unpaid'),
              detail: t('It waits in the list until it is paid.'),
              value: false,
            },
          ],
          { active: payNow },
        );
      },
    ].map(step),
  );
  if (!source || !hardware) throw new Error('A step was passed over.');
  const { id, name, pricing } = hardware;
  return { request: { source, hardware: { id, name, pricing }, region, duration, ...options }, payNow };
}

function askHardware(nav: Nav, backend: TaskBackend, last: string | undefined): Promise<Hardware> {
  return pickRemote(nav, {
    placeholder: t('Instance type'),
    empty: t('No hardware is available right now'),
    async search(text, signal) {
      const all = await allHardware(backend, signal);
      const rows = all
        .filter(
          ({ name, status, description }) =>
            status === 'available' && `${name} ${description ?? ''}`.toLowerCase().includes(text.toLowerCase()),
        )
        .sort((a, b) => Number(b.name === last) - Number(a.name === last))
        .map(hardware => ({
          label: hardware.name,
          description:
            hardware.pricePerHour === undefined ? t('price not told') : t('{0} per hour', swan(hardware.pricePerHour)),
          detail: joined([hardware.description, joined(regionsOf(hardware), ', ')], ' · '),
          value: hardware,
        }));
      return { rows, total: rows.length };
    },
  });
}

/** The market's prices, and the fixed ones where there is no market. */
async function allHardware(backend: TaskBackend, signal: AbortSignal): Promise<Hardware[]> {
  try {
    const dynamic = await backend.hardware.list('dynamic', signal);
    if (dynamic.some(({ status }) => status === 'available')) return dynamic;
  } catch (error) {
    if (!hasKind(error, 'notFound') && !hasKind(error, 'service')) throw error;
  }
  return await backend.hardware.list('fixed', signal);
}

function regionsOf({ regions }: Hardware): PlainText[] {
  return [own('global'), ...regions.filter(region => region !== 'global')];
}

function askRegion(nav: Nav, hardware: Hardware, active: string): Promise<string> {
  const choices = regionsOf(hardware).map(region => ({
    label: region,
    description: region === 'global' ? t('any region') : own(''),
    value: String(region),
  }));
  return pick(nav, choices, { placeholder: t('Region in which {0} is available', hardware.name), active });
}

const usualHours = [1, 2, 4, 8, 24, 72, 168, 336];

/** @returns seconds, 1 hour to 14 days */
export async function askDuration(nav: Nav, active: number, pricePerHour: bigint | undefined): Promise<number> {
  const cost = (seconds: number) => (pricePerHour === undefined ? own('') : swan(costOf(pricePerHour, seconds)));
  const choices: Choice<number>[] = usualHours.map(hours => ({
    label: hours >= 24 ? daysText(hours / 24) : hoursText(hours * 3600),
    description: cost(hours * 3600),
    value: hours * 3600,
  }));
  if (!choices.some(({ value }) => value === active))
    choices.unshift({ label: hoursText(active), description: cost(active), value: active });
  const chosen = await pick(nav, [...choices, { label: t('$(edit) Another duration…'), value: 0 }], {
    placeholder: t('How long'),
    active,
  });
  if (chosen > 0) return chosen;
  const check = (text: string) =>
    durationProblem(Number(text) * 3600) ? t('Give a number of hours from 1 to 336 (14 days).') : undefined;
  return Math.round(
    Number(await inputText(nav, { prompt: t('Hours, from 1 to 336'), value: `${active / 3600}`, check })) * 3600,
  );
}

function daysText(days: number): PlainText {
  return days === 1 ? t('1 day') : t('{0} days', days);
}
