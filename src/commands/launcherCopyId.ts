import * as v from 'valibot';
import * as vscode from 'vscode';
import { pickLauncher } from '../ui/placePick.js';
import { command, idOf, nonEmpty } from './registry.js';

export const copyLauncherId = command({
  id: 'launcher.copyId',
  args: v.object({ launcherId: nonEmpty }),
  async run({ account }, args, resource) {
    const asked = args?.launcherId ?? idOf(resource);
    const id = asked ?? (await pickLauncher({ title: 'Copy a Launcher’s ID' }, await account.require(), 'Launcher')).id;
    await vscode.env.clipboard.writeText(id);
    return id;
  },
});
