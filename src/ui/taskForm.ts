import { hasKind } from '../core/errors.js';
import { costOf } from '../core/money.js';
import {
  DEFAULT_START_IN,
  type Hardware,
  MAX_DURATION,
  MIN_DURATION,
  type TaskBackend,
  type TaskRequest,
  type TaskSource,
} from '../core/tasks.js';
import { gitRemotes } from './gitRemotes.js';
import { swan } from './payPrompt.js';
import { type Choice, editForm, inputText, inSteps, type Nav, pick } from './prompts.js';
import { pickRemote } from './remotePick.js';
import { hoursText } from './taskRows.js';

export interface TaskForm {
  request: TaskRequest;
  payNow: boolean;
}

/** Asks step by step for all that a task needs, starting from `last`. The price so far is in the title. @throws cancelled */
export async function askTask(backend: TaskBackend, last: TaskRequest | undefined): Promise<TaskForm> {
  let source = last?.source;
  let hardware: Hardware | undefined;
  let region = last?.region ?? 'global';
  let duration = last?.duration ?? MIN_DURATION;
  let options: Options = {
    startIn: last?.startIn ?? DEFAULT_START_IN,
    preferredProviders: last?.preferredProviders ?? [],
    ipWhitelist: last?.ipWhitelist ?? [],
  };
  let payNow = true;
  let steps = 0;

  const title = () => {
    const price = hardware?.pricePerHour;
    if (price === undefined) return 'Deploy a Task';
    return `Deploy a Task · ${steps > 3 ? swan(costOf(price, duration)) : `${swan(price)} per hour`}`;
  };
  const step = (ask: (nav: Nav) => Promise<void>, index: number) => (nav: Nav) => {
    steps = index;
    return ask({ ...nav, title: title() });
  };
  await inSteps(
    'Deploy a Task',
    [
      async (nav: Nav) => {
        source = await askSource(nav, backend, source);
      },
      async (nav: Nav) => {
        hardware = await askHardware(nav, backend, last?.hardware.name);
        if (!regionsOf(hardware).includes(region)) region = 'global';
      },
      async (nav: Nav) => {
        if (hardware) region = await askRegion(nav, hardware, region);
      },
      async (nav: Nav) => {
        duration = await askDuration(nav, duration, hardware?.pricePerHour);
      },
      async (nav: Nav) => {
        options = await askOptions(nav, options);
      },
      async (nav: Nav) => {
        payNow = await pick<boolean>(
          nav,
          [
            {
              label: '$(credit-card) Create and pay',
              detail: 'You see the exact amount, and confirm it, before anything is paid.',
              value: true,
            },
            {
              label: '$(circle-large-outline) Create unpaid',
              detail: 'It waits in the list until it is paid.',
              value: false,
            },
          ],
          { active: payNow },
        );
      },
    ].map(step),
  );
  if (!source || !hardware) throw new Error('A step was passed over.');
  const { id, name, pricing } = hardware;
  return { request: { source, hardware: { id, name, pricing }, region, duration, ...options }, payNow };
}

/** @returns app image, repository with its branch, or a source URI */
export async function askSource(nav: Nav, backend: TaskBackend, last?: TaskSource): Promise<TaskSource> {
  const ways: Choice<TaskSource['type']>[] = [
    {
      label: '$(package) An app image',
      detail: 'Ready-made by Swan: a web page, a shell by SSH, and others.',
      value: 'image',
    },
    { label: '$(repo) A Git repository', detail: 'With a Dockerfile or a deploy.yaml.', value: 'repository' },
    { label: '$(link) A source URI', detail: 'That you have already.', value: 'uri' },
  ];
  const way = await pick(nav, ways, { placeholder: 'What to run', ...(last ? { active: last.type } : {}) });
  const further = { ...nav, canGoBack: true };
  if (way === 'image') return { type: 'image', name: await pickImage(further, backend) };
  if (way === 'repository') return await askRepository(further, last?.type === 'repository' ? last : undefined);
  const check = (text: string) => (isWebAddress(text) ? undefined : 'Give an address that begins with https://.');
  return {
    type: 'uri',
    uri: await inputText(further, { prompt: 'Source URI', value: last?.type === 'uri' ? last.uri : '', check }),
  };
}

export function pickImage(nav: Nav, backend: TaskBackend): Promise<string> {
  return pickRemote(nav, {
    placeholder: 'App image',
    empty: 'The service offers no app images',
    async search(text, signal) {
      const all = await backend.images.list(signal);
      const rows = all
        .filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
        .map(({ name, url }) => ({ label: name, description: url, value: name }));
      return { rows, total: rows.length };
    },
  });
}

export async function askRepository(nav: Nav, last?: { repository: string; branch?: string | undefined }) {
  const remotes = await gitRemotes();
  let repository = '';
  let offered = last?.branch ?? '';
  if (remotes.length > 0) {
    const choices = [
      ...remotes.map(remote => ({ label: `$(repo) ${remote.url}`, description: remote.branch ?? '', value: remote })),
      { label: '$(edit) Another repository…', value: undefined },
    ];
    const remote = await pick(nav, choices, { placeholder: 'A repository of this workspace, or another' });
    repository = remote?.url ?? '';
    offered = remote?.branch ?? offered;
  }
  if (!repository) {
    const check = (text: string) =>
      isWebAddress(text) ? undefined : 'Give an address such as https://github.com/owner/name.';
    repository = await inputText(nav, { prompt: 'Address of the repository', value: last?.repository ?? '', check });
  }
  const branch = await inputText(nav, { prompt: 'Branch. Leave empty for the default one', value: offered });
  return { type: 'repository' as const, repository, ...(branch ? { branch } : {}) };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function askHardware(nav: Nav, backend: TaskBackend, last: string | undefined): Promise<Hardware> {
  return pickRemote(nav, {
    placeholder: 'Instance type',
    empty: 'No hardware is available right now',
    async search(text, signal) {
      const all = await allHardware(backend, signal);
      const rows = all
        .filter(
          ({ name, status, description }) =>
            status === 'available' && `${name} ${description ?? ''}`.toLowerCase().includes(text.toLowerCase()),
        )
        .sort((a, b) => Number(b.name === last) - Number(a.name === last))
        .map(hardware => ({
          label: hardware.name,
          description:
            hardware.pricePerHour === undefined ? 'price not told' : `${swan(hardware.pricePerHour)} per hour`,
          detail: [hardware.description, regionsOf(hardware).join(', ')].filter(Boolean).join(' · '),
          value: hardware,
        }));
      return { rows, total: rows.length };
    },
  });
}

/** The market's prices, and the fixed ones where there is no market. */
async function allHardware(backend: TaskBackend, signal: AbortSignal): Promise<Hardware[]> {
  try {
    const dynamic = await backend.hardware.list('dynamic', signal);
    if (dynamic.some(({ status }) => status === 'available')) return dynamic;
  } catch (error) {
    if (!hasKind(error, 'notFound') && !hasKind(error, 'service')) throw error;
  }
  return await backend.hardware.list('fixed', signal);
}

function regionsOf({ regions }: Hardware): string[] {
  return ['global', ...regions.filter(region => region !== 'global')];
}

function askRegion(nav: Nav, hardware: Hardware, active: string): Promise<string> {
  const choices = regionsOf(hardware).map(region => ({
    label: region,
    description: region === 'global' ? 'any region' : '',
    value: region,
  }));
  return pick(nav, choices, { placeholder: `Region in which ${hardware.name} is available`, active });
}

const usualHours = [1, 2, 4, 8, 24, 72, 168, 336];

/** @returns seconds, 1 hour to 14 days */
export async function askDuration(nav: Nav, active: number, pricePerHour: bigint | undefined): Promise<number> {
  const cost = (seconds: number) => (pricePerHour === undefined ? '' : swan(costOf(pricePerHour, seconds)));
  const choices: Choice<number>[] = usualHours.map(hours => ({
    label: hours >= 24 ? `${hours / 24} ${hours === 24 ? 'day' : 'days'}` : hoursText(hours * 3600),
    description: cost(hours * 3600),
    value: hours * 3600,
  }));
  if (!choices.some(({ value }) => value === active))
    choices.unshift({ label: hoursText(active), description: cost(active), value: active });
  const chosen = await pick(nav, [...choices, { label: '$(edit) Another duration…', value: 0 }], {
    placeholder: 'How long',
    active,
  });
  if (chosen > 0) return chosen;
  const check = (text: string) =>
    durationProblem(Number(text) * 3600) ? 'Give a number of hours from 1 to 336 (14 days).' : undefined;
  return Math.round(
    Number(await inputText(nav, { prompt: 'Hours, from 1 to 336', value: `${active / 3600}`, check })) * 3600,
  );
}

export function durationProblem(seconds: number): boolean {
  return !(seconds >= MIN_DURATION && seconds <= MAX_DURATION);
}

interface Options {
  startIn: number;
  preferredProviders: string[];
  ipWhitelist: string[];
}

function askOptions(nav: Nav, start: Options): Promise<Options> {
  const accept = () => ({ label: 'Continue', description: 'with these options' });
  const lists = (text: string) => text.split(/[\s,]+/).filter(Boolean);
  return editForm(nav, start, accept, [
    {
      label: 'Start within',
      icon: 'clock',
      describe: ({ startIn }) => `${startIn / 60} min`,
      edit: async value => {
        const check = (text: string) =>
          /^\d{1,4}$/.test(text) && Number(text) > 0 ? undefined : 'Give a whole number of minutes.';
        return {
          ...value,
          startIn:
            Number(
              await inputText(nav, {
                prompt: 'Minutes within which it is to start',
                value: `${value.startIn / 60}`,
                check,
              }),
            ) * 60,
        };
      },
    },
    {
      label: 'Preferred providers',
      icon: 'server-environment',
      describe: ({ preferredProviders }) => preferredProviders.join(', ') || 'any',
      edit: async value => {
        const check = (text: string) =>
          lists(text).every(each => /^0x[0-9a-fA-F]{40}$/.test(each))
            ? undefined
            : 'Give addresses such as 0x…, separated by commas.';
        return {
          ...value,
          preferredProviders: lists(
            await inputText(nav, {
              prompt: 'Accounts of providers, separated by commas',
              value: value.preferredProviders.join(', '),
              check,
            }),
          ),
        };
      },
    },
    {
      label: 'IP whitelist',
      icon: 'shield',
      describe: ({ ipWhitelist }) => ipWhitelist.join(', ') || 'everybody can reach it',
      edit: async value => {
        const check = (text: string) =>
          lists(text).every(isIpOrCidr)
            ? undefined
            : 'Give addresses or ranges such as 203.0.113.7 or 198.51.100.0/24, separated by commas.';
        return {
          ...value,
          ipWhitelist: lists(
            await inputText(nav, {
              prompt: 'Addresses that may reach it, separated by commas',
              value: value.ipWhitelist.join(', '),
              check,
            }),
          ),
        };
      },
    },
  ]);
}

/** An IPv4 or IPv6 address, with or without a prefix length. */
export function isIpOrCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const v4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every(part => Number(part) <= 255);
  const v6 = address.includes(':') && URL.canParse(`http://[${address}]/`);
  if (rest.length > 0 || !(v4 || v6)) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (v4 ? 32 : 128));
}
