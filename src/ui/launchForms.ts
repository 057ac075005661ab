import type { MachineBackend, TerminalLaunch } from '../core/backend.js';
import { t } from '../core/l10n.js';
import { type PlainText, plain } from '../core/plainText.js';
import type { Launcher, LocationRequest, MachineSpec } from '../core/resources.js';
import { defaultMachine, machineForm } from './machineForm.js';
import type { Memory } from './memory.js';
import { askPlace, pickFilesystems, pickModel, pickPlace } from './placePick.js';
import { editForm, inputText, inSteps, type Nav } from './prompts.js';

interface Options {
  /** Seconds. */
  idleTimeout: number;
  filesystems: string[];
}

/**
 * Asks for all that a terminal needs, starting from what was chosen last. @throws cancelled
 * @param idleTimeout seconds, where nothing was chosen yet
 * @param launcher where to open it, if that is known
 */
export async function askLaunch(
  backend: MachineBackend,
  memory: Memory,
  idleTimeout: number,
  launcher?: Launcher,
): Promise<TerminalLaunch> {
  let modelId = '';
  let location: LocationRequest | undefined = launcher && {
    type: 'persistentLauncher',
    persistentLauncherId: launcher.id,
  };
  let options: Options = { idleTimeout: memory.get('idleTimeout') ?? idleTimeout, filesystems: [] };
  const steps = [
    async (nav: Nav) => {
      modelId = await pickModel(nav, backend);
    },
    async (nav: Nav) => {
      location = await askPlace(nav, backend, memory);
    },
    async (nav: Nav) => {
      options = await askOptions(nav, backend, modelId, options);
    },
  ];
  if (launcher) steps.splice(1, 1);
  await inSteps(launcher ? t('Open a Terminal on {0}', launcher.name) : t('Open a Terminal'), steps);
  memory.set('idleTimeout', options.idleTimeout);
  return { modelId, location: location ?? { type: 'temporaryLauncher', spec: defaultMachine }, ...options };
}

/** Asks for what a debug session needs, but for what is known of it. @throws cancelled */
export async function askSession(
  backend: MachineBackend,
  memory: Memory,
  known: { modelId: string | undefined; location: LocationRequest | undefined },
): Promise<{ modelId: string; location: LocationRequest }> {
  let modelId = known.modelId ?? '';
  let { location } = known;
  await inSteps(t('Launch a Debug Session'), [
    async nav => {
      if (known.modelId === undefined) modelId = await pickModel(nav, backend, t('Model to debug'));
    },
    async nav => {
      if (known.location) return;
      location = await pickPlace(nav, backend, memory.get('temporaryMachine') ?? defaultMachine);
    },
  ]);
  return { modelId, location: location ?? { type: 'temporaryLauncher', spec: defaultMachine } };
}

/** Asks for a new launcher, like the last one. @throws cancelled */
export async function askLauncher(memory: Memory): Promise<{ name: string; machine: MachineSpec }> {
  let name = '';
  let spec = memory.get('launcherMachine') ?? defaultMachine;
  await inSteps(t('Create a Launcher'), [
    async nav => {
      const check = (text: string) => (text ? undefined : t('Give it a name.'));
      const prompt = t('Name of the launcher');
      name = await inputText(nav, { prompt, value: name, placeholder: 'gpu-training', check });
    },
    async nav => {
      spec = await machineForm(nav, spec, t('Create the launcher'));
    },
  ]);
  memory.set('launcherMachine', spec);
  return { name, machine: spec };
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
        describe: value => (value.filesystems.length === 0 ? t('none') : plain`${value.filesystems.length}`),
        edit: async value => ({
          ...value,
          filesystems: await pickFilesystems(nav, backend, modelId, value.filesystems),
        }),
      },
    ],
  );
}

function minutes(seconds: number): PlainText {
  return t('{0} min', Number((seconds / 60).toFixed(1)));
}
