import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { decodeHttpRequest, encodeHttpResponse } from '../../decthings/frames.js';
import { HttpDoor, type Room } from '../door.js';
import { Connection } from './connection.js';
import type { Controls } from './controls.js';
import type { Dispatcher } from './dispatch.js';
import type { Faults } from './faults.js';

/** The largest message of a client, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const BASE = '/v0';
const CONTROLS = '/sandbox/';

export interface ServerOptions {
  port: number;
  unbounded: boolean;
  stuckAfterMs: number;
}

/** One port of this machine for both transports, and for what only a sandbox can do. */
export class SandboxServer implements Room {
  readonly connections = new Set<Connection>();
  readonly mostSocketBytes = MOST_BYTES;
  private readonly door = new HttpDoor(this);

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly faults: Faults,
    private readonly controls: Controls,
    private readonly options: ServerOptions,
  ) {}

  /** @returns the address of its calls, without a scheme */
  async open(): Promise<string> {
    return `${await this.door.open(this.options.port)}${BASE}`;
  }

  close(): Promise<void> {
    return this.door.close();
  }

  bodyType(path: string): string {
    return path.startsWith(CONTROLS) ? 'application/json' : 'application/octet-stream';
  }

  hasSocket({ pathname }: URL): boolean {
    return pathname === `${BASE}/ws`;
  }

  /** Cuts every WebSocket. */
  dropAll(): void {
    for (const connection of this.connections) connection.cut();
  }

  connect(ws: WebSocket): void {
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

  async respond(request: IncomingMessage, { pathname }: URL, response: ServerResponse): Promise<void> {
    const [, base, api, method, ...rest] = pathname.split('/');
    if (base === 'sandbox' && api !== undefined && method === undefined) {
      const { status, body } = await this.controls.handle(request.method, api, keyOf(request), () => readBody(request));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const known = `/${base}` === BASE && api !== undefined && method !== undefined && this.dispatcher.has(api, method);
    if (!known || rest.length > 0) return refuse(response, 404);
    if (request.method !== 'POST') return refuse(response, 405);
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

function keyOf(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}
