import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { confirm } from '../ui/prompts.js';
import { command, noArgs } from './registry.js';
import type { Services } from './services.js';

const ENDS = t('What runs in it ends: its launchers, terminals and tasks.');

export const trySandbox = command({
  id: 'sandbox.try',
  args: noArgs,
  async run({ sandbox }, args) {
    await sandbox.enter();
    if (!args) await vscode.commands.executeCommand('remoteCompute.launchers.focus');
  },
});

export const leaveSandbox = command({
  id: 'sandbox.leave',
  args: noArgs,
  async run({ sandbox }, args) {
    if (!args && sandbox.running) {
      await confirm(
        t('Leave the Sandbox?'),
        t('{0} You are then where you were before.', ENDS),
        t('Leave the Sandbox'),
        undefined,
      );
    }
    await sandbox.leave();
  },
});

/** Before somebody signs in, who may be in the sandbox. @throws cancelled */
export async function leaveFirst({ sandbox }: Services): Promise<void> {
  if (sandbox.running) await confirm(t('Leave the Sandbox and sign in?'), ENDS, t('Leave the Sandbox'), undefined);
  await sandbox.leave();
}
