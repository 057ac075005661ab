import * as v from 'valibot';
import type { TerminalLaunch } from '../core/backend.js';
import { t } from '../core/l10n.js';
import type { Launcher, LocationRequest } from '../core/resources.js';
import { hold } from '../ui/heldAccount.js';
import { untilLive } from '../ui/untilLive.js';
import { idleTimeout, place, toLocation } from './arguments.js';
import { command, nonEmpty } from './registry.js';
import type { Services } from './services.js';

/** Seconds; the service's own default. */
const DEFAULT_IDLE_TIMEOUT = 1800;

/** @returns `{ terminalSessionId }`, when the terminal is live */
export const openTerminal = command({
  id: 'terminal.open',
  args: v.object({ modelId: nonEmpty, ...place, idleTimeout, filesystems: v.optional(v.array(nonEmpty)) }),
  async run(services, args, resource) {
    const held = await hold(services.account);
    const launch = args
      ? await toLaunch(services, args)
      : await askLaunch(services, isLauncher(resource) ? resource : undefined);
    const name = await services.views.modelName(launch.modelId);
    await held.check();
    const { pty } = await services.terminals.launch(launch, name);
    if (!args) return undefined;
    return { terminalSessionId: await untilLive(pty) };
  },
});

async function toLaunch(services: Services, args: v.InferOutput<typeof openTerminal.args>): Promise<TerminalLaunch> {
  return {
    modelId: args.modelId,
    location: toLocation(args) ?? (await askPlace(services)),
    // Said even where it is the service's default: only a known time-out can be warned of.
    idleTimeout: args.idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
    ...(args.filesystems === undefined ? {} : { filesystems: args.filesystems }),
  };
}

async function askPlace({ account, memory }: Services): Promise<LocationRequest> {
  const backend = await account.require();
  const forms = await import('../ui/machineForms.js');
  return await forms.askPlace({ title: t('Open a Terminal') }, backend, memory);
}

/** Asks for all that a terminal needs, starting from what was chosen last. @param launcher where to open it, if that is known */
export async function askLaunch({ account, memory }: Services, launcher?: Launcher): Promise<TerminalLaunch> {
  const backend = await account.require();
  const forms = await import('../ui/machineForms.js');
  return await forms.askLaunch(backend, memory, DEFAULT_IDLE_TIMEOUT, launcher);
}

function isLauncher(resource: unknown): resource is Launcher {
  return typeof resource === 'object' && resource !== null && 'spec' in resource && 'running' in resource;
}
