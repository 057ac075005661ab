import { connect, type Socket } from 'node:net';

/**
 * Raw bytes to and from the inspector of a Node process. The connection is made when there is something to send, and
 * again when the inspector has closed it.
 */
export class InspectorBridge {
  private readonly waiting: Uint8Array[] = [];
  private socket: Socket | undefined;
  private port: number | undefined;
  private paused: boolean = false;

  constructor(private readonly onData: (chunk: Uint8Array) => void) {}

  /** The process says where its inspector listens. */
  listening(port: number): void {
    this.port = port;
    for (const bytes of this.waiting.splice(0)) this.send(bytes);
  }

  send(bytes: Uint8Array): void {
    if (this.port === undefined) {
      this.waiting.push(bytes);
      return;
    }
    if (!this.socket?.writable) this.socket = this.open(this.port);
    this.socket.write(bytes);
  }

  pause(): void {
    this.paused = true;
    this.socket?.pause();
  }

  resume(): void {
    this.paused = false;
    this.socket?.resume();
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private open(port: number): Socket {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.on('data', this.onData);
    if (this.paused) socket.pause();
    // An error is followed by the close.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
    return socket;
  }
}
