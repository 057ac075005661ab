import { type AccountKey, chainOf } from '../core/accountKey.js';
import type { Clock } from '../core/clock.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { type Log, silentLog } from '../core/log.js';
import { plainText } from '../core/plainText.js';
import type { LogKind, RepositorySource, Task, TaskBackend, TaskRequest } from '../core/tasks.js';
import { DEFAULT_START_IN, MAX_DURATION, MIN_DURATION } from '../core/tasks.js';
import { type Api, createApi } from './api.js';
import { followLog } from './logs.js';
import type { Network } from './networks.js';
import { createPayments, type PaymentsOptions } from './payments.js';
import { indentedJson } from './rawJson.js';
import { taskOf } from './taskAnswers.js';
import { readAll, readRange } from './taskPages.js';
import { Transport } from './transport.js';

const noLog: Record<LogKind, string> = {
  build: t('This job has no build log yet. Try again later.'),
  container: t('This job has no container log yet. Try again later.'),
};

export interface SwanAccount {
  network: Network;
  key: AccountKey;
  /** The address that tasks are listed for and created with. */
  wallet: string | undefined;
  /** Marks the payments that are made with it. */
  id: string;
  /** Whether a payment is another account's. */
  isOthers: PaymentsOptions['isOthers'];
  /** Where payments are kept. */
  journalFolder: string;
  /** Blocks that make a receipt believable: 1 is the block it is in. */
  confirmations: number;
}

/** @param log is told of calls, and of the steps of payments */
export function createSwanBackend(account: SwanAccount, clock: Clock, log: Log = silentLog): TaskBackend {
  const { network, key } = account;
  key.require([chainOf(network.chainId)]);
  const apiKey = key.for(network.orchestratorUrl);
  const api = createApi(new Transport({ baseUrl: network.orchestratorUrl, apiKey, clock }), clock, log);
  const wallet = () => {
    if (account.wallet !== undefined) return account.wallet;
    throw new RemoteError('invalid', t('Set the wallet address of your Swan tasks first.'), { code: 'no_wallet' });
  };
  const pageSize = { most: Number.POSITIVE_INFINITY };
  const pages = (signal?: AbortSignal) => async (page: number, size: number) => {
    const { data } = await api.tasks(wallet(), page, size, signal);
    // Without its UUID nothing can be done with a task.
    return { rows: data.list.map(task => (task?.id ? task : undefined)), total: data.total };
  };

  return {
    signIn: async signal => void (await api.signIn(signal)),
    tasks: {
      list: async ({ offset, limit }, signal) => readRange(pages(signal), offset, limit, pageSize),
      listAll: async signal => readAll(pages(signal), pageSize),
      get: async (id, signal) => taskOf(id, (await api.task(id, signal)).data),
      deployment: async (id, signal) => indentedJson((await api.task(id, signal)).text),
      create: async (request, signal) => createTask(api, wallet(), request, signal),
      async terminate(id) {
        const { data } = await api.terminate(id);
        return { status: data.task_status, retryable: data.retryable ?? false };
      },
      claimReview: async id => plainText((await api.claimReview(id)).message, 500),
    },
    hardware: { list: async (pricing, signal) => (await api.machines(pricing, signal)).data },
    images: { list: async signal => (await api.appImages(signal)).data },
    sourceUri: async (repository, hardwareId, signal) => sourceUri(api, wallet(), repository, hardwareId, signal),
    followLog(job, kind, watcher) {
      const url = kind === 'build' ? job.buildLog : job.containerLog;
      if (url === undefined) throw new RemoteError('notFound', noLog[kind]);
      return followLog(url, watcher, clock);
    },
    payments: createPayments({
      network,
      api,
      clock,
      log,
      account: account.id,
      isOthers: account.isOthers,
      folder: account.journalFolder,
      confirmations: account.confirmations,
    }),
  };
}

async function createTask(api: Api, wallet: string, request: TaskRequest, signal?: AbortSignal): Promise<Task> {
  const { hardware, duration, preferredProviders, ipWhitelist } = request;
  if (!Number.isInteger(duration) || duration < MIN_DURATION || duration > MAX_DURATION) {
    throw new RemoteError(
      'invalid',
      t('A task runs for at least 1 hour and at most 14 days. Choose another duration.'),
    );
  }
  const source = await resolveSource(api, wallet, request, signal);
  const { data: task } = await api.createTask(
    hardware.pricing,
    {
      duration,
      cfg_name: hardware.name,
      region: request.region,
      start_in: request.startIn ?? DEFAULT_START_IN,
      wallet,
      job_source_uri: source,
      preferred_cp: preferredProviders?.length ? preferredProviders.join(',') : undefined,
      ip_whitelist: ipWhitelist?.length ? ipWhitelist.join(',') : undefined,
    },
    signal,
  );
  if (task.id !== '') return task;
  throw new RemoteError('protocol', t('Swan answered without the new task. It may exist: refresh the list.'));
}

async function resolveSource(
  api: Api,
  wallet: string,
  { source, hardware }: TaskRequest,
  signal?: AbortSignal,
): Promise<string> {
  if (source.type === 'uri') return source.uri;
  if (source.type === 'repository') return sourceUri(api, wallet, source, hardware.id, signal);
  const { url } = (await api.appImage(source.name, signal)).data;
  if (url === undefined) throw new RemoteError('notFound', t('Swan does not offer this app any more. Choose another.'));
  return sourceUri(api, wallet, { repository: url }, hardware.id, signal);
}

async function sourceUri(
  api: Api,
  wallet: string,
  { repository, branch, owner, name }: RepositorySource,
  hardwareId: number,
  signal?: AbortSignal,
): Promise<string> {
  const params = { repo_uri: repository, repo_branch: branch, repo_owner: owner, repo_name: name };
  const { data } = await api.sourceUri({ ...params, wallet_address: wallet, hardware_id: hardwareId }, signal);
  if (data.job_source_uri !== undefined) return data.job_source_uri;
  throw new RemoteError(
    'service',
    t('Swan made no source of this repository. It needs a Dockerfile or a deploy.yaml.'),
  );
}
