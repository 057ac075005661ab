import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isOwnPeer } from './swan/peer.js';

/**
 * All that listens in the Sandbox. Any program, user and web page of this computer reaches a port of the loopback, so
 * each server is made here, and gets only what its user has sent.
 */

const LOOPBACK = '127.0.0.1';
/** Names that nobody can point at this computer from outside, with the port of whatever stands between, if any. */
const OWN_NAMES = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i;
/** Far from the number of files that a process may have open. */
const MOST_CONNECTIONS = 500;

/** What is behind a door. URLs are without the door's secret. */
export interface Room {
  /** The largest message of a WebSocket, in bytes. */
  mostSocketBytes: number;
  /** What the body of a request has to be. */
  bodyType(path: string): string;
  respond(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void>;
  /** Whether there is a WebSocket. */
  hasSocket(url: URL): boolean;
  connect(ws: WebSocket, url: URL): void;
}

/** Lets in requests that know its secret, and that no web page has sent. */
export class HttpDoor {
  private readonly secret = randomBytes(16).toString('hex');
  private readonly http: Server;
  private readonly sockets: WebSocketServer;
  private readonly connections: Set<Socket>;

  constructor(private readonly room: Room) {
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: room.mostSocketBytes });
    const http = createHttpServer((request, response) => {
      const url = this.admit(request);
      // What comes after a refusal is of nobody.
      if (typeof url === 'number') response.writeHead(url, { Connection: 'close' }).end();
      else room.respond(request, url, response).catch(() => response.destroy());
    });
    http.on('upgrade', (request, socket, head) => {
      const url = this.admit(request);
      if (typeof url === 'number') turnAway(socket, url);
      else if (!room.hasSocket(url)) turnAway(socket, 404);
      else this.sockets.handleUpgrade(request, socket, head, ws => this.connect(ws, url));
    });
    this.http = http;
    this.connections = guarded(http);
  }

  /** @returns the address without its scheme, such as `127.0.0.1:8080/secret` */
  async open(port = 0): Promise<string> {
    return `${LOOPBACK}:${await listening(this.http, port)}/${this.secret}`;
  }

  close(): Promise<void> {
    return closed(this.http, this.connections);
  }

  /** @returns where it goes, or the status with which it is refused */
  private admit(request: IncomingMessage): URL | number {
    const { host, origin, 'content-type': type } = request.headers;
    // A page's name can be made to lead here; and browsers tell a page's origin, but where it only asks for something.
    if (!OWN_NAMES.test(host ?? '') || origin !== undefined) return 403;
    const [, secret = '', rest = ''] = /^\/([^/?#]*)(\/.*)$/.exec(request.url ?? '') ?? [];
    const target = `http://${LOOPBACK}${rest}`;
    if (!this.isSecret(secret) || !URL.canParse(target)) return 404;
    const url = new URL(target);
    const asks = request.method === 'GET' || request.method === 'HEAD';
    if (!asks && type?.split(';')[0]?.trim().toLowerCase() !== this.room.bodyType(url.pathname)) return 415;
    return url;
  }

  private isSecret(text: string): boolean {
    const [given, own] = [Buffer.from(text), Buffer.from(this.secret)];
    return given.length === own.length && timingSafeEqual(given, own);
  }

  private connect(ws: WebSocket, url: URL): void {
    // Whatever is wrong with a message, it is followed by the close.
    ws.on('error', () => {});
    this.room.connect(ws, url);
  }
}

/** Lets in connections of programs of this process's own user. */
export class PeerDoor {
  private readonly server: Server;
  private readonly connections: Set<Socket>;

  constructor(private readonly admitted: (socket: Socket) => void) {
    this.server = createServer({ pauseOnConnect: true }, socket => void this.admit(socket));
    this.connections = guarded(this.server);
  }

  /** @returns the port */
  open(): Promise<number> {
    return listening(this.server, 0);
  }

  close(): Promise<void> {
    return closed(this.server, this.connections);
  }

  private async admit(socket: Socket): Promise<void> {
    const { remotePort = 0, localPort = 0 } = socket;
    if (!(await isOwnPeer(remotePort, localPort))) socket.destroy();
    else if (!socket.destroyed) {
      this.admitted(socket);
      socket.resume();
    }
  }
}

/** A reset ends its connection and nothing else. @returns the connections that are open */
function guarded(server: Server): Set<Socket> {
  const open = new Set<Socket>();
  server.maxConnections = MOST_CONNECTIONS;
  server.on('error', () => {});
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  return open;
}

/** @returns the port */
async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  const done = new Promise(resolve => server.close(resolve));
  for (const socket of open) socket.destroy();
  await done;
}

/** @param socket that is asked to become a WebSocket */
function turnAway(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
