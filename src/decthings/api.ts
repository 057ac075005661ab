import * as v from 'valibot';
import type { Clock } from '../core/clock.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { type Log, silentLog } from '../core/log.js';
import { loggedCall, loggedRetries } from '../core/loggedCall.js';
import { type ApiName, type MethodName, methods, type Params, type Result } from './methods.js';
import type { CallOptions, Transport } from './transport.js';

/**
 * The service's methods as functions, over whichever transport: `api.Terminal.resizeTerminalSession({…})`. Results are
 * checked against the method's schema. An idempotent call that the service was too busy for, or that did not reach it,
 * is made again up to three times; any other call is made once.
 * @param log is told of each call, by its method's name
 */
export type Api = {
  [A in ApiName]: {
    [M in MethodName<A>]: (params: Params<A, M>, options?: CallOptions) => Promise<Result<A, M>>;
  };
};

export function createApi(transport: Transport, clock: Clock, log: Log = silentLog): Api {
  const entries = Object.entries(methods).map(([api, group]) => [
    api,
    Object.fromEntries(
      Object.entries(group).map(([name, method]) => [
        name,
        async (params: object, options: CallOptions = {}) => {
          const about = { log, clock, name: `${api}.${name}` };
          const call = async () => {
            const { result } = await transport.call(api, name, params, options);
            return check(method.result, result, about.name);
          };
          return method.idempotent
            ? loggedRetries(about, call, either(options.signal, transport.ended))
            : loggedCall(about, call);
        },
      ]),
    ),
  ]);
  // The table's own shape, entry by entry, is what `Api` is derived from.
  return Object.fromEntries(entries) as Api;
}

/** @throws RemoteError of kind `protocol` that names the field, never its value */
export function check<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const path = parsed.issues[0] ? v.getDotPath(parsed.issues[0]) : null;
  throw new RemoteError(
    'protocol',
    path
      ? t('Decthings answered {0} in an unexpected form ({1}).', what, path)
      : t('Decthings answered {0} in an unexpected form.', what),
  );
}

function either(a?: AbortSignal, b?: AbortSignal): AbortSignal | undefined {
  return a && b ? AbortSignal.any([a, b]) : (a ?? b);
}
