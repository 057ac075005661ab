import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { seededRandom } from '../random.js';
import { type Corruption, Lane, PLAIN, type Shape } from './lane.js';

/** Towards the service, or towards the client. */
export type Direction = 'up' | 'down';

const REASONS: Record<number, string> = { 401: 'Unauthorized', 429: 'Too Many Requests', 502: 'Bad Gateway' };

/** A TCP proxy on loopback that does harm when it is told to, and otherwise passes on what comes. */
export class HarmfulProxy {
  /** Connections that were made through it, refused and answered ones not counted. */
  connections = 0;
  private readonly live = new Set<Connection>();
  private server: Server | undefined;
  private address: AddressInfo | undefined;
  private shaped = PLAIN;
  private status: number | undefined;

  private constructor(
    private readonly target: { host: string; port: number },
    private readonly random: () => number,
  ) {}

  /** @param address what to stand before, such as `ws://127.0.0.1:1234/v0/ws` */
  static async before(address: string, seed: number = 1): Promise<HarmfulProxy> {
    const { hostname, port } = new URL(address);
    const proxy = new HarmfulProxy({ host: hostname, port: Number(port) }, seededRandom(seed));
    await proxy.accept();
    return proxy;
  }

  /** The same address, through the proxy. */
  through(address: string): string {
    const url = new URL(address);
    url.port = String(this.address?.port);
    return url.href.replace(/\/$/, '');
  }

  /** From now on, for all connections. */
  shape(shape: Partial<Shape>): void {
    this.shaped = { ...PLAIN, ...shape };
  }

  /** New connections are refused. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    // It stops listening at once; it is closed when its connections have ended.
    server?.close();
  }

  /** New connections are accepted again, by the service or, with a status, by an HTTP answer with no body. */
  async accept(status?: number): Promise<void> {
    this.status = status;
    if (this.server) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => this.connected(socket));
    this.server = server;
    server.listen(this.address?.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    this.address ??= server.address() as AddressInfo;
  }

  /** Ends every connection as a closing peer does. */
  cut(): void {
    for (const connection of this.live) connection.end();
  }

  /** Ends every connection by RST. */
  reset(): void {
    for (const connection of this.live) connection.reset();
  }

  /** Half-open: no bytes and no end come through the connections of now, until `flow()`. */
  stall(...directions: Direction[]): void {
    for (const connection of this.live) connection.stall(directions);
  }

  /** Bytes that it holds back, of all connections of now. */
  held(direction: Direction): number {
    return [...this.live].reduce((sum, connection) => sum + connection.held(direction), 0);
  }

  /** Lets go on what was stalled; what ended meanwhile ends at the other side too. */
  flow(): void {
    for (const connection of this.live) connection.flow();
  }

  /** Harms the next frame of every connection. */
  corrupt(direction: Direction, corruption: Corruption): void {
    for (const connection of this.live) connection.corrupt(direction, corruption);
  }

  async close(): Promise<void> {
    await this.refuse();
    this.reset();
  }

  private connected(client: Socket): void {
    const { status } = this;
    if (status !== undefined) {
      client.on('error', () => {});
      client.once('data', () => {
        client.end(`HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      });
      return;
    }
    this.connections++;
    const service = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    const connection = new Connection(
      client,
      service,
      () => this.shaped,
      this.random,
      () => this.live.delete(connection),
    );
    this.live.add(connection);
  }
}

/** A client's socket and the one that goes on to the service. */
class Connection {
  private readonly up: Lane;
  private readonly down: Lane;

  constructor(
    private readonly client: Socket,
    private readonly service: Socket,
    shape: () => Shape,
    random: () => number,
    gone: () => void,
  ) {
    this.up = new Lane(client, service, shape, random);
    this.down = new Lane(service, client, shape, random);
    for (const [socket, lane, other] of [
      [client, this.up, service],
      [service, this.down, client],
    ] as const) {
      let failed = false;
      socket.on('error', () => {
        failed = true;
      });
      socket.on('close', () => {
        if (failed && !lane.stalled) other.resetAndDestroy();
        if (client.destroyed && service.destroyed) gone();
      });
    }
  }

  end(): void {
    this.client.destroy();
    this.service.destroy();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.service.resetAndDestroy();
  }

  held(direction: Direction): number {
    return this[direction].held;
  }

  stall(directions: Direction[]): void {
    for (const direction of directions) this[direction].stall();
  }

  flow(): void {
    if (this.client.destroyed !== this.service.destroyed) this.reset();
    this.up.flow();
    this.down.flow();
  }

  corrupt(direction: Direction, corruption: Corruption): void {
    this[direction].corrupt(corruption);
  }
}
