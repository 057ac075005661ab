import { gpusText, mebibytesText, specText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { type PlainText, plain, plainText } from '../core/plainText.js';
import type { GpuSpec, MachineSpec } from '../core/resources.js';
import { type Choice, editForm, inputText, type Nav, pick } from './prompts.js';

export const defaultMachine: MachineSpec = { cpus: 2, memoryMebibytes: 4096 };

/** Models that the service is known to name; any other can be typed. */
const gpuModels = ['T4', 'L4', 'A10G', 'A100 40GB', 'A100 80GB', 'H100'];

/** Asks for a machine, starting from `start`. @throws cancelled, or WentBack */
export function machineForm(nav: Nav, start: MachineSpec, acceptLabel: PlainText): Promise<MachineSpec> {
  return editForm(nav, start, spec => ({ label: acceptLabel, description: specText(spec) }), [
    {
      label: t('CPUs'),
      icon: 'chip',
      describe: spec => plain`${spec.cpus}`,
      edit: async spec => ({
        ...spec,
        cpus: Number(
          await inputText(nav, { prompt: t('Number of CPUs'), value: `${spec.cpus}`, check: positiveNumber }),
        ),
      }),
    },
    {
      label: t('Memory'),
      icon: 'server',
      describe: spec => mebibytesText(spec.memoryMebibytes),
      edit: async spec => ({
        ...spec,
        memoryMebibytes: (await size(nav, t('Memory'), spec.memoryMebibytes)) ?? spec.memoryMebibytes,
      }),
    },
    {
      label: t('Disk'),
      icon: 'database',
      describe: spec => optionalSize(spec.diskMebibytes, t("the service's default")),
      edit: async spec => ({
        ...spec,
        diskMebibytes: await size(nav, t('Disk'), spec.diskMebibytes, t("the service's default")),
      }),
    },
    {
      label: t('Swap'),
      icon: 'arrow-swap',
      describe: spec => optionalSize(spec.swapMebibytes, t('none')),
      edit: async spec => ({ ...spec, swapMebibytes: await size(nav, t('Swap'), spec.swapMebibytes, t('none')) }),
    },
    {
      label: t('GPUs'),
      icon: 'circuit-board',
      describe: spec => (spec.gpus ? gpusText(spec.gpus) : t('none')),
      edit: async spec => ({ ...spec, gpus: await gpus(nav, spec.gpus) }),
    },
  ]);
}

function optionalSize(mebibytes: number | undefined, absent: PlainText): PlainText {
  return mebibytes === undefined ? absent : mebibytesText(mebibytes);
}

/** @param absent what it is without one, where that is allowed @returns mebibytes, or `undefined` for that */
async function size(nav: Nav, label: string, value: number | undefined, absent?: string): Promise<number | undefined> {
  const text = await inputText(nav, {
    prompt: absent
      ? t('{0}, such as 512 MiB or 4 GiB. Leave empty for: {1}', label, absent)
      : t('{0}, such as 512 MiB or 4 GiB', label),
    value: value === undefined ? '' : mebibytesText(value),
    check: typed =>
      (typed === '' && absent !== undefined) || parseSize(typed) !== undefined
        ? undefined
        : t('Give a size such as 512 MiB or 4 GiB.'),
  });
  return parseSize(text);
}

/** `4 GiB`, `4g`, `512 MiB`, or a bare number of GiB. @returns mebibytes */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(m|g|t)?i?b?$/i.exec(text);
  if (!match) return undefined;
  const unit = { m: 1, g: 1024, t: 1024 * 1024 }[match[2]?.toLowerCase() ?? 'g'] ?? 1024;
  const mebibytes = Math.round(Number(match[1]) * unit);
  return mebibytes > 0 && Number.isSafeInteger(mebibytes) ? mebibytes : undefined;
}

async function gpus(nav: Nav, current: GpuSpec | undefined): Promise<GpuSpec | undefined> {
  const choices: Choice<string>[] = [
    { label: t('None'), value: '' },
    ...gpuModels.map(model => ({ label: plainText(model), value: model })),
    { label: t('$(edit) Another model…'), value: '?' },
  ];
  const active = current?.model;
  const chosen = await pick(nav, choices, { placeholder: t('GPU model'), ...(active ? { active } : {}) });
  if (chosen === '') return undefined;
  const required = (text: string) => (text ? undefined : t('Give the name of a GPU model, such as L4.'));
  const model =
    chosen === '?'
      ? await inputText(nav, { prompt: t('GPU model, as the service names it'), check: required })
      : chosen;
  const check = (text: string) => (/^[1-9]\d?$/.test(text) ? undefined : t('Give a number from 1 to 99.'));
  const count = await inputText(nav, { prompt: t('How many {0}?', model), value: `${current?.count ?? 1}`, check });
  return { model: plainText(model), count: Number(count) };
}

function positiveNumber(text: string): string | undefined {
  return Number(text) > 0 && Number(text) <= 1024 ? undefined : t('Give a number above 0, such as 2 or 0.5.');
}
