import * as v from 'valibot';
import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { pickLauncher } from '../ui/placePick.js';
import { copyLink } from './links.js';
import { command, idOf, nonEmpty } from './registry.js';
import type { Services } from './services.js';

const args = v.object({ launcherId: nonEmpty });

export const copyLauncherId = command({
  id: 'launcher.copyId',
  args,
  async run(services, given, resource) {
    const id = given?.launcherId ?? (await launcherId(services, resource, t('Copy a Launcher’s ID')));
    await vscode.env.clipboard.writeText(id);
    return id;
  },
});

export const copyLauncherLink = command({
  id: 'launcher.copyLink',
  args,
  run: async (services, given, resource) =>
    copyLink('launcher', given?.launcherId ?? (await launcherId(services, resource, t('Copy a Link to a Launcher')))),
});

async function launcherId({ account }: Services, resource: unknown, title: string): Promise<string> {
  return idOf(resource) ?? (await pickLauncher({ title }, await account.require(), t('Launcher'))).id;
}
