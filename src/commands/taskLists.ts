import * as v from 'valibot';
import { t } from '../core/l10n.js';
import { own, withIcon } from '../core/plainText.js';
import type { TaskQuery } from '../ui/memory.js';
import { type Choice, inputText, pick } from '../ui/prompts.js';
import { taskLook } from '../ui/taskRows.js';
import { command, noArgs, nonEmpty } from './registry.js';

export const searchTasks = command({
  id: 'task.search',
  args: v.object({ text: v.string() }),
  async run({ tasks }, args) {
    const { search: value = '', ...rest } = tasks.query;
    const prompt = t('Part of a name, UUID, instance type or region. Leave empty to list all');
    const search = args?.text ?? (await inputText({ title: t('Search Tasks') }, { prompt, value }));
    tasks.setQuery({ ...rest, ...(search ? { search } : {}) });
  },
});

const statuses = [
  'initialized',
  'accepting_bids',
  'bidding_closed',
  'submitted',
  'processing',
  'running',
  'completed',
  'finished',
  'terminated',
  'cancelled',
  'failed',
] as const;

export const filterTasks = command({
  id: 'task.filter',
  args: v.object({ status: v.optional(nonEmpty) }),
  async run({ tasks }, args) {
    const { status: active, ...rest } = tasks.query;
    const choices = [
      { label: t('$(list-unordered) All'), value: '' },
      ...statuses.map(status => ({
        label: withIcon(taskLook({ status }).icon.replace('~spin', ''), taskLook({ status }).words),
        // The service's own word: two of them are told in the same ones of ours.
        description: own(status),
        value: status,
      })),
    ];
    const status = args
      ? args.status
      : await pick({ title: t('Filter Tasks by Status') }, choices, {
          active: statuses.find(status => status === active) ?? '',
        });
    tasks.setQuery({ ...rest, ...(status ? { status } : {}) });
  },
});

const orders: Choice<NonNullable<TaskQuery['sort']> | 'service'>[] = [
  { label: t('As the service gives them'), description: t('newest first, and fastest'), value: 'service' },
  { label: t('Newest first'), value: 'created' },
  { label: t('Name'), value: 'name' },
  { label: t('Soonest end first'), value: 'end' },
];

export const sortTasks = command({
  id: 'task.sort',
  args: v.object({ by: v.picklist(['created', 'name', 'end', 'service']) }),
  async run({ tasks }, args) {
    const { sort: active, ...rest } = tasks.query;
    const sort = args?.by ?? (await pick({ title: t('Sort Tasks') }, orders, { active: active ?? 'service' }));
    tasks.setQuery({ ...rest, ...(sort === 'service' ? {} : { sort }) });
  },
});

export const clearTaskFilter = command({
  id: 'task.clearFilter',
  args: noArgs,
  async run({ tasks }) {
    const { sort } = tasks.query;
    tasks.setQuery(sort ? { sort } : {});
  },
});
