import * as v from 'valibot';
import { t } from '../core/l10n.js';
import { type Choice, inputText, pick } from '../ui/prompts.js';
import { command, noArgs, nonEmpty } from './registry.js';

export const refresh = command({
  id: 'refresh',
  args: noArgs,
  async run({ account, views, swan, tasks, payments }) {
    await Promise.all([account.ready(), swan.ready()]);
    await Promise.all([views.refresh(), tasks.store.refresh(), payments.refresh()]);
  },
});

/** @param view such as `remoteCompute.launchers` */
export const loadMore = command({
  id: 'loadMore',
  args: v.object({ view: nonEmpty }),
  async run({ views, tasks }, args, resource) {
    const row = v.safeParse(v.object({ view: nonEmpty }), resource);
    const view = args?.view ?? (row.success ? row.output.view : 'remoteCompute.launchers');
    await (view === 'remoteCompute.tasks' ? tasks.store : views.launcherStore).loadMore();
  },
});

/** How a search for ids is typed. */
const IDS = /^ids?:/i;

export const search = command({
  id: 'search',
  args: v.object({ name: v.optional(nonEmpty), ids: v.optional(v.array(nonEmpty)) }),
  async run({ memory, views }, args) {
    const current = memory.launcherQuery;
    const wanted =
      args ?? parseSearch(await askSearch(current.search ?? (current.ids ? `id: ${current.ids.join(', ')}` : '')));
    const { search: _search, ids: _ids, ...rest } = current;
    memory.set('launcherQuery', {
      ...rest,
      ...(wanted.name ? { search: wanted.name } : {}),
      ...(wanted.ids?.length ? { ids: wanted.ids } : {}),
    });
    views.applyQuery();
  },
});

function askSearch(value: string): Promise<string> {
  return inputText(
    { title: t('Search Launchers') },
    {
      prompt: t('Part of a name, or “id:” and IDs separated by commas. Leave empty to list all'),
      value,
      placeholder: t('Name'),
    },
  );
}

function parseSearch(text: string): { name?: string; ids?: string[] } {
  if (!IDS.test(text)) return text ? { name: text } : {};
  return {
    ids: text
      .replace(IDS, '')
      .split(',')
      .map(id => id.trim())
      .filter(Boolean),
  };
}

export const clearSearch = command({
  id: 'clearSearch',
  args: noArgs,
  async run({ memory, views }) {
    const { search: _search, ids: _ids, ...rest } = memory.launcherQuery;
    memory.set('launcherQuery', rest);
    views.applyQuery();
  },
});

const orders: Choice<{ sort: string; descending: boolean }>[] = [
  { label: t('Newest first'), value: { sort: 'createdAt', descending: true } },
  { label: t('Oldest first'), value: { sort: 'createdAt', descending: false } },
  { label: t('Name, A to Z'), value: { sort: 'name', descending: false } },
  { label: t('Name, Z to A'), value: { sort: 'name', descending: true } },
];

export const sort = command({
  id: 'sort',
  args: v.object({ field: v.picklist(['createdAt', 'name']), descending: v.optional(v.boolean(), false) }),
  async run({ memory, views }, args) {
    const current = memory.launcherQuery;
    const now = orders.find(({ value }) => value.sort === current.sort && value.descending === current.descending);
    const order = args
      ? { sort: args.field, descending: args.descending }
      : await pick({ title: t('Sort Launchers') }, orders, now ? { active: now.value } : {});
    memory.set('launcherQuery', { ...current, ...order });
    views.applyQuery();
  },
});
