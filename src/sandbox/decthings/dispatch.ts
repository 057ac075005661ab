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
  private readonly handlers = new Map<string, Handler>();

  constructor(
    apis: Readonly<Record<ApiName, Handlers<string>>>,
    private readonly mayCall: (apiKey: string | undefined) => boolean,
    private readonly nextFault: (api: string, method: string) => RpcError | undefined,
  ) {
    for (const [api, methods] of Object.entries(apis)) {
      for (const [name, handler] of Object.entries(methods)) this.handlers.set(`${api}.${name}`, handler);
    }
  }

  has(api: string, method: string): boolean {
    return this.handlers.has(`${api}.${method}`);
  }

  async call(api: string, method: string, apiKey: string | undefined, call: Call): Promise<RpcResponse> {
    const name = `${api}.${method}`;
    try {
      const handler = this.handlers.get(name);
      if (handler !== undefined) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      const injected = this.nextFault(api, method);
      if (injected !== undefined) throw new ApiError(injected);
      if (!this.mayCall(apiKey)) throw fault('bad_credentials');
      if (handler === undefined) throw invalid('method', `There is no method ${name}.`);
      return { result: await handler(call) };
    } catch (error) {
      if (error instanceof ApiError) return { error: error.rpc };
      console.error(`${name}:`, error);
      return { error: { code: 'unknown' } };
    }
  }
}
