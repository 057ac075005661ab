import * as v from 'valibot';
import { newestFirst } from '../../core/backend.js';
import { toRemoteError } from '../../core/errors.js';
import { locationText, specText } from '../../core/format.js';
import { t } from '../../core/l10n.js';
import { unitsText } from '../../core/money.js';
import type { Location } from '../../core/resources.js';
import type { Task } from '../../core/tasks.js';
import { taskLook, taskName, timeLeft } from '../../ui/taskRows.js';
import type { Services } from '../services.js';
import { bounded, data, tool } from './tool.js';

/** Rows of each kind; what there is more can be searched for. */
const ROWS = 50;
const kinds = ['launchers', 'terminals', 'debugSessions', 'models', 'tasks'] as const;

export const listResources = tool({
  input: v.object({
    kinds: v.optional(v.array(v.picklist(kinds))),
    search: v.optional(v.string()),
  }),
  prepare: () => ({ invocationMessage: t('Listing remote resources') }),
  async invoke(services, { kinds: wanted = [], search = '' }, signal) {
    const asked = kinds.filter(kind => wanted.length === 0 || wanted.includes(kind));
    const lists = await Promise.all(asked.map(async kind => [kind, await listed(services, kind, search, signal)]));
    return data(Object.fromEntries(lists));
  },
});

type List = { total: number; rows: object[] } | { error: string };

/** One service that cannot be reached does not hide what the other has. */
async function listed(
  services: Services,
  kind: (typeof kinds)[number],
  search: string,
  signal: AbortSignal,
): Promise<List> {
  try {
    return await lists[kind](services, search, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { error: toRemoteError(error).message };
  }
}

const lists: Record<
  (typeof kinds)[number],
  (services: Services, search: string, signal: AbortSignal) => Promise<List>
> = {
  async launchers({ account }, search, signal) {
    const { launchers } = await account.require();
    const { rows, total } = await launchers.list({ ...newestFirst, search, limit: ROWS }, signal);
    return {
      total,
      rows: rows.map(({ id, name, state, spec, running }) => ({
        id,
        name: bounded(name),
        state: bounded(state.type),
        machine: specText(spec),
        running: running.map(each => ({ type: bounded(each.type), id: each.id })),
      })),
    };
  },
  async terminals(services, search, signal) {
    return sessions(services, search, await (await services.account.require()).terminals.list(signal));
  },
  async debugSessions(services, search, signal) {
    return sessions(services, search, await (await services.account.require()).debugSessions.list(signal));
  },
  async models({ account }, search, signal) {
    const { rows, total } = await (await account.require()).models.list({ search, limit: ROWS }, signal);
    return { total, rows: rows.map(({ id, name }) => ({ id, name: bounded(name) })) };
  },
  async tasks({ swan, tasks }, search, signal) {
    const { backend } = await swan.require();
    await swan.requireWallet();
    const rows = (await backend.tasks.listAll(signal)).rows.map(task => tasks.named(task));
    return page(rows, search, task => taskName(task), taskSummary);
  },
};

interface Session {
  id: string;
  modelId: string;
  startedAt: number;
  executionLocation: Location;
}

async function sessions({ views }: Services, search: string, rows: Session[]): Promise<List> {
  const named = await Promise.all(rows.map(async row => ({ ...row, model: await views.modelName(row.modelId) })));
  return page(
    named,
    search,
    ({ model }) => model,
    ({ id, model, modelId, startedAt, executionLocation }) => ({
      id,
      model: bounded(model),
      modelId,
      where: bounded(locationText(executionLocation, launcherId => `launcher ${launcherId}`)),
      startedAt: new Date(startedAt).toISOString(),
    }),
  );
}

function page<T>(rows: T[], search: string, nameOf: (row: T) => string, summary: (row: T) => object): List {
  const fitting = rows.filter(row => nameOf(row).toLowerCase().includes(search.toLowerCase()));
  return { total: fitting.length, rows: fitting.slice(0, ROWS).map(summary) };
}

/** What matters of a task, to decide what to do with it. */
export function taskSummary(task: Task): object {
  const { id, hardware, region, pricePerHour, endAt } = task;
  return {
    uuid: bounded(id),
    name: bounded(taskName(task)),
    status: bounded(taskLook(task).words),
    ...(hardware.name === undefined ? {} : { instance: bounded(hardware.name) }),
    ...(region === undefined ? {} : { region: bounded(region) }),
    ...(endAt === undefined ? {} : { ends: new Date(endAt).toISOString(), timeLeft: timeLeft(task) }),
    ...(pricePerHour === undefined ? {} : { pricePerHour: `${unitsText(pricePerHour)} SWAN` }),
  };
}
