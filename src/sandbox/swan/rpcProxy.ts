import { id, toBeHex } from 'ethers';
import * as v from 'valibot';

const rpcRequest = v.looseObject({
  id: v.union([v.number(), v.string(), v.null()]),
  method: v.string(),
  params: v.optional(v.unknown()),
});
type RpcRequest = v.InferOutput<typeof rpcRequest>;

const BALANCE_OF = id('balanceOf(address)').slice(0, 10);
const FOREVER = Number.MAX_SAFE_INTEGER;

/** Silence, a connection that ends, or a proxy’s own page. */
export type NoAnswer = 'none' | 'cut' | 'unavailable';

interface Behaviour {
  concerns(request: RpcRequest): boolean;
  /** Whether the chain gets the call all the same. */
  forwards: boolean;
  answer: { result: unknown } | { error: { code: number; message: string } } | NoAnswer;
  /** How often, where a test does not say. */
  times: number;
}

/** What is asked of a node; the rest is what a test does to the chain. */
const asks = ({ method }: RpcRequest) => method.startsWith('eth_');
const sends = ({ method }: RpcRequest) => method === 'eth_sendRawTransaction';
const rejection = (message: string) => ({ error: { code: -32000, message } });

const BEHAVIOURS = {
  // The transaction is taken, and nobody hears of it.
  timeout: { concerns: sends, forwards: true, answer: 'none', times: 1 },
  lostAnswer: { concerns: sends, forwards: true, answer: 'cut', times: 1 },
  // It is not taken, and nobody hears of that.
  withheld: { concerns: sends, forwards: false, answer: 'none', times: 1 },
  alreadyKnown: { concerns: sends, forwards: true, answer: rejection('already known'), times: 1 },
  nonceTooLow: { concerns: sends, forwards: false, answer: rejection('nonce too low'), times: 1 },
  underpriced: {
    concerns: sends,
    forwards: false,
    answer: rejection('replacement transaction underpriced'),
    times: 1,
  },
  lostReceipt: {
    concerns: ({ method }: RpcRequest) => method === 'eth_getTransactionReceipt',
    forwards: false,
    answer: { result: null },
    times: 3,
  },
  wrongChain: {
    concerns: ({ method }: RpcRequest) => method === 'eth_chainId' || method === 'net_version',
    forwards: false,
    answer: { result: '0x1' },
    times: FOREVER,
  },
  lyingBalance: {
    concerns: ({ method, params }: RpcRequest) =>
      method === 'eth_getBalance' || (method === 'eth_call' && JSON.stringify(params).includes(BALANCE_OF)),
    forwards: false,
    answer: { result: toBeHex(10n ** 27n, 32) },
    times: FOREVER,
  },
  noAnswer: { concerns: asks, forwards: false, answer: 'none', times: FOREVER },
  unavailable: { concerns: asks, forwards: false, answer: 'unavailable', times: 1 },
} satisfies Record<string, Behaviour>;

export const rpcFaultParams = v.object({
  kind: v.picklist(Object.keys(BEHAVIOURS) as (keyof typeof BEHAVIOURS)[]),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
export type RpcFault = v.InferOutput<typeof rpcFaultParams>;

/** Stands between a client and the chain, and lies where it is told to. */
export class RpcProxy {
  /** Calls so far, by method. */
  readonly counts = new Map<string, number>();
  private faults: { behaviour: Behaviour; left: number }[] = [];

  constructor(private readonly url: string) {}

  add({ kind, times }: RpcFault): void {
    const behaviour: Behaviour = BEHAVIOURS[kind];
    this.faults.push({ behaviour, left: times ?? behaviour.times });
  }

  clear(): void {
    this.faults = [];
  }

  async respond(body: string): Promise<{ json: string } | NoAnswer> {
    const parsed: unknown = JSON.parse(body);
    if (!Array.isArray(parsed)) return this.call(v.parse(rpcRequest, parsed));
    const answers = await Promise.all(parsed.map(item => this.call(v.parse(rpcRequest, item))));
    const texts = answers.flatMap(answer => (typeof answer === 'object' ? [answer.json] : []));
    return answers.find(answer => typeof answer === 'string') ?? { json: `[${texts.join(',')}]` };
  }

  private async call(request: RpcRequest): Promise<{ json: string } | NoAnswer> {
    this.counts.set(request.method, (this.counts.get(request.method) ?? 0) + 1);
    const fault = this.faults.find(({ behaviour, left }) => left > 0 && behaviour.concerns(request));
    if (fault === undefined) return { json: await this.forward(request) };
    fault.left--;
    const { forwards, answer } = fault.behaviour;
    if (forwards) await this.forward(request);
    return typeof answer === 'string'
      ? answer
      : { json: JSON.stringify({ jsonrpc: '2.0', id: request.id, ...answer }) };
  }

  private async forward(request: RpcRequest): Promise<string> {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(request) });
    return response.text();
  }
}
