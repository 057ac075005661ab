import * as v from 'valibot';
import type { Clock } from '../core/clock.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { type Log, silentLog } from '../core/log.js';
import { type CallLog, loggedCall, loggedRetries } from '../core/loggedCall.js';
import type { Pricing } from '../core/tasks.js';
import * as schema from './schema.js';
import type { Answer, Params, Transport } from './transport.js';

/** What a call gave: its data checked, the service's words, and the whole answer as it came. */
export interface Checked<T> {
  data: T;
  message: string;
  text: string;
}

export interface TaskForm {
  duration: number;
  cfg_name: string;
  region: string;
  start_in: number;
  wallet: string;
  job_source_uri: string;
  preferred_cp: string | undefined;
  ip_whitelist: string | undefined;
}

export type Api = ReturnType<typeof createApi>;

/**
 * The orchestrator's calls as functions. A call that reads, or that comes to the same when made twice, is made again
 * up to three times while the service is busy or out of reach; any other is made once.
 * @param log is told of each call, by its path
 */
export function createApi(transport: Transport, clock: Clock, log: Log = silentLog) {
  const about = (method: string, path: string): CallLog => ({ log, clock, name: `${method} ${nameOf(path)}` });
  const send = async <S extends v.GenericSchema>(
    method: 'GET' | 'POST',
    path: string,
    params: Params,
    shape: S,
    signal?: AbortSignal,
  ) => check(shape, await transport.call(method, path, params, signal), path);
  const once: typeof send = (method, path, ...rest) =>
    loggedCall(about(method, path), () => send(method, path, ...rest));
  const repeatedly = async <S extends v.GenericSchema>(
    method: 'GET' | 'POST',
    path: string,
    params: Params,
    shape: S,
    signal?: AbortSignal,
  ) => loggedRetries(about(method, path), () => send(method, path, params, shape, signal), signal);

  return {
    signIn: (signal?: AbortSignal) =>
      loggedRetries(about('POST', '/login_by_api_key'), () => transport.signIn(signal), signal),
    contractInfo: (signal?: AbortSignal) => repeatedly('GET', '/contract_info', {}, schema.contractAnswer, signal),
    machines: (pricing: Pricing, signal?: AbortSignal) => {
      const path = pricing === 'dynamic' ? '/cp/machines-dp-ssh-ready' : '/cp/machines';
      return repeatedly('GET', path, {}, schema.hardware(pricing), signal);
    },
    appImages: (signal?: AbortSignal) => repeatedly('GET', '/util/example_code_mapping', {}, schema.images, signal),
    appImage: (name: string, signal?: AbortSignal) =>
      repeatedly('GET', '/util/example_code_mapping', { name }, schema.image, signal),
    sourceUri: (params: Params, signal?: AbortSignal) =>
      repeatedly('POST', '/v2/get_source_uri', { ...params, dp: 'true' }, schema.sourceUri, signal),
    createTask: (pricing: Pricing, form: TaskForm, signal?: AbortSignal) => {
      const path = pricing === 'dynamic' ? '/v2/task_deployment-dp' : '/v2/task_deployment';
      return once('POST', path, { ...form }, schema.created, signal);
    },
    task: (id: string, signal?: AbortSignal) =>
      repeatedly('GET', `/v2/task_deployment/${encodeURIComponent(id)}`, {}, schema.deployment, signal),
    tasks: (wallet: string, page: number, size: number, signal?: AbortSignal) =>
      repeatedly('GET', '/v2/task_list', { wallet_address: wallet, page, size }, schema.taskPage, signal),
    terminate: (id: string) => once('POST', '/terminate_task', { task_uuid: id }, schema.termination),
    claimReview: (id: string) => once('POST', '/claim_review', { task_uuid: id }, v.unknown()),
    validatePayment: (id: string, hash: string, signal?: AbortSignal) =>
      once('POST', '/v2/task_payment_validate', { tx_hash: hash, task_uuid: id }, schema.orderAnswer, signal),
    extendTask: (id: string, duration: number, hash: string, signal?: AbortSignal) =>
      once('POST', '/v2/extend_task', { task_uuid: id, duration, tx_hash: hash }, schema.orderAnswer, signal),
    orderStatus: (id: string, hash: string, signal?: AbortSignal) =>
      once('POST', '/v2/config_order_status', { task_uuid: id, tx_hash: hash }, schema.orderAnswer, signal),
  };
}

/** What comes third in a path is an id. */
function nameOf(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}

/** @throws RemoteError of kind `protocol` that names the field, never its value */
function check<S extends v.GenericSchema>(shape: S, answer: Answer, what: string): Checked<v.InferOutput<S>> {
  const parsed = v.safeParse(shape, answer.data, { abortEarly: true });
  if (parsed.success) return { data: parsed.output, message: answer.message, text: answer.text };
  const path = parsed.issues[0] ? v.getDotPath(parsed.issues[0]) : null;
  throw new RemoteError(
    'protocol',
    path
      ? t('Swan answered {0} in an unexpected form ({1}).', what, path)
      : t('Swan answered {0} in an unexpected form.', what),
  );
}
