import { t } from '../core/l10n.js';
import { plainText, withIcon } from '../core/plainText.js';
import type { TaskBackend, TaskSource } from '../core/tasks.js';
import { gitRemotes } from './gitRemotes.js';
import { type Choice, inputText, type Nav, pick } from './prompts.js';
import { pickRemote } from './remotePick.js';

/** @returns app image, repository with its branch, or a source URI */
export async function askSource(nav: Nav, backend: TaskBackend, last?: TaskSource): Promise<TaskSource> {
  const ways: Choice<TaskSource['type']>[] = [
    {
      label: t('$(package) An app image'),
      detail: t('Ready-made by Swan: a web page, a shell by SSH, and others.'),
      value: 'image',
    },
    { label: t('$(repo) A Git repository'), detail: t('With a Dockerfile or a deploy.yaml.'), value: 'repository' },
    { label: t('$(link) A source URI'), detail: t('That you have already.'), value: 'uri' },
  ];
  const way = await pick(nav, ways, { placeholder: t('What to run'), ...(last ? { active: last.type } : {}) });
  const further = { ...nav, canGoBack: true };
  if (way === 'image') return { type: 'image', name: await pickImage(further, backend) };
  if (way === 'repository') return await askRepository(further, last?.type === 'repository' ? last : undefined);
  const check = (text: string) => (isWebAddress(text) ? undefined : t('Give an address that begins with https://.'));
  return {
    type: 'uri',
    uri: await inputText(further, { prompt: t('Source URI'), value: last?.type === 'uri' ? last.uri : '', check }),
  };
}

export function pickImage(nav: Nav, backend: TaskBackend): Promise<string> {
  return pickRemote(nav, {
    placeholder: t('App image'),
    empty: t('The service offers no app images'),
    async search(text, signal) {
      const all = await backend.images.list(signal);
      const rows = all
        .filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
        .map(({ name, url }) => ({ label: name, description: url, value: name }));
      return { rows, total: rows.length };
    },
  });
}

export async function askRepository(nav: Nav, last?: { repository: string; branch?: string | undefined }) {
  const remotes = await gitRemotes();
  let repository = '';
  let offered = last?.branch ?? '';
  if (remotes.length > 0) {
    const choices = [
      ...remotes.map(remote => ({
        label: withIcon('repo', plainText(remote.url)),
        description: plainText(remote.branch ?? ''),
        value: remote,
      })),
      { label: t('$(edit) Another repository…'), value: undefined },
    ];
    const remote = await pick(nav, choices, { placeholder: t('A repository of this workspace, or another') });
    repository = remote?.url ?? '';
    offered = remote?.branch ?? offered;
  }
  if (!repository) {
    const check = (text: string) =>
      isWebAddress(text) ? undefined : t('Give an address such as https://github.com/owner/name.');
    repository = await inputText(nav, { prompt: t('Address of the repository'), value: last?.repository ?? '', check });
  }
  const branch = await inputText(nav, { prompt: t('Branch. Leave empty for the default one'), value: offered });
  return { type: 'repository' as const, repository, ...(branch ? { branch } : {}) };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
