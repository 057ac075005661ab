import type * as vscode from 'vscode';
import type { MachineBackend } from '../core/backend.js';
import { mebibytesText, sinceText, specDetails, specText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { capitalized, type PlainText, plain, plainText } from '../core/plainText.js';
import type { Launcher, LauncherState, MachineSpec, RunningItem, SysinfoSample } from '../core/resources.js';
import { known } from '../core/words.js';
import { chartSvg, type Series } from './chart.js';
import { Hover } from './hover.js';
import { isolatedRows } from './isolated.js';
import type { Row } from './tree.js';

interface Look {
  words: PlainText;
  icon: string;
  color?: string;
}

const states: Record<string, Look> = {
  active: { words: t('active'), icon: 'vm-active', color: 'charts.green' },
  creating: { words: t('creating…'), icon: 'loading~spin', color: 'charts.blue' },
  recreating: { words: t('restarting…'), icon: 'sync~spin', color: 'charts.yellow' },
  deleting: { words: t('deleting…'), icon: 'trash', color: 'charts.red' },
};

const runningTypes: Record<string, Look> = {
  terminal: { words: t('terminal'), icon: 'terminal' },
  spawned: { words: t('command'), icon: 'play' },
  debug: { words: t('debug session'), icon: 'debug-alt' },
  createModelState: { words: t('creating a model state'), icon: 'package' },
  train: { words: t('training'), icon: 'mortar-board' },
  evaluate: { words: t('evaluating'), icon: 'beaker' },
};

export function stateLook({ type }: LauncherState): Look {
  return known(states, type) ?? { words: plainText(type), icon: 'question' };
}

export function runningLook(type: string): Look {
  return known(runningTypes, type) ?? { words: plainText(type), icon: 'circle-outline' };
}

/** Whether it will soon be something else. */
export function inTransition({ state }: Launcher): boolean {
  return state.type === 'creating' || state.type === 'deleting' || state.type === 'recreating';
}

export interface Surroundings {
  /** Where the hover's figures come from. */
  backend(): MachineBackend | undefined;
  /** What something that runs on a launcher is called: its model's name, or its id where that is not known. */
  runningName(item: RunningItem): PlainText;
}

export function launcherRow(launcher: Launcher, around: Surroundings): Row {
  const { id, name, spec, state, running } = launcher;
  const { words, icon, color } = stateLook(state);
  const active = state.type === 'active';
  const machine = specText(spec);
  const abilities = [...(active ? ['open'] : []), ...(state.type === 'deleting' ? [] : ['delete'])];
  return {
    id,
    label: name,
    description: active ? machine : plain`${words} · ${machine}`,
    icon: color ? { id: icon, color } : { id: icon },
    contextValue: ['launcher', ...abilities].join('+'),
    spoken: t('Launcher {0}, {1}, {2}, {3} running on it', name, words, machine, running.length),
    children: isolatedRows(
      running,
      item => runningRow(launcher, item, around.runningName(item)),
      item => ({ id: runningId(launcher, item), contextValue: 'running' }),
    ),
    resource: launcher,
    hover: token => launcherHover(launcher, around, token),
  };
}

function runningId({ id }: Launcher, item: RunningItem): string {
  return `${id}/${item.id}`;
}

function runningRow(launcher: Launcher, item: RunningItem, name: PlainText): Row {
  const { words, icon } = runningLook(item.type);
  const abilities = item.type === 'terminal' ? '+attach+terminate' : item.type === 'debug' ? '+output+terminate' : '';
  return {
    id: runningId(launcher, item),
    label: capitalized(words),
    description: name,
    icon: { id: icon },
    contextValue: `running.${item.type.replace(/\W/g, '')}${abilities}`,
    spoken: plain`${words}, ${name}`,
    tooltip: item.id,
    resource: item,
  };
}

async function launcherHover(launcher: Launcher, around: Surroundings, token: vscode.CancellationToken) {
  const { name, id, createdAt, spec, state, running } = launcher;
  const hover = new Hover(name).field(t('State'), stateWords(state));
  for (const [label, value] of specDetails(spec)) hover.field(label, value);
  if (createdAt !== undefined) {
    hover.field(t('Created'), sinceText(createdAt, Date.now()));
  }
  for (const item of running) hover.field(t('Running'), `${runningLook(item.type).words} ${around.runningName(item)}`);
  hover.field('ID', id);
  const backend = around.backend();
  const samples = backend && state.type === 'active' ? await sysinfo(backend, id, token) : [];
  if (samples.length > 0) hover.image(t('Use of CPU, memory and disk'), chartSvg(series(samples, spec)));
  return hover.markdown;
}

function stateWords(state: LauncherState): string {
  const { words } = stateLook(state);
  if (state.type !== 'recreating') return words;
  return state.previous === 'exit' ? t('{0} (it had exited)', words) : t('{0} (the reason is not known)', words);
}

const HISTORY_MS = 60 * 60 * 1000;

/** Figures are an extra: a hover without them is better than none. */
async function sysinfo(backend: MachineBackend, id: string, token: vscode.CancellationToken): Promise<SysinfoSample[]> {
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => abort.abort());
  try {
    return await backend.launchers.sysinfo(id, Date.now() - HISTORY_MS, abort.signal);
  } catch {
    return [];
  } finally {
    subscription.dispose();
  }
}

function series(samples: SysinfoSample[], spec: MachineSpec): Series[] {
  const latest = samples.at(-1);
  if (!latest) return [];
  const charts: Series[] = [
    {
      label: 'CPU',
      values: samples.map(each => each.cpus),
      max: spec.cpus,
      text: t('{0} of {1}', latest.cpus.toFixed(1), spec.cpus),
      color: '#3794ff',
    },
    {
      label: t('Memory'),
      values: samples.map(each => each.memory),
      max: spec.memoryMebibytes,
      text: t('{0} of {1}', mebibytesText(latest.memory), mebibytesText(spec.memoryMebibytes)),
      color: '#9b5fc0',
    },
  ];
  if (latest.disk !== undefined) {
    const size = spec.diskMebibytes;
    charts.push({
      label: t('Disk'),
      values: samples.map(each => each.disk ?? 0),
      max: size ?? Math.max(...samples.map(each => each.disk ?? 0)) * 1.25,
      text:
        size === undefined
          ? mebibytesText(latest.disk)
          : t('{0} of {1}', mebibytesText(latest.disk), mebibytesText(size)),
      color: '#3f9c35',
    });
  }
  return charts;
}
