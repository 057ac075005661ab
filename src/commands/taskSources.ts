import * as v from 'valibot';
import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import type { PlainText } from '../core/plainText.js';
import { pick } from '../ui/prompts.js';
import { pickRemote } from '../ui/remotePick.js';
import { command, noArgs, nonEmpty } from './registry.js';

/** Turns a repository into a source URI, which is copied. @returns `{ sourceUri }` */
export const getSourceUri = command({
  id: 'task.getSourceUri',
  args: v.object({
    repository: nonEmpty,
    branch: v.optional(nonEmpty),
    owner: v.optional(nonEmpty),
    name: v.optional(nonEmpty),
    hardwareId: v.pipe(v.number(), v.integer()),
  }),
  async run({ swan }, args) {
    const { backend } = await swan.require();
    await swan.requireWallet();
    const title = t('Get a Source URI');
    const repository = args ?? (await (await import('../ui/taskForms.js')).askRepository({ title }));
    const hardwareId = args?.hardwareId ?? (await askHardwareId(title, () => backend.hardware.list('fixed')));
    const sourceUri = await backend.sourceUri(repository, hardwareId);
    await vscode.env.clipboard.writeText(sourceUri);
    if (!args) void vscode.window.showInformationMessage(t('The source URI is copied.'));
    return { sourceUri };
  },
});

async function askHardwareId(title: string, list: () => Promise<{ id: number; name: PlainText }[]>): Promise<number> {
  const hardware = await list();
  return await pick(
    { title },
    hardware.map(({ id, name }) => ({ label: name, value: id })),
    { placeholder: t('Instance type') },
  );
}

/** Shows the app images, and opens the repository of the one that is picked. */
export const browseAppImages = command({
  id: 'task.browseAppImages',
  args: noArgs,
  async run({ swan }, args) {
    const { backend } = await swan.require();
    if (args) return await backend.images.list();
    const url = await pickRemote(
      { title: t('App Images') },
      {
        placeholder: t('Enter opens the image’s repository'),
        empty: t('The service offers no app images'),
        async search(text, signal) {
          const fitting = (await backend.images.list(signal)).filter(({ name }) =>
            name.toLowerCase().includes(text.toLowerCase()),
          );
          return {
            rows: fitting.map(({ name, url: value }) => ({ label: name, description: value, value })),
            total: fitting.length,
          };
        },
      },
    );
    if (/^https?:\/\//.test(url)) await vscode.env.openExternal(vscode.Uri.parse(url, true));
    return undefined;
  },
});
