import * as v from 'valibot';
import { hold } from '../ui/heldAccount.js';
import { machine } from './arguments.js';
import { command, nonEmpty } from './registry.js';

/** @returns `{ launcherId }` */
export const createLauncher = command({
  id: 'launcher.create',
  args: v.object({ name: nonEmpty, machine }),
  async run(services, args) {
    const held = await hold(services.account);
    const { name, machine: spec } =
      args ?? (await (await import('../ui/machineForms.js')).askLauncher(services.memory));
    await held.check();
    const launcherId = await held.connection.launchers.create(name, spec);
    await services.views.launcherStore.refresh();
    return { launcherId };
  },
});
