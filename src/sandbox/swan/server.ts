import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
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
export class SwanServer {
  /** Calls so far, by endpoint. */
  readonly counts = new Map<string, number>();
  /** The last form or query of each endpoint, but for what signs in. */
  readonly last = new Map<string, Fields>();
  private readonly http: Server;
  private readonly sockets = new WebSocketServer({ noServer: true });
  private parts: Parts | undefined;

  constructor() {
    this.http = createServer((request, response) => {
      this.respond(request, response).catch(() => response.destroy());
    });
    this.http.on('upgrade', (request, socket, head) => {
      const url = urlOf(request);
      if (this.parts?.apps.hasLog(url) !== true) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, ws => this.parts?.apps.follow(url, ws));
    });
  }

  /** @returns the port, which the parts need to know before they can answer */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(0, '127.0.0.1', resolve);
    });
    return (this.http.address() as AddressInfo).port;
  }

  serve(parts: Parts): void {
    this.parts = parts;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.http.close(resolve));
    this.http.closeAllConnections();
    await closed;
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { parts } = this;
    const url = urlOf(request);
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
    const isForm = request.headers['content-type']?.startsWith(FORM) === true;
    const fields = new Fields(isForm ? new URLSearchParams(body) : url.searchParams);
    this.counts.set(endpoint, (this.counts.get(endpoint) ?? 0) + 1);
    if (endpoint !== NO_TOKEN_NEEDED) this.last.set(endpoint, fields);
    const work = async (): Promise<{ httpStatus: number; envelope: Envelope }> => {
      try {
        const route = routes[endpoint];
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

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '', 'http://127.0.0.1');
}

function tokenOf(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}
