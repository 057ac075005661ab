import type * as v from 'valibot';
import type { RpcError, RpcResponse } from '../../decthings/frames.js';
import type { ApiName } from '../../decthings/methods.js';
import type { Connection } from './connection.js';
import { ApiError, fault, invalid } from './errors.js';
import { parse } from './params.js';

export interface Call {
  readonly params: Record<string, unknown>;
  readonly blobs: readonly Uint8Array[];
  /** The WebSocket it came over, if it did. */
  readonly socket: Connection | undefined;
}

type Handler = (call: Call) => object | Promise<object>;
export type Handlers<Name extends string> = Readonly<Record<Name, Handler>>;

/** A method that checks its parameters before it does anything. */
export function method<S extends v.GenericSchema>(
  schema: S,
  run: (params: v.InferOutput<S>, call: Call) => object | Promise<object>,
): Handler {
  return call => run(parse(schema, call.params), call);
}

/** Carries calls out: whatever a handler throws becomes an answer. */
export class Dispatcher {
  /** Calls made so far, by `Api.method`. */
  readonly counts = new Map<string, number>();
  /** By key, and then by `Api.method`. */
  private readonly handlers = new Map<string | undefined, Map<string, Handler>>();
  private readonly names = new Set<string>();

  constructor(
    accounts: readonly { apiKey: string; handlers: Readonly<Record<ApiName, Handlers<string>>> }[],
    private readonly nextFault: (api: string, method: string) => RpcError | undefined,
  ) {
    for (const { apiKey, handlers } of accounts) {
      const all = Object.entries(handlers).flatMap(([api, methods]) =>
        Object.entries(methods).map(([name, handler]): [string, Handler] => [`${api}.${name}`, handler]),
      );
      this.handlers.set(apiKey, new Map(all));
      for (const [name] of all) this.names.add(name);
    }
  }

  /** The key leads to nothing from here on. */
  revoke(apiKey: string): void {
    this.handlers.delete(apiKey);
  }

  has(api: string, method: string): boolean {
    return this.names.has(`${api}.${method}`);
  }

  async call(api: string, method: string, apiKey: string | undefined, call: Call): Promise<RpcResponse> {
    const name = `${api}.${method}`;
    try {
      const handlers = this.handlers.get(apiKey);
      if (this.names.has(name)) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      const injected = this.nextFault(api, method);
      if (injected !== undefined) throw new ApiError(injected);
      if (handlers === undefined) throw fault('bad_credentials');
      const handler = handlers.get(name);
      if (handler === undefined) throw invalid('method', `There is no method ${name}.`);
      return { result: await handler(call) };
    } catch (error) {
      if (error instanceof ApiError) return { error: error.rpc };
      console.error(`${name}:`, error);
      return { error: { code: 'unknown' } };
    }
  }
}
