import type { WebSocket } from 'ws';
import { decodeWsRequest, encodeWsResponse, type RpcResponse, type WsRequest } from '../../decthings/frames.js';
import type { EventStream } from './stream.js';

/** Above this many bytes waiting to be written, the socket is full, until fewer than the lower bound wait. */
const FULL = 256 * 1024;
const DRAINED = 64 * 1024;
/** Calls waiting for their turn, and bytes of answers waiting to be read, above which no more calls are read. */
const MOST_CALLS = 256;
const MOST_ANSWER_BYTES = 1024 * 1024;

type Request = ReturnType<typeof decodeWsRequest>;
export type Answer = (message: WsRequest, blobs: Uint8Array[], socket: Connection) => Promise<RpcResponse>;

export interface ConnectionOptions {
  /** Never say that the socket is full: buffer for a slow reader without bound. */
  unbounded: boolean;
  /** Milliseconds without progress after which a reader that holds up others is cut off. */
  stuckAfterMs: number;
  onClose: (connection: Connection) => void;
}

/** One WebSocket: carries its calls out in order, and knows how much its reader is behind. */
export class Connection {
  /** Whether what is sent has piled up. */
  full: boolean = false;
  closed: boolean = false;
  bufferedBytes = 0;
  peakBufferedBytes = 0;
  private answerBytes = 0;
  private readonly streams = new Set<EventStream>();
  private readonly calls: Request[] = [];
  private working: boolean = false;
  private stuck: NodeJS.Timeout | undefined;

  constructor(
    private readonly ws: WebSocket,
    private readonly answer: Answer,
    private readonly options: ConnectionOptions,
  ) {
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.receive(data);
      else ws.close(1003, 'Messages are binary');
    });
    // The library closes the socket with the code that fits (1002, 1007 or 1009).
    ws.on('error', () => {});
    ws.on('close', () => this.release());
  }

  send(frame: Uint8Array): void {
    this.write(frame, () => {});
  }

  subscribedTo(stream: EventStream): void {
    this.streams.add(stream);
  }

  unsubscribedFrom(stream: EventStream): void {
    this.streams.delete(stream);
  }

  /** Cuts the connection, without a word. */
  cut(): void {
    this.ws.terminate();
  }

  private receive(data: Buffer): void {
    try {
      this.calls.push(decodeWsRequest(data));
    } catch {
      this.ws.close(1002, 'Malformed message');
      return;
    }
    this.throttle();
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let call = this.calls.shift(); call !== undefined && !this.closed; call = this.calls.shift()) {
      const response = await this.answer(call.message, call.blobs, this);
      const frame = encodeWsResponse(call.id, response);
      this.answerBytes += frame.length;
      this.write(frame, () => {
        this.answerBytes -= frame.length;
        this.throttle();
      });
      this.throttle();
    }
    this.working = false;
  }

  private write(frame: Uint8Array, written: () => void): void {
    if (this.closed) return;
    this.bufferedBytes += frame.length;
    this.peakBufferedBytes = Math.max(this.peakBufferedBytes, this.bufferedBytes);
    this.ws.send(frame, () => {
      this.bufferedBytes -= frame.length;
      this.stuck?.refresh();
      written();
      this.measure();
    });
    this.measure();
  }

  /** A reader that does not read answers gets no more of its calls read. Events do not count: Ctrl+C must get through. */
  private throttle(): void {
    const late = this.calls.length > MOST_CALLS || this.answerBytes > MOST_ANSWER_BYTES;
    if (late === this.ws.isPaused) return;
    if (late) this.ws.pause();
    else this.ws.resume();
  }

  private measure(): void {
    if (this.options.unbounded) return;
    const full = this.full ? this.bufferedBytes > DRAINED : this.bufferedBytes > FULL;
    if (full === this.full) return;
    this.full = full;
    if (full) this.stuck = setTimeout(() => this.judge(), this.options.stuckAfterMs).unref();
    else this.unstick();
    for (const stream of this.streams) stream.settle();
  }

  /** A reader that only holds itself up may take as long as it likes. */
  private judge(): void {
    if ([...this.streams].some(stream => stream.holdsUpOthers(this))) this.cut();
    else this.stuck?.refresh();
  }

  private unstick(): void {
    clearTimeout(this.stuck);
    this.stuck = undefined;
  }

  private release(): void {
    this.closed = true;
    this.unstick();
    this.calls.length = 0;
    for (const stream of [...this.streams]) stream.unsubscribe(this);
    this.options.onClose(this);
  }
}
