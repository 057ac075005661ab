import { createServer, type RequestListener } from 'node:http';
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
