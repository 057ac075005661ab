import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeWsRequest, encodeWsEvent, encodeWsResponse } from '../../src/decthings/frames.js';

/**
 * A service as fast as one can be: after the first thing typed, it prints so many bytes as fast as they are read. Says
 * its port.
 */
const [bytes = '0'] = process.argv.slice(2);
const EVENT_BYTES = 64 * 1024;
/** Waiting to be written, above which it holds back. */
const ROOM = 1024 * 1024;

const line =
  '\x1b[32m2026-01-01 12:00:00\x1b[0m step 004217 of 100000: loss 0.48213, accuracy 0.9134, 312 samples/s\r\n';
const printed = Buffer.from(line.repeat(Math.ceil(EVENT_BYTES / line.length))).subarray(0, EVENT_BYTES);
const event = encodeWsEvent('Terminal', 'data', { terminalSessionId: 'one' }, [printed]);

function print(socket: WebSocket, count: number): void {
  let left = count;
  const pump = () => {
    while (left > 0 && socket.bufferedAmount < ROOM) {
      left--;
      // The last of a burst says when there is room again.
      if (left > 0 && socket.bufferedAmount + event.length < ROOM) socket.send(event);
      else {
        socket.send(event, () => pump());
        return;
      }
    }
  };
  pump();
}

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', socket => {
  let printing = false;
  socket.on('message', (data: Buffer) => {
    const { id, message } = decodeWsRequest(data);
    socket.send(encodeWsResponse(id, { result: { terminalSessionId: 'one' } }));
    if (message.method !== 'writeToTerminalSession' || printing) return;
    printing = true;
    print(socket, Math.round(Number(bytes) / EVENT_BYTES));
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
