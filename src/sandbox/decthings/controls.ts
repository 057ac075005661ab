import * as v from 'valibot';
import { ApiError } from './errors.js';

/** What a test in another process can ask of the sandbox, over plain JSON. */

const failParams = v.object({
  api: v.string(),
  method: v.string(),
  code: v.string(),
  parameterName: v.optional(v.string()),
  reason: v.optional(v.string()),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1),
  httpStatus: v.optional(v.pipe(v.number(), v.integer(), v.minValue(300), v.maxValue(599))),
});
const recreateParams = v.object({ persistentLauncherId: v.string() });

const revokeParams = v.object({ apiKey: v.string() });

export type FailParams = v.InferOutput<typeof failParams>;

export interface Acts {
  fail(params: FailParams): void;
  drop(): void;
  recreate(persistentLauncherId: string): void;
  revoke(apiKey: string): void;
  stats(): object;
}

export class Controls {
  constructor(
    private readonly apiKey: string,
    private readonly acts: Acts,
  ) {}

  /** @param read gives the request's body, or undefined for one that is too large */
  async handle(
    method: string | undefined,
    act: string,
    apiKey: string | undefined,
    read: () => Promise<Buffer | undefined>,
  ): Promise<{ status: number; body: object }> {
    if (apiKey !== this.apiKey) return { status: 401, body: {} };
    const name = `${method} ${act}`;
    if (name === 'GET stats') return { status: 200, body: this.acts.stats() };
    try {
      if (name === 'POST drop') this.acts.drop();
      else if (name === 'POST fail') this.acts.fail(v.parse(failParams, await json(read)));
      else if (name === 'POST revoke') this.acts.revoke(v.parse(revokeParams, await json(read)).apiKey);
      else if (name === 'POST recreate') {
        this.acts.recreate(v.parse(recreateParams, await json(read)).persistentLauncherId);
      } else return { status: 404, body: {} };
    } catch (error) {
      return { status: 400, body: { error: error instanceof ApiError ? error.rpc : String(error) } };
    }
    return { status: 200, body: {} };
  }
}

async function json(read: () => Promise<Buffer | undefined>): Promise<unknown> {
  return JSON.parse((await read())?.toString() ?? '');
}
