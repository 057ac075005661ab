import { systemClock } from '../../src/core/clock.js';
import { httpServer, type TestServer } from './servers.js';

/** What a node, or whoever stands before it, answers a call with. */
export interface NodeAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** As it is sent; else JSON-RPC with the call's id. */
  text?: string;
  result?: unknown;
  error?: unknown;
}

export interface NodeCall {
  id: number;
  method: string;
  params: unknown[];
}

/** A node that answers as a test says, and a clock on which every wait but for a time limit is over at once. */
export async function scriptedNode(script: (call: NodeCall, index: number) => NodeAnswer) {
  const calls: NodeCall[] = [];
  const waits: number[] = [];
  const server: TestServer = await httpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call: NodeCall = JSON.parse(body);
    const { status = 200, headers = {}, text, ...rest } = script(call, calls.push(call) - 1);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(text ?? JSON.stringify({ jsonrpc: '2.0', id: call.id, ...rest }));
  });
  const clock = {
    ...systemClock,
    random: () => 0,
    after(ms: number, act: () => void) {
      if (ms >= 15_000) return systemClock.after(ms, act);
      waits.push(ms);
      return systemClock.after(0, act);
    },
  };
  return { url: `http://127.0.0.1:${server.port}`, calls, waits, clock, close: () => server.close() };
}
