import { type MachineBackend, newestFirst, type Page } from '../core/backend.js';
import { specText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { joined, own, withIcon } from '../core/plainText.js';
import type { Launcher, LocationRequest, MachineSpec, Model } from '../core/resources.js';
import { isolatedChoices } from './isolated.js';
import { stateLook } from './launcherRows.js';
import { defaultMachine, machineForm } from './machineForm.js';
import type { Memory } from './memory.js';
import { type Choice, type Nav, pickMany, WentBack } from './prompts.js';
import { pickRemote } from './remotePick.js';

/** Rows that a picker shows before one types. */
const ROWS = 50;
/** Models that are listed where several can be chosen. */
const MOST_FILESYSTEMS = 100;

/** @returns a model's id */
export function pickModel(
  nav: Nav,
  backend: MachineBackend,
  placeholder = t('Model whose files the session works on'),
): Promise<string> {
  return pickRemote(nav, {
    placeholder,
    empty: t('This account has no models. Create one at decthings.com first'),
    emptyLink: 'https://app.decthings.com',
    async search(text, signal) {
      const page = await backend.models.list({ search: text, limit: ROWS }, signal);
      return {
        total: page.total,
        rows: modelChoices(page.rows),
      };
    },
  });
}

/** @returns the ids of further models; the pick starts with those of `current` */
export async function pickFilesystems(
  nav: Nav,
  backend: MachineBackend,
  except: string,
  current: readonly string[],
): Promise<string[]> {
  const { rows, total } = await firstModels(backend);
  const choices = modelChoices(rows.filter(model => model.id !== except)).map(choice => ({
    ...choice,
    picked: current.includes(choice.value),
  }));
  const placeholder =
    choices.length === 0
      ? t('This account has no other models')
      : total > rows.length
        ? t('Models whose files can be reached too, of the first {0}', rows.length)
        : t('Models whose files can be reached too');
  return pickMany(nav, choices, placeholder);
}

/** The service may give fewer at a time than it was asked for. */
async function firstModels({ models }: MachineBackend): Promise<Page<Model>> {
  const found = new Map<string, Model>();
  for (let offset = 0; ; ) {
    const before = found.size;
    const { rows, total } = await models.list({ offset, limit: MOST_FILESYSTEMS - offset });
    for (const row of rows) found.set(row.id, row);
    offset += rows.length;
    if (found.size === before || offset >= Math.min(total, MOST_FILESYSTEMS))
      return { rows: [...found.values()], total };
  }
}

export function pickLauncher(nav: Nav, backend: MachineBackend, placeholder: string): Promise<Launcher> {
  return pickRemote(nav, {
    placeholder,
    empty: t('There are no launchers'),
    search: (text, signal) => launcherChoices(backend, text, signal),
  });
}

/** A launcher, or a temporary machine that goes with the session; Back from the machine asks for the place again. */
export async function pickPlace(nav: Nav, backend: MachineBackend, lastMachine: MachineSpec): Promise<LocationRequest> {
  for (;;) {
    const launcher = await pickLauncherOrTemporary(nav, backend);
    if (launcher !== 'temporary') return { type: 'persistentLauncher', persistentLauncherId: launcher.id };
    try {
      const spec = await machineForm({ ...nav, canGoBack: true }, lastMachine, t('Use this machine'));
      return { type: 'temporaryLauncher', spec };
    } catch (error) {
      if (!(error instanceof WentBack)) throw error;
    }
  }
}

/** The same, starting from the machine that was rented last, which is remembered. */
export async function askPlace(nav: Nav, backend: MachineBackend, memory: Memory): Promise<LocationRequest> {
  const location = await pickPlace(nav, backend, memory.get('temporaryMachine') ?? defaultMachine);
  if (location.type === 'temporaryLauncher') memory.set('temporaryMachine', location.spec);
  return location;
}

function pickLauncherOrTemporary(nav: Nav, backend: MachineBackend): Promise<Launcher | 'temporary'> {
  return pickRemote<Launcher | 'temporary'>(nav, {
    placeholder: t('Where to run it'),
    first: [
      {
        label: t('$(zap) A temporary machine…'),
        description: t('lives as long as the session'),
        value: 'temporary',
        alwaysShow: true,
      },
    ],
    empty: t('There are no launchers yet'),
    search: (text, signal) => launcherChoices(backend, text, signal),
  });
}

async function launcherChoices(backend: MachineBackend, text: string, signal: AbortSignal) {
  const page = await backend.launchers.list({ ...newestFirst, search: text, limit: ROWS }, signal);
  const rows = isolatedChoices(
    page.rows,
    launcher => {
      const { words, icon } = stateLook(launcher.state);
      const state = launcher.state.type === 'active' ? undefined : words;
      return {
        label: withIcon(icon.replace('~spin', ''), launcher.name),
        description: joined([specText(launcher.spec), state], ' · '),
        value: launcher,
      };
    },
    launcher => ({ id: launcher.id, value: launcher }),
  );
  return { rows, total: page.total };
}

function modelChoices(models: readonly Model[]): Choice<string>[] {
  return isolatedChoices(
    models,
    ({ id, name, description }) => ({ label: name, description: description ?? own(''), value: id }),
    ({ id }) => ({ id, value: id }),
  );
}
