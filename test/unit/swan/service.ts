import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/core/clock.js';
import { type Api, createApi } from '../../../src/swan/api.js';
import type { Network } from '../../../src/swan/networks.js';
import { Transport } from '../../../src/swan/transport.js';
import { hurriedClock } from '../../support/hurry.js';
import { httpServer } from '../../support/servers.js';

export function recorded(name: string): unknown {
  return JSON.parse(readFileSync(`test/data/swan/${name}.json`, 'utf8'));
}

export interface Asked {
  /** Such as `POST /terminate_task`. */
  endpoint: string;
  fields: Record<string, string>;
  authorization: string | undefined;
  request: IncomingMessage;
}

/** What a scripted service answers: an envelope's data, or whatever it writes itself. */
export type Script = (asked: Asked, response: ServerResponse) => unknown;

export interface ScriptedService {
  url: string;
  api: Api;
  asked: Asked[];
  /** How often each endpoint was called. */
  count(endpoint: string): number;
  close(): Promise<void>;
}

/** An orchestrator that says what a test wants. It gives the tokens `token-1`, `token-2` and so on. */
export async function scriptedService(script: Script, clock: Clock = hurriedClock()): Promise<ScriptedService> {
  const asked: Asked[] = [];
  let tokens = 0;
  const server = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const form = request.method === 'POST' ? new URLSearchParams(Buffer.concat(chunks).toString()) : url.searchParams;
    const call: Asked = {
      endpoint: `${request.method} ${url.pathname}`,
      fields: Object.fromEntries(form),
      authorization: request.headers.authorization,
      request,
    };
    asked.push(call);
    const data = script(call, response) ?? (call.endpoint === 'POST /login_by_api_key' ? `token-${++tokens}` : {});
    if (!response.writableEnded && data !== 'later') {
      response.end(JSON.stringify({ status: 'success', message: 'done', data }));
    }
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    api: createApi(new Transport({ baseUrl: url, apiKey: 'the-key', clock }), clock),
    asked,
    count: endpoint => asked.filter(each => each.endpoint === endpoint).length,
    close: () => server.close(),
  };
}

export function failed(response: ServerResponse, message: string | null, status = 200): void {
  response.writeHead(status).end(JSON.stringify({ status: 'failed', message, data: null }));
}

export function networkWith(orchestratorUrl: string): Network {
  return {
    name: 'Test',
    chainId: 1_337,
    rpcUrl: 'http://127.0.0.1:9',
    explorerUrl: undefined,
    orchestratorUrl,
    signer: undefined,
  };
}
