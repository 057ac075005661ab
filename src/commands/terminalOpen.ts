import * as v from 'valibot';
import type { MachineBackend, TerminalLaunch } from '../core/backend.js';
import { t } from '../core/l10n.js';
import type { Launcher, LocationRequest } from '../core/resources.js';
import { hold } from '../ui/heldAccount.js';
import { defaultMachine } from '../ui/machineForm.js';
import { askPlace, pickFilesystems, pickModel } from '../ui/placePick.js';
import { editForm, inputText, inSteps, type Nav } from '../ui/prompts.js';
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
    const { pty } = services.terminals.launch(launch, name);
    if (!args) return undefined;
    return { terminalSessionId: await untilLive(pty) };
  },
});

async function toLaunch(services: Services, args: v.InferOutput<typeof openTerminal.args>): Promise<TerminalLaunch> {
  const location = toLocation(args);
  return {
    modelId: args.modelId,
    location:
      location ?? (await askPlace({ title: t('Open a Terminal') }, await services.account.require(), services.memory)),
    // Said even where it is the service's default: only a known time-out can be warned of.
    idleTimeout: args.idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
    ...(args.filesystems === undefined ? {} : { filesystems: args.filesystems }),
  };
}

/** Asks for all that a terminal needs, starting from what was chosen last. @param launcher where to open it, if that is known */
export async function askLaunch(services: Services, launcher?: Launcher): Promise<TerminalLaunch> {
  const backend = await services.account.require();
  let modelId = '';
  let location: LocationRequest | undefined = launcher && {
    type: 'persistentLauncher',
    persistentLauncherId: launcher.id,
  };
  let options = {
    idleTimeout: services.memory.get('idleTimeout') ?? DEFAULT_IDLE_TIMEOUT,
    filesystems: [] as string[],
  };
  const steps = [
    async (nav: Nav) => {
      modelId = await pickModel(nav, backend);
    },
    async (nav: Nav) => {
      location = await askPlace(nav, backend, services.memory);
    },
    async (nav: Nav) => {
      options = await askOptions(nav, backend, modelId, options);
    },
  ];
  if (launcher) steps.splice(1, 1);
  await inSteps(launcher ? t('Open a Terminal on {0}', launcher.name) : t('Open a Terminal'), steps);
  services.memory.set('idleTimeout', options.idleTimeout);
  return { modelId, location: location ?? { type: 'temporaryLauncher', spec: defaultMachine }, ...options };
}

interface Options {
  idleTimeout: number;
  filesystems: string[];
}

function askOptions(nav: Nav, backend: MachineBackend, modelId: string, start: Options): Promise<Options> {
  return editForm(
    nav,
    start,
    ({ idleTimeout: seconds }) => ({
      label: t('Open the terminal'),
      description: t('ends after {0} without input', minutes(seconds)),
    }),
    [
      {
        label: t('End when idle for'),
        icon: 'clock',
        describe: value => minutes(value.idleTimeout),
        edit: async value => {
          const text = await inputText(nav, {
            prompt: t('Minutes without input after which the service ends the terminal'),
            value: `${value.idleTimeout / 60}`,
            check: typed =>
              /^\d{1,5}$/.test(typed) && Number(typed) > 0
                ? undefined
                : t('Give a whole number of minutes, such as 30.'),
          });
          return { ...value, idleTimeout: Number(text) * 60 };
        },
      },
      {
        label: t('Filesystems of other models'),
        icon: 'files',
        describe: value => (value.filesystems.length === 0 ? t('none') : `${value.filesystems.length}`),
        edit: async value => ({
          ...value,
          filesystems: await pickFilesystems(nav, backend, modelId, value.filesystems),
        }),
      },
    ],
  );
}

function minutes(seconds: number): string {
  return t('{0} min', Number((seconds / 60).toFixed(1)));
}

function isLauncher(resource: unknown): resource is Launcher {
  return typeof resource === 'object' && resource !== null && 'spec' in resource && 'running' in resource;
}
