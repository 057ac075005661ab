import * as vscode from 'vscode';
import type { MachineBackend } from '../core/backend.js';
import { cancelled, hasKind, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { lines, own, plain } from '../core/plainText.js';
import type { Launcher, RunningItem } from '../core/resources.js';
import type { DecthingsViews } from '../ui/decthingsViews.js';
import { hold } from '../ui/heldAccount.js';
import { runningLook } from '../ui/launcherRows.js';
import { confirm, idLines } from '../ui/prompts.js';
import { idOf } from './registry.js';
import type { Services } from './services.js';
import { untilGone } from './untilGone.js';

/** @returns `{ gone }`: whether the launcher was seen to be gone, or something still runs on it */
export async function run(
  { account, views }: Services,
  args: { launcherId: string; endRunning?: boolean | undefined } | undefined,
  resource: unknown,
): Promise<{ gone: boolean }> {
  const held = await hold(account);
  const backend = held.connection;
  const id = args?.launcherId ?? idOf(resource) ?? (await askWhich(backend));
  const [launcher] = await backend.launchers.find([id]);
  if (!launcher) throw new RemoteError('notFound', t('This launcher does not exist any more.'));
  const endRunning = await askDelete(launcher, views, args?.endRunning);
  await held.check();

  return await views.launchers.whileBusy(id, t('deleting…'), async () => {
    await backend.launchers.delete(id);
    const left = endRunning ? await endAll(backend, launcher.running) : launcher.running;
    const exists = async () => (await backend.launchers.find([id])).length > 0;
    if (left.length === 0) await untilGone(exists);
    await views.refresh();
    // Not by the view's rows, which are only some of the launchers.
    return { gone: !(await exists()) };
  });
}

async function askWhich(backend: MachineBackend): Promise<string> {
  const { pickLauncher } = await import('../ui/machineForms.js');
  return (await pickLauncher({ title: t('Delete a Launcher') }, backend, t('Launcher to delete'))).id;
}

const END_ALL = t('End All and Delete');

/** @returns whether what runs on it is to be ended too */
async function askDelete(
  { id, name, running }: Launcher,
  views: DecthingsViews,
  endRunning: boolean | undefined,
): Promise<boolean> {
  const message = t('Delete the launcher “{0}”?', name);
  if (running.length === 0) {
    await confirm(message, t('Its disk and everything on it is deleted. This cannot be undone.'), t('Delete'), id);
    return false;
  }
  const list = running.map(item => {
    const what = plain`${runningLook(item.type).words} ${views.runningName(item)}`;
    return canEnd(item) ? plain`• ${what}` : t('• {0} (ends by itself only)', what);
  });
  const detail = [
    t('Its disk and everything on it is deleted. This cannot be undone.\n\nStill running on it:\n{0}', list),
  ];
  if (endRunning === true) {
    await confirm(message, detail, END_ALL, id);
    return true;
  }
  if (endRunning === false) {
    await confirm(message, [...detail, own(''), t('It goes when these have ended.')], t('Delete When Idle'), id);
    return false;
  }
  const answer = await vscode.window.showWarningMessage(
    message,
    { modal: true, detail: lines([...idLines(id), ...detail]) },
    END_ALL,
    t('Delete When Idle'),
  );
  if (answer === undefined) throw cancelled();
  return answer === END_ALL;
}

/** @returns what could not be ended on request */
async function endAll(backend: MachineBackend, running: readonly RunningItem[]): Promise<RunningItem[]> {
  const ended = await Promise.all(
    running.map(async ({ type, id }) => {
      try {
        return await backend.endRunning(type, id);
      } catch (error) {
        // It has ended by itself, which is as good.
        if (hasKind(error, 'notFound')) return true;
        throw error;
      }
    }),
  );
  return running.filter((_item, index) => !ended[index]);
}

/** Trainings and the like end by themselves; the launcher goes then. */
function canEnd({ type }: RunningItem): boolean {
  return type === 'terminal' || type === 'debug' || type === 'spawned';
}
