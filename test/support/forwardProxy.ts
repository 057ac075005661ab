import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A company's proxy: tunnels by CONNECT, and forwards nothing else. */
export class ForwardProxy {
  /** What it was asked to tunnel to. */
  readonly asked: string[] = [];
  /** Every byte that it could read or pass on. */
  private heard: Buffer[] = [];
  private readonly server = createServer();
  private readonly sockets = new Set<Socket>();

  /**
   * @param ports where each host that it can resolve really is
   * @param credentials as `user:password`, where it asks for them
   */
  constructor(
    private readonly ports: ReadonlyMap<string, number>,
    private readonly credentials?: string,
  ) {
    this.server.on('connection', socket => {
      this.sockets.add(socket.on('error', () => {}));
      socket.on('close', () => this.sockets.delete(socket));
      socket.prependListener('data', bytes => this.heard.push(bytes));
    });
    this.server.on('request', ({ method, url }: IncomingMessage, response) => {
      this.asked.push(`${method} ${url}`);
      response.writeHead(502).end();
    });
    this.server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.asked.push(`CONNECT ${request.url}`);
      this.heard.push(Buffer.from(request.rawHeaders.join('\n')));
      if (!this.isKnown(request)) {
        const refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="work"\r\n';
        socket.end(`${refusal}Content-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      const port = this.ports.get(request.url?.split(':')[0] ?? '');
      if (port === undefined) socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      else this.tunnel(socket, head, port);
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>(done => this.server.listen(0, '127.0.0.1', done));
    return this;
  }

  /** @param credentials as `user:password` */
  url(credentials?: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${port}`;
  }

  /** Whether it could read this. */
  heardOf(secret: string): boolean {
    const all = Buffer.concat(this.heard);
    return all.includes(secret) || all.includes(Buffer.from(secret).toString('base64'));
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private isKnown({ headers }: IncomingMessage): boolean {
    const expected = `Basic ${Buffer.from(this.credentials ?? '').toString('base64')}`;
    return this.credentials === undefined || headers['proxy-authorization'] === expected;
  }

  private tunnel(socket: Socket, head: Buffer, port: number): void {
    const other = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      other.write(head);
      socket.on('data', bytes => this.heard.push(bytes));
      socket.pipe(other).pipe(socket);
    });
    this.sockets.add(other.on('error', () => socket.destroy()));
    other.on('close', () => this.sockets.delete(other));
  }
}
