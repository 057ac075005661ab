import * as v from 'valibot';
import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { pickModel } from '../ui/placePick.js';
import { command, nonEmpty } from './registry.js';

export const copyModelId = command({
  id: 'model.copyId',
  args: v.object({ modelId: nonEmpty }),
  async run({ account }, given) {
    const id =
      given?.modelId ?? (await pickModel({ title: t('Copy a Model’s ID') }, await account.require(), t('Model')));
    await vscode.env.clipboard.writeText(id);
    if (!given) void vscode.window.showInformationMessage(t('The model’s ID is on the clipboard.'));
    return id;
  },
});
