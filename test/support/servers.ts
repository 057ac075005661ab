import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A server on a free port of this machine alone, for one test. */
export interface TestServer {
  port: number;
  close(): Promise<void>;
}

export async function httpServer(answer: RequestListener): Promise<TestServer> {
  return listening(createServer(answer));
}

export async function tcpServer(connected: (socket: Socket) => void): Promise<TestServer> {
  return listening(createTcpServer(connected));
}

export async function webSocketServer(connected: (socket: WebSocket) => void): Promise<TestServer> {
  const server = createServer();
  new WebSocketServer({ server }).on('connection', connected);
  return listening(server);
}

/** Of `localhost` and 127.0.0.1, signed by itself, for a hundred years; whoever is to trust it has to be told. */
export const CERTIFICATE = readFileSync('test/data/tls/certificate.pem', 'utf8');

/** By TLS, with {@link CERTIFICATE}. */
export async function secureWebSocketServer(connected: (socket: WebSocket) => void): Promise<TestServer> {
  const server = createHttpsServer({ cert: CERTIFICATE, key: readFileSync('test/data/tls/key.pem') });
  new WebSocketServer({ server }).on('connection', connected);
  return listening(server);
}

/** A port that nobody listens on. */
export async function refusingPort(): Promise<number> {
  const server = await tcpServer(() => {});
  await server.close();
  return server.port;
}

async function listening(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
