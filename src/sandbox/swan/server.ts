import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { HttpDoor, type Room } from '../door.js';
import type { Apps } from './apps.js';
import type { Controls } from './controls.js';
import { answerFaulty, type Faults, send } from './faults.js';
import { type Envelope, Fields, failure, Refusal, type Route } from './replies.js';
import type { RpcProxy } from './rpcProxy.js';
import type { Tokens } from './tokens.js';

const MOST_BYTES = 4 * 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const NO_TOKEN_NEEDED = 'POST /login_by_api_key';

interface Parts {
  routes: Readonly<Record<string, Route>>;
  tokens: Tokens;
  faults: Faults;
  proxy: RpcProxy;
  apps: Apps;
  controls: Controls;
}

/** One port of this machine for the service, the chain behind its proxy, and what the tasks answer with. */
export class SwanServer implements Room {
  /** Calls so far, by endpoint. */
  readonly counts = new Map<string, number>();
  /** The last form or query of each endpoint, but for what signs in. */
  readonly last = new Map<string, Fields>();
  /** Logs are only read. */
  readonly mostSocketBytes = 64 * 1024;
  private readonly door = new HttpDoor(this);
  private parts: Parts | undefined;

  /** @returns the address without a scheme, which the parts need to know before they can answer */
  open(): Promise<string> {
    return this.door.open();
  }

  serve(parts: Parts): void {
    this.parts = parts;
  }

  close(): Promise<void> {
    return this.door.close();
  }

  bodyType(path: string): string {
    return /^\/(rpc|sandbox)(\/|$)/.test(path) ? 'application/json' : FORM;
  }

  hasSocket(url: URL): boolean {
    return this.parts?.apps.hasLog(url) === true;
  }

  connect(ws: WebSocket, url: URL): void {
    this.parts?.apps.follow(url, ws);
  }

  async respond(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const { parts } = this;
    const [, first, second, third] = url.pathname.split('/');
    const body = await readBody(request);
    if (parts === undefined || body === undefined) {
      response.writeHead(parts === undefined ? 503 : 413).end();
    } else if (first === 'rpc') {
      const answer = await parts.proxy.respond(body);
      if (answer === 'cut') response.destroy();
      else if (answer === 'unavailable') response.writeHead(503).end();
      else if (answer !== 'none') send(response, 200, answer.json);
    } else if (first === 'apps') {
      parts.apps.show(second ?? '', response);
    } else if (first === 'sandbox' && second === 'swan') {
      const { status, body: answer } = await parts.controls.handle(
        `${request.method} ${third}`,
        tokenOf(request),
        body,
      );
      send(response, status, JSON.stringify(answer));
    } else {
      await this.serveRoute(parts, request, url, body, response);
    }
  }

  private async serveRoute(
    { routes, tokens, faults }: Parts,
    request: IncomingMessage,
    url: URL,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    const [, uuid = ''] = /^\/v2\/task_deployment\/([^/]+)$/.exec(url.pathname) ?? [];
    const endpoint = `${request.method} ${uuid === '' ? url.pathname : '/v2/task_deployment'}`;
    const fields = new Fields(request.method === 'POST' ? new URLSearchParams(body) : url.searchParams);
    const route = routes[endpoint];
    if (route !== undefined) {
      this.counts.set(endpoint, (this.counts.get(endpoint) ?? 0) + 1);
      if (endpoint !== NO_TOKEN_NEEDED) this.last.set(endpoint, fields);
    }
    const work = async (): Promise<{ httpStatus: number; envelope: Envelope }> => {
      try {
        if (route === undefined) throw new Refusal('Not found.', 404);
        if (endpoint !== NO_TOKEN_NEEDED && !tokens.isValid(tokenOf(request))) throw new Refusal('Token expired.', 401);
        return { httpStatus: 200, envelope: await route(fields, uuid) };
      } catch (error) {
        if (error instanceof Refusal) return { httpStatus: error.httpStatus, envelope: failure(error.message) };
        console.error(`${endpoint}:`, error);
        return { httpStatus: 500, envelope: failure('Internal server error.') };
      }
    };
    const fault = faults.next(endpoint);
    if (fault !== undefined) return answerFaulty(fault, response, work);
    const { httpStatus, envelope } = await work();
    send(response, httpStatus, JSON.stringify(envelope));
  }
}

/** @returns undefined for a body that is too large */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function tokenOf(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}
