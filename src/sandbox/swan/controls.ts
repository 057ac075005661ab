import * as v from 'valibot';
import { type Fault, faultParams } from './faults.js';
import { MALICE, type Trick } from './malice.js';
import { type RpcFault, rpcFaultParams } from './rpcProxy.js';

/** What a test in another process can ask of the sandbox, over plain JSON. */

const taskParams = v.object({
  task_uuid: v.string(),
  /** In how many seconds it ends, whatever was paid for. */
  end_in: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Its price per hour from now on, in SWAN. */
  price: v.optional(v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/))),
  /** Whether it is kept from being deployed. */
  held: v.optional(v.boolean()),
  /** What its providers write of where it is reached. */
  real_uri: v.optional(v.string()),
});
const hardwareParams = v.object({ name: v.string(), available: v.boolean() });
const setParams = v.object({
  malice: v.optional(v.array(v.picklist(MALICE))),
  deploys: v.optional(v.boolean()),
  mining: v.optional(v.boolean()),
  /** Another machine answers by SSH from now on, at the same place. */
  otherMachine: v.optional(v.literal(true)),
});

export type TaskParams = v.InferOutput<typeof taskParams>;
export type HardwareParams = v.InferOutput<typeof hardwareParams>;

export interface Acts {
  /** Lets the next calls of an endpoint fail. */
  fail(fault: Fault): void;
  /** Lets the next calls of the chain fail. */
  rpc(fault: RpcFault): void;
  /** Forgets the faults that were asked for. */
  clear(): void;
  /** Ends the validity of every token. */
  expire(): void;
  /** Cuts every log that is followed. */
  drop(): void;
  task(params: TaskParams): void;
  /** Puts a machine up for rent or takes it off, also on the chain. */
  hardware(params: HardwareParams): Promise<void>;
  malice(tricks: readonly Trick[]): void;
  deploys(on: boolean): void;
  mining(on: boolean): Promise<void>;
  /** Gives the SSH server another key. */
  otherMachine(): void;
  stats(): object;
}

export class Controls {
  constructor(
    private readonly apiKey: string,
    private readonly acts: Acts,
  ) {}

  /** @param name the HTTP method and the act, such as `POST fail` */
  async handle(name: string, apiKey: string | undefined, body: string): Promise<{ status: number; body: object }> {
    if (apiKey !== this.apiKey) return { status: 401, body: {} };
    if (name === 'GET stats') return { status: 200, body: this.acts.stats() };
    try {
      return { status: (await this.act(name, body)) ? 200 : 404, body: {} };
    } catch (error) {
      return { status: 400, body: { error: String(error) } };
    }
  }

  /** @returns false for an act that there is not */
  private async act(name: string, body: string): Promise<boolean> {
    const { acts } = this;
    const params: unknown = body === '' ? {} : JSON.parse(body);
    if (name === 'POST fail') acts.fail(v.parse(faultParams, params));
    else if (name === 'POST rpc') acts.rpc(v.parse(rpcFaultParams, params));
    else if (name === 'POST clear') acts.clear();
    else if (name === 'POST expire') acts.expire();
    else if (name === 'POST drop') acts.drop();
    else if (name === 'POST task') acts.task(v.parse(taskParams, params));
    else if (name === 'POST hardware') await acts.hardware(v.parse(hardwareParams, params));
    else if (name === 'POST set') {
      const { malice, deploys, mining, otherMachine } = v.parse(setParams, params);
      if (malice !== undefined) acts.malice(malice);
      if (deploys !== undefined) acts.deploys(deploys);
      if (mining !== undefined) await acts.mining(mining);
      if (otherMachine) acts.otherMachine();
    } else return false;
    return true;
  }
}
