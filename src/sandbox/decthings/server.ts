import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeHttpRequest, encodeHttpResponse } from '../../decthings/frames.js';
import { Connection } from './connection.js';
import type { Controls } from './controls.js';
import type { Dispatcher } from './dispatch.js';
import type { Faults } from './faults.js';

/** The largest message of a client, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const BASE = '/v0';

export interface ServerOptions {
  port: number;
  unbounded: boolean;
  stuckAfterMs: number;
}

/** One port of this machine for both transports, and for what only a sandbox can do. */
export class SandboxServer {
  readonly connections = new Set<Connection>();
  private readonly http: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly faults: Faults,
    private readonly controls: Controls,
    private readonly options: ServerOptions,
  ) {
    this.http = createServer((request, response) => {
      this.respond(request, response).catch(() => response.destroy());
    });
    this.http.on('upgrade', (request, socket, head) => {
      if (pathOf(request) !== `${BASE}/ws`) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, ws => this.connect(ws));
    });
  }

  /** @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(this.options.port, '127.0.0.1', resolve);
    });
    return (this.http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.dropAll();
    const closed = new Promise(resolve => this.http.close(resolve));
    this.http.closeAllConnections();
    await closed;
  }

  /** Cuts every WebSocket. */
  dropAll(): void {
    for (const connection of this.connections) connection.cut();
  }

  private connect(ws: WebSocket): void {
    const connection = new Connection(
      ws,
      ({ api, method, apiKey, params }, blobs, socket) =>
        this.dispatcher.call(api, method, apiKey, { params: { ...params }, blobs, socket }),
      {
        unbounded: this.options.unbounded,
        stuckAfterMs: this.options.stuckAfterMs,
        onClose: closed => this.connections.delete(closed),
      },
    );
    this.connections.add(connection);
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, base, api, method, ...rest] = pathOf(request).split('/');
    if (base === 'sandbox' && api !== undefined && method === undefined) {
      const { status, body } = await this.controls.handle(request.method, api, keyOf(request), () => readBody(request));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const known = `/${base}` === BASE && api !== undefined && method !== undefined && this.dispatcher.has(api, method);
    if (!known || rest.length > 0) return refuse(response, 404);
    if (request.method !== 'POST') return refuse(response, 405);
    if (request.headers['content-type'] !== 'application/octet-stream') return refuse(response, 415);
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413);
    const injected = this.faults.nextStatus(api, method);
    if (injected !== undefined) return refuse(response, injected);
    let call: ReturnType<typeof decodeHttpRequest>;
    try {
      call = decodeHttpRequest(body);
    } catch {
      return refuse(response, 400);
    }
    const answer = await this.dispatcher.call(api, method, keyOf(request), { ...call, socket: undefined });
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(encodeHttpResponse(answer));
  }
}

/** A status without a frame. What the client still sends is read and dropped, so that it gets to see the status. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

/** @returns undefined for a body that is too large */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

function keyOf(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}
