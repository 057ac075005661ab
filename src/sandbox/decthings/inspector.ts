import { connect, type Socket } from 'node:net';

const END = '\r\n\r\n';
/** The longest head of a request. */
const MOST_BYTES = 16 * 1024;
/** What a debugger asks first, to learn where it is to connect to. */
const ABOUT = /^GET \/json(?:\/(list|version))?\/? HTTP/;

/**
 * Raw bytes to and from the inspector of a Node process, which is opened when there is something to send. Its address has
 * a secret id, which is told here: the inspector itself would tell it to everybody. The connection is made when it is
 * needed, and again when the inspector has closed it.
 */
export class InspectorBridge {
  private readonly waiting: Uint8Array[] = [];
  private about: { url: string; script: string } | undefined;
  /** A request that has not come whole, while nothing is connected. */
  private head = Buffer.alloc(0);
  private socket: Socket | undefined;
  private asked: boolean = false;
  private paused: boolean = false;

  /** @param open has the process open its inspector, and say where it is */
  constructor(
    private readonly open: () => void,
    private readonly onData: (chunk: Uint8Array) => void,
  ) {}

  listening(url: string, script: string): void {
    this.about = { url, script };
    for (const bytes of this.waiting.splice(0)) this.send(bytes);
  }

  send(bytes: Uint8Array): void {
    if (this.about === undefined) {
      this.waiting.push(bytes);
      if (!this.asked) this.open();
      this.asked = true;
    } else if (this.socket?.writable) this.socket.write(bytes);
    else this.take(bytes, this.about);
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
    this.head = Buffer.alloc(0);
  }

  /** Answers what is asked about the inspector; anything else is for the inspector itself. */
  private take(bytes: Uint8Array, about: { url: string; script: string }): void {
    let rest = Buffer.concat([this.head, bytes]);
    this.head = Buffer.alloc(0);
    for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END)) {
      const found = ABOUT.exec(rest.toString('latin1', 0, end));
      if (found === null) {
        this.socket = this.connected(about.url);
        this.socket.write(rest);
        return;
      }
      this.onData(answer(found[1] === 'version' ? version() : targets(about)));
      rest = rest.subarray(end + END.length);
    }
    if (rest.length <= MOST_BYTES) this.head = Buffer.from(rest);
  }

  private connected(url: string): Socket {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), noDelay: true });
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

function version(): object {
  return { Browser: `node.js/${process.version}`, 'Protocol-Version': '1.1' };
}

function targets({ url, script }: { url: string; script: string }): object[] {
  const id = new URL(url).pathname.slice(1);
  return [{ id, type: 'node', title: script, url: `file://${script}`, webSocketDebuggerUrl: url }];
}

/** As Node's inspector puts it. */
function answer(body: object): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  const type = 'Content-Type: application/json; charset=UTF-8';
  return Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\n${type}\r\nContent-Length: ${json.length}${END}`), json]);
}
