import * as v from 'valibot';
import { t } from '../core/l10n.js';
import { hold } from '../ui/heldAccount.js';
import { defaultMachine, machineForm } from '../ui/machineForm.js';
import { inputText, inSteps } from '../ui/prompts.js';
import { machine } from './arguments.js';
import { command, nonEmpty } from './registry.js';
import type { Services } from './services.js';

/** @returns `{ launcherId }` */
export const createLauncher = command({
  id: 'launcher.create',
  args: v.object({ name: nonEmpty, machine }),
  async run(services, args) {
    const held = await hold(services.account);
    const { name, machine: spec } = args ?? (await askLauncher(services));
    await held.check();
    const launcherId = await held.connection.launchers.create(name, spec);
    await services.views.launcherStore.refresh();
    return { launcherId };
  },
});

async function askLauncher({ memory }: Services) {
  let name = '';
  let spec = memory.get('launcherMachine') ?? defaultMachine;
  await inSteps(t('Create a Launcher'), [
    async nav => {
      const check = (text: string) => (text ? undefined : t('Give it a name.'));
      name = await inputText(nav, {
        prompt: t('Name of the launcher'),
        value: name,
        placeholder: 'gpu-training',
        check,
      });
    },
    async nav => {
      spec = await machineForm(nav, spec, t('Create the launcher'));
    },
  ]);
  memory.set('launcherMachine', spec);
  return { name, machine: spec };
}
